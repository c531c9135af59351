//! The app's own log as `keep_logs` writes it: JSON lines, a file a day. Read from its end, a bounded part at a time.

use std::{
    io::{Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use app::ports::OwnLog;
use async_trait::async_trait;
use contract::{LogLevel, LogLine, LogPage, LogQuery};
use serde_json::{Map, Value};

/// Lines of an answer where nobody said how many, and at most.
const LINES: usize = 300;
const MAX_LINES: usize = 1_000;
/// Bytes that one answer looks at: a filter that fits seldom goes on with the next question.
const LOOKED_AT: u64 = 8 << 20;
/// Bytes of a step backwards through a file.
const BLOCK: u64 = 256 << 10;
/// Longer lines are none of ours.
const MAX_LINE: usize = 64 << 10;
/// Characters of a value that are shown.
const MAX_VALUE: usize = 2_000;

/// The files of one folder.
pub(crate) struct LogFiles {
    folder: PathBuf,
}

impl LogFiles {
    pub(crate) fn of(folder: PathBuf) -> Self {
        Self { folder }
    }
}

#[async_trait]
impl OwnLog for LogFiles {
    async fn read(&self, query: &LogQuery) -> std::io::Result<LogPage> {
        let (folder, query) = (self.folder.clone(), query.clone());
        tokio::task::spawn_blocking(move || read(&folder, &query))
            .await
            .map_err(std::io::Error::other)?
    }
}

/// A place in the log: the day of a file, and a byte in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    day: String,
    byte: u64,
}

impl Place {
    fn parse(cursor: &str) -> Option<Self> {
        let (day, byte) = cursor.split_once(':')?;
        Some(Self {
            day: day.to_owned(),
            byte: byte.parse().ok()?,
        })
    }

    fn cursor(&self) -> String {
        format!("{}:{:012}", self.day, self.byte)
    }
}

/// The days of which there are files, oldest first.
fn days(folder: &Path) -> std::io::Result<Vec<String>> {
    let entries = match fs_err::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(e),
    };
    let mut days = Vec::new();
    for entry in entries {
        let name = entry?.file_name();
        let day = name
            .to_str()
            .and_then(|n| n.strip_prefix("studio."))
            .and_then(|n| n.strip_suffix(".jsonl"));
        if let Some(day) = day {
            days.push(day.to_owned());
        }
    }
    days.sort_unstable();
    Ok(days)
}

fn read(folder: &Path, query: &LogQuery) -> std::io::Result<LogPage> {
    let days = days(folder)?;
    let wanted = Wanted {
        level: query.level,
        search: query.search.trim().to_lowercase(),
        most: match usize::try_from(query.limit).unwrap_or(MAX_LINES) {
            0 => LINES,
            limit => limit.min(MAX_LINES),
        },
    };
    match query.after.as_deref().and_then(Place::parse) {
        Some(from) => forwards(folder, &days, from, &wanted),
        None => {
            let before = query.before.as_deref().and_then(Place::parse);
            backwards(folder, &days, before, &wanted)
        }
    }
}

struct Wanted {
    level: LogLevel,
    search: String,
    most: usize,
}

impl Wanted {
    fn line(&self, day: &str, byte: u64, text: &[u8]) -> Option<LogLine> {
        if text.len() > MAX_LINE {
            return None;
        }
        let line = parse(day, byte, text)?;
        let fits = line.level >= self.level
            && (self.search.is_empty()
                || [&line.message, &line.target]
                    .into_iter()
                    .chain(&line.values)
                    .any(|part| part.to_lowercase().contains(&self.search)));
        fits.then_some(line)
    }
}

