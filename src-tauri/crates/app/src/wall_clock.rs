//! Times as a person says them: "19:30", "2026-11-21 19:30", a window of an evening.
//!
//! A local time that does not exist (the clock goes forward over it) means the same span after the change: 02:30
//! becomes 03:30. One that exists twice (the clock goes back) means the first. Both as the calendar standard's
//! "compatible" rule has it (RFC 5545, section 3.3.5).

use chrono::{DateTime, Utc};
use jiff::{ToSpan, civil, tz::TimeZone};
use queue::WallTime;

use crate::planner::Window;

/// How far ahead a window is repeated, in days. At the lowest ceiling this holds thousands of listings.
const DAYS_AHEAD: i32 = 366;

/// Why a text is no time.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoTime {
    #[error("\"{0}\" is no time such as 19:30, 2026-11-21 19:30 or 2026-11-21T19:30:00+01:00")]
    NotUnderstood(String),
    #[error("the window must end after it begins, and not in the past")]
    EmptyWindow,
}

/// Reads one time. A clock time without a date means its next occurrence.
pub(crate) fn moment(
    text: &str,
    now: DateTime<Utc>,
    zone: &TimeZone,
) -> Result<DateTime<Utc>, NoTime> {
    match said(text)? {
        Said::Instant(at) => Ok(at),
        Said::Local(local) => instant(local, zone),
        Said::Clock(time) => {
            let today = local_of(now, zone).date();
            let at = instant(today.to_datetime(time), zone)?;
            if at > now {
                return Ok(at);
            }
            instant(next_day(today, 1)?.to_datetime(time), zone)
        }
    }
}

/// The window between two times, and the same one on the days after, by the wall clock.
pub(crate) fn windows(
    from: &str,
    until: &str,
    now: DateTime<Utc>,
    zone: &TimeZone,
) -> Result<Vec<Window>, NoTime> {
    let today = local_of(now, zone).date();
    let (said_from, said_until) = (said(from)?, said(until)?);
    let local = |said: &Said, day: civil::Date| match said {
        Said::Instant(at) => local_of(*at, zone),
        Said::Local(local) => *local,
        Said::Clock(time) => day.to_datetime(*time),
    };
    let mut first = local(&said_from, today);
    let mut last = match &said_until {
        Said::Clock(time) => first.date().to_datetime(*time),
        other => local(other, today),
    };
    if matches!(said_until, Said::Clock(_)) && last <= first {
        // From 22:00 until 01:00: the night.
        last = next_day(last.date(), 1)?.to_datetime(last.time());
    }
    if matches!((&said_from, &said_until), (Said::Clock(_), Said::Clock(_)))
        && instant(last, zone)? <= now
    {
        // This evening is over: tomorrow's.
        first = next_day(first.date(), 1)?.to_datetime(first.time());
        last = next_day(last.date(), 1)?.to_datetime(last.time());
    }
    let mut windows = Vec::new();
    for day in 0..DAYS_AHEAD {
        let shifted = |local: civil::DateTime| -> Result<DateTime<Utc>, NoTime> {
            instant(next_day(local.date(), day)?.to_datetime(local.time()), zone)
        };
        let window = Window {
            from: shifted(first)?.max(now),
            until: shifted(last)?,
        };
        if window.from < window.until {
            windows.push(window);
        } else if day == 0 {
            return Err(NoTime::EmptyWindow);
        }
        // A window of a day or more has no room for its own repetition: it goes on for as long as it takes.
        if next_day(first.date(), 1)?.to_datetime(first.time()) <= last {
            break;
        }
    }
    Ok(windows)
}

/// The date and clock of an instant in a zone.
pub(crate) fn local_of(at: DateTime<Utc>, zone: &TimeZone) -> civil::DateTime {
    let at = jiff::Timestamp::from_millisecond(at.timestamp_millis()).unwrap_or_default();
    zone.to_datetime(at)
}

/// The zone's IANA name.
pub(crate) fn name_of(zone: &TimeZone) -> String {
    zone.iana_name().unwrap_or("Etc/Unknown").to_owned()
}

enum Said {
    Instant(DateTime<Utc>),
    Local(civil::DateTime),
    Clock(civil::Time),
}

fn said(text: &str) -> Result<Said, NoTime> {
    let text = text.trim();
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Ok(Said::Instant(at.to_utc()));
    }
    let spaced = text.replacen('T', " ", 1);
    for form in ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"] {
        if let Ok(local) = civil::DateTime::strptime(form, &spaced) {
            return Ok(Said::Local(local));
        }
    }
    for form in ["%H:%M", "%Hh%M", "%Hh"] {
        if let Ok(time) = civil::Time::strptime(form, text) {
            return Ok(Said::Clock(time));
        }
    }
    Err(NoTime::NotUnderstood(text.to_owned()))
}

fn instant(local: civil::DateTime, zone: &TimeZone) -> Result<DateTime<Utc>, NoTime> {
    let outside = || NoTime::NotUnderstood(local.to_string());
    let zoned = zone
        .to_ambiguous_zoned(local)
        .compatible()
        .map_err(|_| outside())?;
    DateTime::from_timestamp_millis(zoned.timestamp().as_millisecond()).ok_or_else(outside)
}

