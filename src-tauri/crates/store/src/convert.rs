//! Between columns and the rules' types.

use app::ports::RecordError;
use chrono::{DateTime, NaiveDateTime, SecondsFormat, Utc};
use serde::{Serialize, de::DeserializeOwned};

/// A time as it is stored: 24 characters, so that text order is time order.
pub(crate) fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

pub(crate) fn read_time(text: &str) -> Result<DateTime<Utc>, RecordError> {
    DateTime::parse_from_rfc3339(text)
        .map(|t| t.with_timezone(&Utc))
        .map_err(|_| unreadable("a time"))
}

pub(crate) const WALL_CLOCK: &str = "%Y-%m-%dT%H:%M:%S";

pub(crate) fn read_wall_clock(text: &str) -> Result<NaiveDateTime, RecordError> {
    NaiveDateTime::parse_from_str(text, WALL_CLOCK).map_err(|_| unreadable("a capture time"))
}

pub(crate) fn json<T: Serialize>(value: &T) -> Result<String, RecordError> {
    serde_json::to_string(value).map_err(|e| RecordError::Broken(e.to_string()))
}

pub(crate) fn read_json<T: DeserializeOwned>(
    text: &str,
    what: &'static str,
) -> Result<T, RecordError> {
    serde_json::from_str(text).map_err(|_| unreadable(what))
}

pub(crate) fn read_id<T: std::str::FromStr>(text: &str) -> Result<T, RecordError> {
    text.parse().map_err(|_| unreadable("an id"))
}

pub(crate) fn read_u32(number: i64) -> Result<u32, RecordError> {
    u32::try_from(number).map_err(|_| unreadable("a number"))
}

pub(crate) fn read_cents(number: Option<i64>) -> Result<Option<u32>, RecordError> {
    number.map(read_u32).transpose()
}

pub(crate) fn unreadable(what: &str) -> RecordError {
    RecordError::Broken(format!("a row holds {what} that cannot be read"))
}