fn open(folder: &Path, day: &str) -> std::io::Result<Option<(fs_err::File, u64)>> {
    match fs_err::File::open(folder.join(format!("studio.{day}.jsonl"))) {
        Ok(file) => {
            let length = file.metadata()?.len();
            Ok(Some((file, length)))
        }
        // The oldest may just have been removed.
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

/// The newest lines before a place, or of all.
fn backwards(
    folder: &Path,
    days: &[String],
    before: Option<Place>,
    wanted: &Wanted,
) -> std::io::Result<LogPage> {
    let mut newest = None;
    let mut lines: Vec<LogLine> = Vec::new();
    let mut left = LOOKED_AT;
    for day in days.iter().rev() {
        let Some((mut file, length)) = open(folder, day)? else {
            continue;
        };
        let mut end = match &before {
            Some(place) if place.day < *day => continue,
            Some(place) if place.day == *day => place.byte.min(length),
            _ => length,
        };
        let mut tail: Vec<u8> = Vec::new();
        let mut first_block = true;
        while end > 0 {
            if lines.len() >= wanted.most || left == 0 {
                return Ok(page(
                    lines,
                    Some(Place {
                        day: day.clone(),
                        byte: end + tail.len() as u64,
                    }),
                    newest,
                ));
            }
            let start = end.saturating_sub(BLOCK);
            let mut block = vec![0; usize::try_from(end - start).unwrap_or_default()];
            file.seek(SeekFrom::Start(start))?;
            file.read_exact(&mut block)?;
            left = left.saturating_sub(end - start);
            if first_block {
                first_block = false;
                // A line that is still being written belongs to the next question.
                let whole = block
                    .iter()
                    .rposition(|b| *b == b'\n')
                    .map_or(0, |at| at + 1);
                block.truncate(whole);
                newest.get_or_insert_with(|| Place {
                    day: day.clone(),
                    byte: start + whole as u64,
                });
            }
            block.append(&mut tail);
            // What stands before the first line's end began in the block before.
            let begin = if start == 0 {
                0
            } else {
                match block.iter().position(|b| *b == b'\n') {
                    Some(at) => at + 1,
                    None if block.len() > MAX_LINE => {
                        end = start;
                        continue;
                    }
                    None => {
                        tail = block;
                        end = start;
                        continue;
                    }
                }
            };
            let mut byte = start + block.len() as u64;
            for text in block[begin..].split_inclusive(|b| *b == b'\n').rev() {
                byte -= text.len() as u64;
                if let Some(line) = wanted.line(day, byte, text) {
                    lines.push(line);
                    if lines.len() >= wanted.most {
                        return Ok(page(
                            lines,
                            Some(Place {
                                day: day.clone(),
                                byte,
                            }),
                            newest,
                        ));
                    }
                }
            }
            block.truncate(begin);
            tail = block;
            end = start;
        }
        newest.get_or_insert_with(|| Place {
            day: day.clone(),
            byte: 0,
        });
    }
    Ok(page(lines, None, newest))
}

/// From newest first to oldest first.
fn page(mut lines: Vec<LogLine>, older: Option<Place>, newest: Option<Place>) -> LogPage {
    lines.reverse();
    LogPage {
        lines,
        older: older.map(|place| place.cursor()),
        newest: newest.map(|place| place.cursor()),
    }
}

/// What was written from a place on.
fn forwards(
    folder: &Path,
    days: &[String],
    from: Place,
    wanted: &Wanted,
) -> std::io::Result<LogPage> {
    let mut newest = from.clone();
    let mut lines = Vec::new();
    let mut left = LOOKED_AT;
    for day in days.iter().filter(|day| **day >= from.day) {
        let Some((mut file, length)) = open(folder, day)? else {
            continue;
        };
        let start = if *day == from.day { from.byte } else { 0 };
        // A file that is shorter than it was is another one.
        let start = if start > length { 0 } else { start };
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::new();
        file.take(left.min(length - start))
            .read_to_end(&mut bytes)?;
        left = left.saturating_sub(bytes.len() as u64);
        let mut byte = start;
        for text in bytes.split_inclusive(|b| *b == b'\n') {
            if text.last() != Some(&b'\n') && text.len() <= MAX_LINE {
                break;
            }
            if let Some(line) = wanted.line(day, byte, text) {
                lines.push(line);
            }
            byte += text.len() as u64;
            newest = Place {
                day: day.clone(),
                byte,
            };
            if lines.len() >= wanted.most {
                break;
            }
        }
        if lines.len() >= wanted.most || left == 0 {
            break;
        }
    }
    Ok(LogPage {
        lines,
        older: None,
        newest: Some(newest.cursor()),
    })
}

fn parse(day: &str, byte: u64, text: &[u8]) -> Option<LogLine> {
    let line: Map<String, Value> = serde_json::from_slice(text).ok()?;
    let level = match line.get("level")?.as_str()? {
        "ERROR" => LogLevel::Error,
        "WARN" => LogLevel::Warn,
        "INFO" => LogLevel::Info,
        "DEBUG" => LogLevel::Debug,
        _ => LogLevel::Trace,
    };
    let fields = line.get("fields").and_then(Value::as_object);
    let value = |value: &Value| -> String {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        text.chars().take(MAX_VALUE).collect()
    };
    Some(LogLine {
        cursor: Place {
            day: day.to_owned(),
            byte,
        }
        .cursor(),
        at: line.get("timestamp")?.as_str()?.to_owned(),
        level,
        target: line
            .get("target")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        message: fields
            .and_then(|f| f.get("message"))
            .map(value)
            .unwrap_or_default(),
        values: fields
            .into_iter()
            .flatten()
            .filter(|(name, _)| *name != "message")
            .map(|(name, found)| format!("{name}={}", value(found)))
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(n: usize, level: &str) -> String {
        format!(
            "{{\"timestamp\":\"2026-11-20T20:00:00Z\",\"level\":\"{level}\",\"fields\":{{\"message\":\"step {n}\",\
             \"draft\":\"d{n}\"}},\"target\":\"app::prepare\"}}\n"
        )
    }

    fn steps(page: &LogPage) -> Vec<usize> {
        let number = |l: &LogLine| l.message.trim_start_matches("step ").parse().unwrap();
        page.lines.iter().map(number).collect()
    }

    fn folder(days: &[(&str, std::ops::Range<usize>)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (day, lines) in days {
            let text: String = lines
                .clone()
                .map(|n| line(n, if n % 100 == 7 { "WARN" } else { "INFO" }))
                .collect();
            fs_err::write(folder.path().join(format!("studio.{day}.jsonl")), text).unwrap();
        }
        folder
    }

    #[test]
    fn pages_backwards_hold_every_line_once_across_blocks_and_days() {
        // More than two blocks in the second file.
        let folder = folder(&[("2026-11-19", 0..50), ("2026-11-20", 50..6_000)]);
        let mut query = LogQuery {
            limit: 700,
            ..LogQuery::default()
        };
        let mut all = Vec::new();
        let mut pages = 0;
        loop {
            let page = read(folder.path(), &query).unwrap();
            all.splice(0..0, steps(&page));
            pages += 1;
            assert!(pages < 20, "it comes to an end");
            match page.older {
                Some(older) => query.before = Some(older),
                None => break,
            }
        }
        assert_eq!(all, (0..6_000).collect::<Vec<_>>(), "in order, none twice");
    }

    #[test]
    fn what_is_written_from_now_on_comes_once_whole_lines_only() {
        let folder = folder(&[("2026-11-20", 0..10)]);
        let file = folder.path().join("studio.2026-11-20.jsonl");
        let first = read(folder.path(), &LogQuery::default()).unwrap();
        assert_eq!(steps(&first).len(), 10);
        let (whole, half) = (line(10, "INFO"), line(11, "INFO"));
        let mut text = fs_err::read_to_string(&file).unwrap() + &whole + &half[..20];
        fs_err::write(&file, &text).unwrap();
        let after = |newest: Option<String>| LogQuery {
            after: newest,
            ..LogQuery::default()
        };
        let second = read(folder.path(), &after(first.newest)).unwrap();
        assert_eq!(steps(&second), [10], "the half line waits");
        text.push_str(&half[20..]);
        fs_err::write(&file, &text).unwrap();
        fs_err::write(
            folder.path().join("studio.2026-11-21.jsonl"),
            line(12, "INFO"),
        )
        .unwrap();
        let third = read(folder.path(), &after(second.newest)).unwrap();
        assert_eq!(steps(&third), [11, 12], "over midnight");
        let fourth = read(folder.path(), &after(third.newest)).unwrap();
        assert!(fourth.lines.is_empty(), "nothing twice");
    }

    #[test]
    fn filters_look_at_level_and_text_and_noise_is_no_line() {
        let folder = folder(&[("2026-11-20", 0..300)]);
        fs_err::write(
            folder.path().join("studio.2026-11-21.jsonl"),
            b"not json\n\xff\xfe\n{}\n",
        )
        .unwrap();
        let warn = LogQuery {
            level: LogLevel::Warn,
            ..LogQuery::default()
        };
        assert_eq!(steps(&read(folder.path(), &warn).unwrap()), [7, 107, 207]);
        let draft = LogQuery {
            search: "DRAFT=d42".into(),
            ..LogQuery::default()
        };
        assert_eq!(steps(&read(folder.path(), &draft).unwrap()), [42]);
        let nowhere = read(Path::new("/nowhere/at/all"), &warn).unwrap();
        assert!(nowhere.lines.is_empty(), "no log is an empty log");
    }
}
