//! Listings as a table: for a spreadsheet, for paper.

use contract::{Code, DraftView, Failure};
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str};

use crate::{
    answer::{Answer, Refusal},
    routes::{Listing, status},
};

/// A4, in points.
const PAGE: (f32, f32) = (595.0, 842.0);
const MARGIN: f32 = 40.0;
const LINE: f32 = 14.0;
const FONT: f32 = 9.0;
/// Where the columns begin, and how many characters each holds at this size.
const COLUMNS: [(f32, usize); 4] = [(40.0, 62), (340.0, 12), (410.0, 10), (470.0, 20)];

/// CSV with a head; UTF-8 with a byte order mark, which spreadsheets need to see the accents.
/// `POST /import/listings` reads it again.
pub(crate) fn csv(rows: &[DraftView]) -> Answer<Vec<u8>> {
    let failed = |error: csv::Error| {
        tracing::error!(%error, "a table could not be written");
        Refusal::from(Failure::new(
            Code::Internal,
            "The table could not be written.",
        ))
    };
    let mut table = csv::Writer::from_writer(b"\xef\xbb\xbf".to_vec());
    table
        .write_record([
            "id",
            "title",
            "price",
            "currency",
            "category",
            "brand",
            "size",
            "condition",
            "color",
            "photos",
            "status",
            "listing_url",
            "created_at",
            "updated_at",
            "description",
            "material",
            "package_size",
            "price_min",
            "price_max",
        ])
        .map_err(failed)?;
    for row in rows {
        let price = |cents: Option<u32>| cents.map(price).unwrap_or_default();
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let texts = [
            row.id.clone(),
            row.title.clone(),
            price(row.price_target_cents),
            row.currency.clone(),
            text(&row.category),
            text(&row.brand),
            row.size.clone(),
            text(&row.condition),
            text(&row.color),
            row.photos.len().to_string(),
            status(row).to_owned(),
            text(&row.listing_url),
            row.created_at.clone(),
            row.updated_at.clone(),
            row.description.clone(),
            text(&row.material),
            text(&row.package_size),
            price(row.price_min_cents),
            price(row.price_max_cents),
        ];
        table.write_record(texts.map(harmless)).map_err(failed)?;
    }
    table
        .into_inner()
        .map_err(|error| failed(error.into_error().into()))
}

/// A spreadsheet takes a text that begins like a formula for one: it gets an apostrophe in front.
fn harmless(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text
    }
}

fn price(cents: u32) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// One line a listing, as many pages as it takes.
pub(crate) fn pdf(rows: &[Listing]) -> Vec<u8> {
    let mut lines: Vec<[String; 4]> = vec![["Title", "Price", "Size", "Status"].map(str::to_owned)];
    lines.extend(rows.iter().map(|row| {
        [
            row.title.clone(),
            row.price_cents
                .map(|cents| format!("{} {}", price(cents), row.currency))
                .unwrap_or_default(),
            row.meta.size.clone(),
            row.status.to_owned(),
        ]
    }));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "some fifty"
    )]
    let per_page = ((PAGE.1 - 2.0 * MARGIN) / LINE) as usize;
    let pages: Vec<&[[String; 4]]> = lines.chunks(per_page.max(1)).collect();

    let mut next = 1;
    let mut new = || {
        let id = Ref::new(next);
        next += 1;
        id
    };
    let (catalog, tree, font) = (new(), new(), new());
    let ids: Vec<(Ref, Ref)> = pages.iter().map(|_| (new(), new())).collect();
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(tree);
    pdf.pages(tree)
        .kids(ids.iter().map(|(page, _)| *page))
        .count(i32::try_from(ids.len()).unwrap_or(i32::MAX));
    pdf.type1_font(font)
        .base_font(Name(b"Helvetica"))
        .encoding_predefined(Name(b"WinAnsiEncoding"));
    for (lines, (page_id, content_id)) in pages.iter().zip(&ids) {
        let mut page = pdf.page(*page_id);
        page.media_box(Rect::new(0.0, 0.0, PAGE.0, PAGE.1))
            .parent(tree)
            .contents(*content_id);
        page.resources().fonts().pair(Name(b"F"), font);
        page.finish();
        let mut content = Content::new();
        let mut y = PAGE.1 - MARGIN;
        for line in *lines {
            for (text, (x, width)) in line.iter().zip(COLUMNS) {
                content
                    .begin_text()
                    .set_font(Name(b"F"), FONT)
                    .next_line(x, y)
                    .show(Str(&latin(text, width)))
                    .end_text();
            }
            y -= LINE;
        }
        pdf.stream(*content_id, &content.finish());
    }
    pdf.finish()
}

/// Text in the encoding that every reader has a font for; what it cannot hold becomes a question mark.
fn latin(text: &str, width: usize) -> Vec<u8> {
    let byte = |c: char| match c {
        '€' => 0x80,
        '–' => 0x96,
        '—' => 0x97,
        '’' => 0x92,
        '‘' => 0x91,
        '“' => 0x93,
        '”' => 0x94,
        '…' => 0x85,
        'œ' => 0x9c,
        'Œ' => 0x8c,
        c if (' '..='~').contains(&c) || ('\u{a0}'..='\u{ff}').contains(&c) => {
            u8::try_from(u32::from(c)).unwrap_or(b'?')
        }
        _ => b'?',
    };
    let mut bytes: Vec<u8> = text.chars().take(width).map(byte).collect();
    if text.chars().count() > width {
        bytes.pop();
        bytes.push(0x85);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::ListingMeta;

    fn listing(title: &str) -> Listing {
        Listing {
            id: "0199".into(),
            title: title.into(),
            price_cents: Some(1205),
            currency: "EUR".into(),
            category: None,
            status: "draft",
            thumb_url: None,
            last_synced_at: None,
            meta: ListingMeta {
                brand: None,
                size: "M".into(),
                condition: None,
                color: None,
                photos: 2,
                publish_ready: false,
                missing_fields: Vec::new(),
                listing_url: None,
                queued: false,
                revision: 1,
                created_at: String::new(),
                updated_at: String::new(),
            },
        }
    }

    #[test]
    fn a_long_list_takes_several_pages() {
        let rows: Vec<Listing> = (0..120).map(|n| listing(&format!("Robe {n}"))).collect();
        let pdf = pdf(&rows);
        assert!(pdf.starts_with(b"%PDF-"), "told by its first bytes");
        let pages = pdf.windows(11).filter(|w| *w == b"/Type /Page").count();
        assert!(pages >= 3, "{pages} pages for 121 lines");
        assert_eq!(latin("Été – 5 €", 20), b"\xc9t\xe9 \x96 5 \x80");
        assert_eq!(
            latin("abcdef", 3),
            b"ab\x85",
            "cut where the next column begins"
        );
    }
}
