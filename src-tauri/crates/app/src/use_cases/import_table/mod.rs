//! Drafts from a table that a spreadsheet wrote: each row on its own, with a report.

mod columns;

use std::{borrow::Cow, collections::BTreeMap};

use contract::{Code, DraftChange, Event, Failure, TableReport, TableRequest, TableRow};
use csv::StringRecord;
use domain::{Draft, DraftId};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use serde_json::{Value, json};

use self::columns::Columns;
use super::change_draft::apply;
use crate::{App, fail, ports::RecordError};

/// Longest table (bytes).
pub const MAX_TABLE: usize = 16 * 1024 * 1024;
/// Rows of one table.
const MAX_ROWS: usize = 10_000;
/// Columns of one table.
const MAX_COLUMNS: usize = 200;
/// Fields whose texts a draft takes as they stand.
const AS_THEY_STAND: [&str; 9] = [
    "title",
    "description",
    "currency",
    "category",
    "brand",
    "size",
    "condition",
    "color",
    "material",
];
/// Prices: their field of the table, and the draft's.
const PRICES: [(&str, &str); 3] = [
    ("price_min", "price_min_cents"),
    ("price", "price_target_cents"),
    ("price_max", "price_max_cents"),
];

impl App {
    /// Makes a draft of each row. A row that is wrong is named with its values at fault and hinders no other; the rest
    /// is stored in one piece. No row publishes, queues, or says that something is published.
    ///
    /// # Errors
    /// `file_too_large`, `too_many_files` for too many rows; `invalid_field` for what is no table, or columns that are
    /// not in it. Nothing was made then.
    pub async fn import_table(
        &self,
        table: &[u8],
        request: &TableRequest,
    ) -> Result<TableReport, Failure> {
        let (columns, rows) = read(table, &request.columns)?;
        let mut report = TableReport {
            dry_run: request.dry_run,
            columns: columns.read(),
            ignored: columns.ignored(),
            made: 0,
            here: 0,
            refused: 0,
            rows: Vec::with_capacity(rows.len()),
        };
        let mut drafts = Vec::new();
        for (line, row) in &rows {
            let title = columns.of_row(row, "title").unwrap_or_default();
            let mut told = TableRow {
                line: *line,
                outcome: "made".to_owned(),
                draft_id: None,
                title: title.chars().take(200).collect(),
                code: None,
                fields: BTreeMap::new(),
                message: None,
            };
            if let Some(id) = self.draft_of_row(&columns, row).await? {
                "here".clone_into(&mut told.outcome);
                told.draft_id = Some(id.to_string());
                report.here += 1;
            } else {
                match self.draft_from_row(&columns, row) {
                    Ok(draft) => {
                        told.draft_id = (!request.dry_run).then(|| draft.id.to_string());
                        drafts.push(draft);
                        report.made += 1;
                    }
                    Err(failure) => {
                        refuse(&mut told, &failure);
                        report.refused += 1;
                    }
                }
            }
            report.rows.push(told);
        }
        if !request.dry_run && !drafts.is_empty() {
            self.parts
                .drafts
                .insert(&drafts)
                .await
                .map_err(fail::record("storing the drafts"))?;
            failpoint::reached("import_table.stored");
            for draft in drafts {
                self.tell(Event::DraftChanged {
                    id: draft.id.to_string(),
                });
            }
        }
        Ok(report)
    }

    /// The draft that is here already under the row's id: a table of our own that comes back.
    async fn draft_of_row(
        &self,
        columns: &Columns,
        row: &StringRecord,
    ) -> Result<Option<DraftId>, Failure> {
        let id = columns.of_row(row, "id").unwrap_or_default().trim();
        let Ok(id) = id.parse::<DraftId>() else {
            return Ok(None);
        };
        match self.parts.drafts.get(id).await {
            Ok(draft) => Ok(Some(draft.id)),
            Err(RecordError::NotFound) => Ok(None),
            Err(error) => Err(fail::record("reading the drafts")(error)),
        }
    }

