use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use exif::{In, Tag, Value};

use crate::orientation::Orientation;

/// What is read from a file's metadata before all of it is dropped. Never the place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) captured_at: Option<NaiveDateTime>,
    pub(crate) camera: Option<String>,
    pub(crate) orientation: Option<Orientation>,
}

/// An EXIF block is at most 64 KiB in JPEG; other containers allow more.
pub(crate) const MAX_EXIF: usize = 1024 * 1024;
/// How far into an XMP packet the orientation is looked for.
const MAX_XMP: usize = 256 * 1024;
const MAX_CAMERA: usize = 64;

/// Reads an EXIF block: a TIFF header and what follows, with or without the `Exif\0\0` before it.
/// Whatever is damaged in it is left out; metadata never refuses a photo.
pub(crate) fn from_exif(block: &[u8]) -> Facts {
    let tiff = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
    if tiff.len() > MAX_EXIF {
        return Facts::default();
    }
    from_tiff(tiff)
}

/// Reads the EXIF item of a HEIF file. Its orientation is dropped: the container's own properties turn the picture, and
/// phones write both.
pub(crate) fn from_heif_item(item: &[u8]) -> Facts {
    // Four bytes say how far behind them the TIFF header lies (ISO/IEC 23008-12, A.2.1).
    let tiff = item
        .split_first_chunk::<4>()
        .and_then(|(offset, rest)| rest.get(u32::from_be_bytes(*offset) as usize..));
    Facts {
        orientation: None,
        ..tiff.map(from_exif).unwrap_or_default()
    }
}

/// Reads the same of a TIFF file, of which EXIF is a part.
pub(crate) fn from_tiff(file: &[u8]) -> Facts {
    if points_too_often(file) {
        return Facts::default();
    }
    let parsed = exif::Reader::new()
        .continue_on_error(true)
        .read_raw(file.to_vec())
        .or_else(|error| error.distill_partial_result(|_| {}));
    let Ok(exif) = parsed else {
        return Facts::default();
    };
    Facts {
        captured_at: captured_at(&exif),
        camera: camera(&exif),
        orientation: exif
            .get_field(Tag::Orientation, In::PRIMARY)
            .and_then(|field| field.value.get_uint(0))
            .and_then(Orientation::new),
    }
}

/// Whether the block names more directories than any camera writes. The reader follows each of them,
/// also where thousands name the same one: 60 KB then take minutes and gigabytes.
fn points_too_often(tiff: &[u8]) -> bool {
    const MOST: usize = 16;
    // Pointers to the directories EXIF, GPS and interoperability (EXIF 2.32, 4.6.3), as LONG; in
    // both byte orders.
    const POINTERS: [[u8; 4]; 6] = [
        [0x69, 0x87, 4, 0],
        [0x25, 0x88, 4, 0],
        [0x05, 0xA0, 4, 0],
        [0x87, 0x69, 0, 4],
        [0x88, 0x25, 0, 4],
        [0xA0, 0x05, 0, 4],
    ];
    let found = tiff.windows(4).filter(|four| {
        // Two of the bytes first: this looks at every byte of a TIFF file.
        (four[2] == 4 || four[3] == 4) && POINTERS.iter().any(|pointer| four == pointer)
    });
    found.take(MOST + 1).count() > MOST
}

/// The time of the shot; of digitising or of the last change where a file has no better one.
fn captured_at(exif: &exif::Exif) -> Option<NaiveDateTime> {
    [
        (Tag::DateTimeOriginal, Tag::SubSecTimeOriginal),
        (Tag::DateTimeDigitized, Tag::SubSecTimeDigitized),
        (Tag::DateTime, Tag::SubSecTime),
    ]
    .into_iter()
    .find_map(|(time, fraction)| {
        let mut parsed = exif::DateTime::from_ascii(ascii(exif, time)?).ok()?;
        if let Some(fraction) = ascii(exif, fraction) {
            // A damaged fraction leaves the time as it is.
            let _ = parsed.parse_subsec(fraction);
        }
        let day =
            NaiveDate::from_ymd_opt(parsed.year.into(), parsed.month.into(), parsed.day.into())?;
        let whole = day.and_hms_opt(
            parsed.hour.into(),
            parsed.minute.into(),
            parsed.second.into(),
        )?;
        whole.checked_add_signed(TimeDelta::nanoseconds(
            parsed.nanosecond.unwrap_or(0).into(),
        ))
    })
}