/// An instant as the wall clock of a zone shows it.
pub(crate) fn wall_of(at: DateTime<Utc>, zone: &TimeZone) -> WallTime {
    WallTime {
        local: local_of(at, zone).strftime("%Y-%m-%dT%H:%M:%S").to_string(),
        zone: name_of(zone),
    }
}

fn next_day(date: civil::Date, days: i32) -> Result<civil::Date, NoTime> {
    date.checked_add(days.days())
        .map_err(|_| NoTime::NotUnderstood(date.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paris() -> TimeZone {
        TimeZone::get("Europe/Paris").unwrap()
    }

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn at(text: &str, now: &str) -> DateTime<Utc> {
        moment(text, utc(now), &paris()).unwrap()
    }

    #[test]
    fn a_clock_time_is_the_next_of_its_kind() {
        let now = "2026-11-20T18:00:00Z"; // 19:00 in Paris
        assert_eq!(at("19:30", now), utc("2026-11-20T18:30:00Z"), "later today");
        assert_eq!(
            at("18:30", now),
            utc("2026-11-21T17:30:00Z"),
            "gone by: tomorrow"
        );
        assert_eq!(
            at("19:00", now),
            utc("2026-11-21T18:00:00Z"),
            "this very minute has begun"
        );
        assert_eq!(
            at("20h15", now),
            utc("2026-11-20T19:15:00Z"),
            "as the French write it"
        );
    }

    #[test]
    fn a_local_time_is_the_person_s_and_an_offset_says_the_instant() {
        let now = "2026-11-20T08:00:00Z";
        assert_eq!(at("2026-11-21 19:30", now), utc("2026-11-21T18:30:00Z"));
        assert_eq!(at("2026-11-21T19:30", now), utc("2026-11-21T18:30:00Z"));
        assert_eq!(
            at("2026-11-20T20:00:00+01:00", now),
            utc("2026-11-20T19:00:00Z")
        );
        let wall = wall_of(utc("2026-11-21T18:30:00Z"), &paris());
        assert_eq!(
            (wall.local.as_str(), wall.zone.as_str()),
            ("2026-11-21T19:30:00", "Europe/Paris"),
            "kept beside the instant"
        );
    }

    #[test]
    fn summer_and_winter_differ_by_an_hour() {
        let now = "2026-03-01T00:00:00Z";
        assert_eq!(
            at("2026-03-28 19:30", now),
            utc("2026-03-28T18:30:00Z"),
            "winter"
        );
        assert_eq!(
            at("2026-03-29 19:30", now),
            utc("2026-03-29T17:30:00Z"),
            "summer"
        );
    }

    #[test]
    fn a_time_that_does_not_exist_moves_on_and_a_doubled_one_is_the_first() {
        let now = "2026-03-01T00:00:00Z";
        // On 29 March 2026 the clock goes from 02:00 to 03:00.
        assert_eq!(
            at("2026-03-29 02:30", now),
            utc("2026-03-29T01:30:00Z"),
            "03:30 in summer time"
        );
        // On 25 October 2026 it goes from 03:00 back to 02:00.
        assert_eq!(
            at("2026-10-25 02:30", now),
            utc("2026-10-25T00:30:00Z"),
            "still summer time"
        );
    }

    #[test]
    fn an_evening_repeats_by_the_wall_clock_over_the_change() {
        let found = windows("19:00", "22:00", utc("2026-03-27T08:00:00Z"), &paris()).unwrap();
        assert_eq!(found[0].from, utc("2026-03-27T18:00:00Z"), "19 h in winter");
        assert_eq!(
            found[2].from,
            utc("2026-03-29T17:00:00Z"),
            "19 h in summer, two days later"
        );
        assert!(found.iter().all(|w| w.from < w.until), "no window is empty");
    }

    #[test]
    fn windows_begin_now_or_later() {
        let from = |a: &str, b: &str, now: &str| windows(a, b, utc(now), &paris()).map(|w| w[0]);
        let running = from("19:00", "22:00", "2026-11-20T19:00:00Z").unwrap();
        assert_eq!(
            running.from,
            utc("2026-11-20T19:00:00Z"),
            "it runs already: from now on"
        );
        let over = from("19:00", "22:00", "2026-11-20T21:30:00Z").unwrap();
        assert_eq!(
            over.from,
            utc("2026-11-21T18:00:00Z"),
            "over for today: tomorrow"
        );
        let night = from("22:00", "01:00", "2026-11-20T08:00:00Z").unwrap();
        assert_eq!(
            night.until,
            utc("2026-11-21T00:00:00Z"),
            "until one at night"
        );
        assert_eq!(
            from(
                "2026-11-20T05:00:00Z",
                "2026-11-20T06:00:00Z",
                "2026-11-20T08:00:00Z"
            ),
            Err(NoTime::EmptyWindow),
            "a window of the past would run at once, which nobody asked for"
        );
        assert_eq!(
            from(
                "2026-11-20 22:00",
                "2026-11-20 19:00",
                "2026-11-20T08:00:00Z"
            ),
            Err(NoTime::EmptyWindow),
            "the wrong way round"
        );
    }

    #[test]
    fn nonsense_is_named() {
        for text in ["", "soon", "25:00", "2026-13-01 10:00", "19:60"] {
            assert_eq!(
                moment(text, utc("2026-11-20T08:00:00Z"), &paris()),
                Err(NoTime::NotUnderstood(text.to_owned())),
            );
        }
    }
}