    fn draft_from_row(&self, columns: &Columns, row: &StringRecord) -> Result<Draft, Failure> {
        let status = columns.of_row(row, "status").unwrap_or_default().trim();
        let listed = columns.of_row(row, "listing_url").unwrap_or_default();
        // As a draft it could be published a second time.
        if matches!(status, "live" | "published") || !listed.trim().is_empty() {
            return Err(Failure::new(
                Code::AlreadyPublished,
                "This row is a listing that is on the site. A table cannot bring it back; the ZIP export can.",
            ));
        }
        let mut changes = Vec::new();
        let mut say = |key: &str, value: Value| {
            changes.push(DraftChange {
                key: key.to_owned(),
                value,
            });
        };
        for field in AS_THEY_STAND {
            match columns.of_row(row, field) {
                None | Some("") => {}
                Some("unknown") if field == "size" => {}
                Some(text) => say(field, json!(text)),
            }
        }
        if let Some(text) = columns.of_row(row, "package_size").map(str::trim) {
            say("package_size", json!(text));
        }
        if status == "archived" {
            say("status", json!("archived"));
        }
        let mut wrong = Vec::new();
        for (column, field) in PRICES {
            match columns.of_row(row, column).map(cents) {
                None | Some(Ok(None)) => {}
                Some(Ok(Some(cents))) => say(field, json!(cents)),
                Some(Err(())) => wrong.push(column),
            }
        }
        if !wrong.is_empty() {
            let fields: serde_json::Map<String, Value> = wrong
                .iter()
                .map(|field| ((*field).to_owned(), json!(Code::InvalidField)))
                .collect();
            return Err(Failure::new(
                Code::InvalidField,
                format!("{}: a price such as 12.50 or 12,50 €.", wrong.join(", ")),
            )
            .with(json!({ "fields": fields })));
        }
        if changes.is_empty() {
            return Err(Failure::new(
                Code::InvalidField,
                "The row is empty where a draft would have its values.",
            ));
        }
        let mut draft = Draft::new(self.parts.clock.new_id().into(), self.parts.clock.now());
        apply(&mut draft, &changes)?;
        Ok(draft)
    }
}

fn refuse(row: &mut TableRow, failure: &Failure) {
    "refused".clone_into(&mut row.outcome);
    row.code = Some(failure.code);
    row.fields = failure
        .details
        .get("fields")
        .cloned()
        .and_then(|fields| serde_json::from_value(fields).ok())
        .unwrap_or_default();
    let reason = failure.message.trim_start_matches("Nothing was changed. ");
    row.message = Some(reason.to_owned());
}

/// The columns, and every row with the line that it begins on.
fn read(
    table: &[u8],
    chosen: &BTreeMap<String, String>,
) -> Result<(Columns, Vec<(u32, StringRecord)>), Failure> {
    if table.len() > MAX_TABLE {
        return Err(Failure::new(
            Code::FileTooLarge,
            "A table has at most 16 MB. Nothing was made.",
        ));
    }
    let text = text_of(table);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(&text))
        .flexible(true)
        .from_reader(text.as_bytes());
    let head: Vec<String> = reader
        .headers()
        .map_err(|error| no_table(&error))?
        .iter()
        .map(|name| name.trim().to_owned())
        .collect();
    if head.len() > MAX_COLUMNS {
        return Err(shapeless(format!(
            "A table has at most {MAX_COLUMNS} columns."
        )));
    }
    let columns = Columns::of(head, chosen)?;
    let mut rows = Vec::new();
    let mut lines = Lines::of(&text);
    for row in reader.records() {
        let row = row.map_err(|error| no_table(&error))?;
        if row.iter().all(|text| text.trim().is_empty()) {
            continue;
        }
        if rows.len() == MAX_ROWS {
            return Err(Failure::new(
                Code::TooManyFiles,
                format!("A table has at most {MAX_ROWS} rows. Nothing was made; split it."),
            ));
        }
        let begins = row.position().map_or(0, csv::Position::byte);
        rows.push((lines.at(begins), row));
    }
    Ok((columns, rows))
}

/// Line numbers as an editor shows them. The reader's own count is one behind where lines end with `\r\n`.
struct Lines<'a> {
    text: &'a [u8],
    seen: usize,
    line: u32,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        Self {
            text: text.as_bytes(),
            seen: 0,
            line: 1,
        }
    }

    /// The line of the first byte from here on that ends none. Asked for in rising order.
    fn at(&mut self, byte: u64) -> u32 {
        let mut end = usize::try_from(byte)
            .unwrap_or(usize::MAX)
            .min(self.text.len());
        while matches!(self.text.get(end), Some(b'\r' | b'\n')) {
            end += 1;
        }
        let passed = self.text.get(self.seen..end).unwrap_or_default();
        let ended = passed.iter().filter(|byte| **byte == b'\n').count();
        self.line = self
            .line
            .saturating_add(u32::try_from(ended).unwrap_or(u32::MAX));
        self.seen = end.max(self.seen);
        self.line
    }
}

/// UTF-8 and UTF-16 by their mark, UTF-8 by its shape, else what a French spreadsheet writes.
fn text_of(table: &[u8]) -> Cow<'_, str> {
    let (encoding, mark) = Encoding::for_bom(table).unwrap_or((UTF_8, 0));
    let body = &table[mark..];
    match encoding.decode_without_bom_handling_and_without_replacement(body) {
        Some(text) => text,
        None => WINDOWS_1252.decode_without_bom_handling(body).0,
    }
}