/// "Apple iPhone 7" of maker "Apple" and model "iPhone 7"; the maker is not said twice.
fn camera(exif: &exif::Exif) -> Option<String> {
    let text = |tag| {
        let words = String::from_utf8_lossy(ascii(exif, tag)?).replace(char::is_control, " ");
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        (!words.is_empty()).then_some(words)
    };
    let name = match (text(Tag::Make), text(Tag::Model)) {
        (Some(make), Some(model)) => {
            let first = make.split(' ').next().unwrap_or_default().to_lowercase();
            if model.to_lowercase().starts_with(&first) {
                model
            } else {
                format!("{make} {model}")
            }
        }
        (make, model) => make.or(model)?,
    };
    Some(name.chars().take(MAX_CAMERA).collect())
}

fn ascii(exif: &exif::Exif, tag: Tag) -> Option<&[u8]> {
    match &exif.get_field(tag, In::PRIMARY)?.value {
        Value::Ascii(lines) => lines.first().map(Vec::as_slice),
        _ => None,
    }
}

/// The orientation in an XMP packet: `tiff:Orientation` as attribute or as element (Adobe XMP
/// specification part 2, 1.2.4). It counts where EXIF has none.
pub(crate) fn orientation_from_xmp(packet: &[u8]) -> Option<Orientation> {
    const NAME: &[u8] = b"tiff:Orientation";
    let packet = &packet[..packet.len().min(MAX_XMP)];
    let at = packet
        .windows(NAME.len())
        .position(|window| window == NAME)?;
    let mut rest = packet[at + NAME.len()..]
        .iter()
        .filter(|byte| !byte.is_ascii_whitespace() && !matches!(byte, b'=' | b'"' | b'\'' | b'>'));
    let (digit, next) = (*rest.next()?, rest.next());
    if !digit.is_ascii_digit() || next.is_some_and(u8::is_ascii_digit) {
        return None;
    }
    Orientation::new(u32::from(digit - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case(br#"<rdf:Description tiff:Orientation="6" x="1"/>"#, Some(6))]
    #[case(b"<tiff:Orientation> 3 </tiff:Orientation>", Some(3))]
    #[case(br#"<rdf:Description tiff:Orientation = '8'>"#, Some(8))]
    #[case(br#"tiff:Orientation="66""#, None)]
    #[case(br#"tiff:Orientation="0""#, None)]
    #[case(br#"tiff:Orientation="#, None)]
    #[case(b"", None)]
    fn xmp_says_how_a_photo_stands(#[case] packet: &[u8], #[case] expected: Option<u32>) {
        assert_eq!(
            orientation_from_xmp(packet),
            expected.and_then(Orientation::new)
        );
    }

    #[test]
    fn a_directory_named_thousands_of_times_is_not_followed() {
        let block = |pointers: usize| {
            let mut block = b"II*\0\x08\0\0\0".to_vec();
            block.extend((pointers as u16 + 1).to_le_bytes());
            block.extend([0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0]);
            block.extend([0x69, 0x87, 4, 0, 1, 0, 0, 0, 8, 0, 0, 0].repeat(pointers));
            block.extend([0; 4]);
            from_exif(&block)
        };
        assert_eq!(block(1).orientation, Orientation::new(6), "once is usual");
        assert_eq!(block(50), Facts::default(), "fifty times is an attack");
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_upset_the_reading(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
            let mut block = b"II*\0\x08\0\0\0".to_vec();
            block.extend(&bytes);
            let facts = from_exif(&block);
            proptest::prop_assert!(facts.camera.is_none_or(|name| name.chars().count() <= MAX_CAMERA));
            let _ = orientation_from_xmp(&bytes);
        }
    }
}
