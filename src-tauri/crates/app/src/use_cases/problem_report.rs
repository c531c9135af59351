//! "Report a problem": what helps to find a fault, in one text without secrets.

use std::fmt::Write as _;

use contract::{Code, Failure, LogLevel, LogLine, LogPage, LogQuery, ProblemReport};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::accounts::DEFAULT_ACCOUNT;
use crate::{
    App,
    redact::{Known, TAKEN, redact},
};

/// Lines of the log in a report: the newest.
const LINES: u32 = 800;
/// Bytes of a report; older lines of the log give way.
const MAX_BYTES: usize = 400_000;
/// Texts of settings up to this length are shown: words such as `dark`, no template of a person's own.
const SHOWN_TEXT: usize = 24;

impl App {
    /// Builds a report. Nothing is sent anywhere; the person reads it and decides.
    ///
    /// # Errors
    /// Storage only.
    pub async fn problem_report(&self) -> Result<ProblemReport, Failure> {
        let known = self.known_details().await?;
        let now = self.parts.clock.now();
        let about = self.about().await;
        let mut head = String::new();
        let mut line = |text: String| {
            head.push_str(&text);
            head.push('\n');
        };
        line("VintedBot Studio: report of a problem".to_owned());
        line(format!("made {}", contract::time(now)));
        line(format!("version {}", about.version));
        line(format!(
            "system {} {}",
            std::env::consts::OS,
            std::env::consts::ARCH
        ));
        line(format!("practice {}", about.practice));
        line(format!("key of sessions in {}", about.vault));
        line("\n## What works here".to_owned());
        for check in self.doctor(None, CancellationToken::new()).await?.checks {
            let sign = if check.ok { "ok" } else { "NOT OK" };
            line(format!("{}: {sign}, {}", check.name, check.detail));
        }
        line("\n## How much there is".to_owned());
        let counts = serde_json::to_value(self.statistics().await?).unwrap_or(Value::Null);
        line(counts.to_string());
        line("\n## Settings".to_owned());
        for (key, value) in self.settings(None).await?.settings {
            line(format!("{key} = {}", shown(&value)));
        }
        line("\n## The log, newest lines".to_owned());
        let page: LogPage = self
            .own_log(&LogQuery {
                level: LogLevel::Info,
                limit: LINES,
                ..LogQuery::default()
            })
            .await?;
        let (head, mut taken_out) = redact(&head, &known);
        let mut log = Vec::new();
        let mut left = MAX_BYTES.saturating_sub(head.len());
        for line in page.lines.iter().rev() {
            let (text, taken) = redact(&log_text(line), &known);
            if text.len() + 1 > left {
                break;
            }
            left -= text.len() + 1;
            taken_out += taken;
            log.push(text);
        }
        log.reverse();
        Ok(ProblemReport {
            name: format!("vintedbot-studio-{}.txt", now.format("%Y-%m-%d-%H%M")),
            text: format!("{head}{}\n", log.join("\n")),
            taken_out,
        })
    }

    /// Names of people and folders that this installation knows.
    async fn known_details(&self) -> Result<Known, Failure> {
        let mut known = Known::default();
        // The data folder usually lies in it, so it goes first.
        for variable in ["HOME", "USERPROFILE"] {
            if let Ok(home) = std::env::var(variable) {
                known.add(&home, "~");
            }
        }
        for (place, account) in self.accounts().await?.iter().enumerate() {
            let stands_for = format!("[account {}]", place + 1);
            // The name that every installation begins with tells nothing.
            if account.name != DEFAULT_ACCOUNT {
                known.add(&account.name, stands_for.clone());
            }
            if let Some(login) = &account.username {
                known.add(login, stands_for);
            }
        }
        for variable in ["USER", "USERNAME"] {
            if let Ok(name) = std::env::var(variable) {
                known.add(&name, "[user]");
            }
        }
        Ok(known)
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) if text.len() > SHOWN_TEXT => TAKEN.to_owned(),
        Value::Array(_) | Value::Object(_) => TAKEN.to_owned(),
        plain => plain.to_string(),
    }
}

fn log_text(line: &LogLine) -> String {
    let mut text = format!(
        "{} {} {} {}",
        line.at,
        match line.level {
            LogLevel::Error => "ERROR",
            LogLevel::Warn => "WARN",
            LogLevel::Info => "INFO",
            LogLevel::Debug => "DEBUG",
            LogLevel::Trace => "TRACE",
        },
        line.target,
        line.message
    );
    for value in &line.values {
        // Writing into a text cannot fail.
        let _ = write!(text, " {value}");
    }
    text.replace(['\r', '\n'], " ")
}

/// A report as it comes back from the page to be saved: no more than what was built.
///
/// # Errors
/// `invalid_field` where it is longer than any report.
pub fn check_report(text: &str) -> Result<(), Failure> {
    if text.len() > 2 * MAX_BYTES {
        return Err(Failure::new(
            Code::InvalidField,
            "This is no report: it is too long.",
        ));
    }
    Ok(())
}