/// What stands most often in the head, outside of quotes: a French spreadsheet writes semicolons.
fn delimiter(text: &str) -> u8 {
    let mut counts = [(b';', 0), (b',', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in text.bytes().take(64 * 1024) {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            byte if !quoted => {
                if let Some(found) = counts.iter_mut().find(|(known, _)| *known == byte) {
                    found.1 += 1;
                }
            }
            _ => {}
        }
    }
    counts
        .into_iter()
        .reduce(|best, next| if next.1 > best.1 { next } else { best })
        .map_or(b',', |(byte, _)| byte)
}

/// Minor units of `12`, `12.5`, `12,50 €` or `1 234,50`; `None` for an empty cell.
fn cents(text: &str) -> Result<Option<u32>, ()> {
    let plain: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '€')
        .collect();
    let plain = plain.trim_end_matches("EUR");
    if plain.is_empty() {
        return Ok(None);
    }
    let (whole, part) = plain.split_once([',', '.']).unwrap_or((plain, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || part.len() > 2 || !digits(whole) || !digits(part) {
        return Err(());
    }
    format!("{whole}{part:0<2}")
        .parse()
        .map(Some)
        .map_err(|_| ())
}

fn no_table(error: &csv::Error) -> Failure {
    let line = error.position().map_or(1, csv::Position::line);
    shapeless(format!("Line {line} cannot be read as a row of a table."))
}

fn shapeless(why: String) -> Failure {
    Failure::new(
        Code::InvalidField,
        format!("{why} Save the sheet as CSV and try again. Nothing was made."),
    )
    .with(json!({ "fields": { "file": Code::InvalidField } }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(field, column)| ((*field).to_owned(), (*column).to_owned()))
            .collect()
    }

    #[test]
    fn what_french_and_english_spreadsheets_write_is_read() {
        let utf8 = "\u{feff}title,price\n\"Robe, longue\",\"12.50\"\n".as_bytes();
        let latin = b"Titre;Prix;\xc9tat\r\nRobe d'\xe9t\xe9;12,50 \x80;Bon \xe9tat\r\n";
        let wide: Vec<u8> = "\u{feff}Titre\tPrix\nRobe\t7\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        for (table, title, price) in [
            (utf8, "Robe, longue", 1250),
            (latin.as_slice(), "Robe d'été", 1250),
            (wide.as_slice(), "Robe", 700),
        ] {
            let (columns, rows) = read(table, &BTreeMap::new()).unwrap();
            let (line, row) = &rows[0];
            assert_eq!(*line, 2, "the line that a person sees");
            assert_eq!(columns.of_row(row, "title"), Some(title));
            assert_eq!(
                columns.of_row(row, "price").map(cents),
                Some(Ok(Some(price)))
            );
        }
    }

    #[test]
    fn columns_are_known_by_name_or_by_the_persons_word() {
        let table = "Article;Montant;Marque;Notes\nRobe;3;Levi's;x\n".as_bytes();
        let map = chosen(&[("title", "article"), ("price", "Montant"), ("brand", "")]);
        let (columns, _) = read(table, &map).unwrap();
        assert_eq!(
            columns.read(),
            chosen(&[("title", "Article"), ("price", "Montant")]),
            "what the person left out is not read"
        );
        assert_eq!(columns.ignored(), ["Marque", "Notes"]);
        for (map, why) in [
            (chosen(&[]), "nothing but a brand is known: that is enough"),
            (chosen(&[("brand", "Notes")]), "another column"),
        ] {
            assert!(read(table, &map).is_ok(), "{why}");
        }
        for map in [
            chosen(&[("title", "Titel")]),
            chosen(&[("colour", "Notes")]),
            chosen(&[("brand", "")]),
        ] {
            let failure = read(table, &map).map(|_| ()).unwrap_err();
            assert_eq!(failure.code, Code::InvalidField, "{map:?}");
        }
    }

    #[test]
    fn a_price_is_read_as_it_stands_or_refused() {
        for (text, price) in [
            ("", None),
            ("12", Some(1200)),
            ("12,5", Some(1250)),
            ("1 234,50 €", Some(123_450)),
            ("0.99EUR", Some(99)),
        ] {
            assert_eq!(cents(text), Ok(price), "{text}");
        }
        for text in ["-3", "12,345", "1.234,50", "zwölf", "99999999999", ",5"] {
            assert_eq!(cents(text), Err(()), "{text} is not guessed at");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_bring_it_down(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
            let _ = read(&bytes, &BTreeMap::new());
        }
    }
}
