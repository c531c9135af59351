//! Text chunks of PNG files that carry metadata. Looked up here, because the decoder is told to skip
//! all text: compressed text may inflate to any size (image-png issue 696).

use std::io::Read;

use flate2::read::ZlibDecoder;

use crate::colour::MAX_ICC;

/// Bytes the decoder may take for what is not pixels: palettes, profiles, EXIF.
pub(super) const MAX_ANCILLARY: usize = MAX_ICC + 2 * 1024 * 1024;
/// An EXIF block in hexadecimal with line breaks; it has at most 64 KiB in the JPEG it comes from.
const MAX_TEXT: u64 = 256 * 1024;

/// The XMP packet: an `iTXt` chunk of the name that Adobe gave it, uncompressed as Adobe demands.
pub(super) fn xmp(bytes: &[u8]) -> Option<&[u8]> {
    chunks(bytes).find_map(|(kind, body)| {
        let [0, _, text @ ..] = body.strip_prefix(b"XML:com.adobe.xmp\0")? else {
            return None;
        };
        // Language and translated key, each ending in a zero, come before the text.
        if kind == b"iTXt" {
            text.splitn(3, |byte| *byte == 0).nth(2)
        } else {
            None
        }
    })
}

/// The EXIF block: the chunk made for it, wherever it stands; else as text.
pub(super) fn exif(bytes: &[u8]) -> Option<Vec<u8>> {
    let block = chunks(bytes).find_map(|(kind, body)| (kind == b"eXIf").then(|| body.to_vec()));
    block.or_else(|| exif_in_text(bytes))
}

/// As ImageMagick and others wrote it before PNG had a chunk for it: text of the name "Raw profile
/// type exif", a line with "exif", one with the length, then hexadecimal digits.
fn exif_in_text(bytes: &[u8]) -> Option<Vec<u8>> {
    chunks(bytes).find_map(|(kind, body)| {
        let body = body.strip_prefix(b"Raw profile type exif\0")?;
        let text = match kind {
            b"tEXt" => body.to_vec(),
            b"zTXt" => {
                let mut text = Vec::new();
                ZlibDecoder::new(body.get(1..)?)
                    .take(MAX_TEXT)
                    .read_to_end(&mut text)
                    .ok()?;
                text
            }
            _ => return None,
        };
        let mut lines = text.trim_ascii_start().splitn(3, |byte| *byte == b'\n');
        let digits = lines
            .nth(2)?
            .iter()
            .filter(|byte| !byte.is_ascii_whitespace());
        hex::decode(digits.copied().collect::<Vec<_>>()).ok()
    })
}

/// All chunks up to the first damaged length, as type and body.
fn chunks(bytes: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
    let mut rest = bytes.get(8..).unwrap_or_default();
    std::iter::from_fn(move || {
        let (length, after) = rest.split_first_chunk::<4>()?;
        let (kind, after) = after.split_first_chunk::<4>()?;
        let length = u32::from_be_bytes(*length) as usize;
        let body = after.get(..length)?;
        // Four bytes of checksum follow.
        rest = after.get(length..)?.get(4..)?;
        Some((kind, body))
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    use super::*;

    fn file(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
        for (kind, body) in [(b"gAMA", &b"\0\0\0\0"[..]), (kind, body)] {
            bytes.extend((body.len() as u32).to_be_bytes());
            bytes.extend(kind);
            bytes.extend(body);
            bytes.extend([0; 4]);
        }
        bytes
    }

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text).expect("packed");
        encoder.finish().expect("packed")
    }

    #[test]
    fn exif_is_found_in_text() {
        let text = b"\nexif\n       8\n45786966\n00004d4d\n";
        let plain = [b"Raw profile type exif\0", &text[..]].concat();
        assert_eq!(
            exif(&file(b"tEXt", &plain)).as_deref(),
            Some(&b"Exif\0\0MM"[..])
        );
        let packed = [b"Raw profile type exif\0\0", &packed(text)[..]].concat();
        assert_eq!(
            exif(&file(b"zTXt", &packed)).as_deref(),
            Some(&b"Exif\0\0MM"[..])
        );
        assert_eq!(
            exif(&file(b"iTXt", &plain)),
            None,
            "not a kind that carries it"
        );
        assert_eq!(
            exif(&file(b"eXIf", b"MM")).as_deref(),
            Some(&b"MM"[..]),
            "its own chunk"
        );
    }

    #[test]
    fn a_bomb_is_not_inflated() {
        let zeros = vec![b'0'; 50_000_000];
        let bomb = [b"Raw profile type exif\0\0", &packed(&zeros)[..]].concat();
        assert_eq!(exif(&file(b"zTXt", &bomb)), None, "cut off, and no EXIF");
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_upset_the_walk(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            for kind in [b"tEXt", b"zTXt", b"iTXt"] {
                let _ = (exif(&file(kind, &bytes)), xmp(&file(kind, &bytes)));
            }
            let _ = (exif(&bytes), xmp(&bytes));
        }
    }
}
