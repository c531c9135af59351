use crate::colour::MAX_ICC;

/// What a JPEG file's segments say beside the pixels.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Segments<'a> {
    /// The first EXIF block, from its TIFF header on.
    pub(super) exif: Option<&'a [u8]>,
    /// The first XMP packet.
    pub(super) xmp: Option<&'a [u8]>,
    /// The ICC profile, put together from its parts (ICC.1:2022, B.4); empty for none.
    pub(super) icc: Vec<u8>,
    /// Sides by the first frame header, across and down.
    pub(super) frame: Option<(u16, u16)>,
    /// Where the first scan's data begin.
    scan: Option<usize>,
}

const EXIF: &[u8] = b"Exif\0\0";
const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const ICC: &[u8] = b"ICC_PROFILE\0";

/// Walks the segments up to the first scan. A damaged length ends the walk: what came before counts.
pub(super) fn read(bytes: &[u8]) -> Segments<'_> {
    let mut found = Segments::default();
    let mut parts: Vec<(u8, &[u8])> = Vec::new();
    let mut at = 2;
    while let Some((marker, body, next)) = segment(bytes, at) {
        at = next;
        match marker {
            0xE1 => {
                if let Some(block) = body.strip_prefix(EXIF) {
                    found.exif.get_or_insert(block);
                } else if let Some(packet) = body.strip_prefix(XMP) {
                    found.xmp.get_or_insert(packet);
                }
            }
            0xE2 => {
                if let Some([number, _, part @ ..]) = body.strip_prefix(ICC) {
                    parts.push((*number, part));
                }
            }
            // All the frame headers (ITU-T T.81, table B.1), not the tables between them.
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                if let [_, h1, h0, w1, w0, ..] = *body {
                    let sides = (u16::from_be_bytes([w1, w0]), u16::from_be_bytes([h1, h0]));
                    found.frame.get_or_insert(sides);
                }
            }
            0xDA => {
                found.scan = Some(at);
                break;
            }
            0xD9 => break,
            _ => {}
        }
    }
    parts.sort_by_key(|(number, _)| *number);
    if parts.iter().map(|(_, part)| part.len()).sum::<usize>() <= MAX_ICC {
        found.icc = parts
            .into_iter()
            .flat_map(|(_, part)| part)
            .copied()
            .collect();
    }
    found
}

impl Segments<'_> {
    /// Whether an end-of-image marker follows the beginning of the first scan.
    pub(super) fn is_closed(&self, bytes: &[u8]) -> bool {
        let scan = self.scan.and_then(|at| bytes.get(at..)).unwrap_or_default();
        scan.windows(2).any(|pair| pair == [0xFF, 0xD9])
    }
}

/// The segment at `at`: its marker, its body, and where the next one begins.
fn segment(bytes: &[u8], at: usize) -> Option<(u8, &[u8], usize)> {
    let mut at = at + bytes.get(at..)?.iter().position(|byte| *byte == 0xFF)?;
    while bytes.get(at) == Some(&0xFF) {
        at += 1;
    }
    let marker = *bytes.get(at)?;
    at += 1;
    // Markers without a body: stuffing, TEM, restarts, start and end of the image.
    if matches!(marker, 0x00 | 0x01 | 0xD0..=0xD9) {
        return Some((marker, &[], at));
    }
    let length = usize::from(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]));
    let body = bytes.get(at + 2..at + length)?;
    Some((marker, body, at + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(segments: &[(u8, &[u8])]) -> Vec<u8> {
        let mut bytes = vec![0xFF, 0xD8];
        for (marker, body) in segments {
            bytes.extend([0xFF, *marker]);
            bytes.extend(((body.len() + 2) as u16).to_be_bytes());
            bytes.extend(*body);
        }
        bytes
    }

    #[test]
    fn parts_of_a_profile_are_put_in_order() {
        let bytes = file(&[
            (0xE2, b"ICC_PROFILE\0\x02\x02world"),
            (0xE1, b"Exif\0\0II"),
            (0xC0, b"\x08\x01\x02\x03\x04rest"),
            (0xE2, b"ICC_PROFILE\0\x01\x02hello "),
            (0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>"),
        ]);
        let found = read(&bytes);
        assert_eq!(found.icc, b"hello world", "also behind the frame header");
        assert_eq!(
            found.frame,
            Some((0x0304, 0x0102)),
            "height comes first in the file"
        );
        assert_eq!(found.exif, Some(&b"II"[..]));
        assert_eq!(found.xmp, Some(&b"<x/>"[..]));
    }

    #[test]
    fn the_end_is_looked_for_behind_the_scan_only() {
        let mut bytes = file(&[(0xE1, b"\xFF\xD9"), (0xDA, b"scan")]);
        bytes.extend(b"data");
        assert!(
            !read(&bytes).is_closed(&bytes),
            "an end marker inside metadata is none"
        );
        bytes.extend([0xFF, 0xD9]);
        assert!(read(&bytes).is_closed(&bytes));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_upset_the_walk(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..600)) {
            let found = read(&bytes);
            let _ = found.is_closed(&bytes);
        }
    }
}
