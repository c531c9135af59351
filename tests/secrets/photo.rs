//! A photo that tells everything about its owner: EXIF, XMP, a comment, a place.

/// What the photo says.
pub(crate) struct Told {
    pub(crate) owner: String,
    pub(crate) artist_email: String,
    pub(crate) phone: String,
    pub(crate) address: String,
    pub(crate) iban: String,
    pub(crate) body_serial: String,
    pub(crate) lens_serial: String,
    pub(crate) document_id: String,
    pub(crate) gps_text: String,
    /// Degrees, minutes, hundredths of seconds.
    pub(crate) latitude: [u32; 3],
    pub(crate) longitude: [u32; 3],
}

/// Three rationals as EXIF stores them.
pub(crate) fn rationals(value: [u32; 3]) -> Vec<u8> {
    [(value[0], 1), (value[1], 1), (value[2], 100)]
        .iter()
        .flat_map(|(n, d): &(u32, u32)| [n.to_le_bytes(), d.to_le_bytes()].concat())
        .collect()
}

/// The JPEG with the metadata put right behind its beginning.
pub(crate) fn telling(jpeg: &[u8], told: &Told) -> Vec<u8> {
    assert_eq!(&jpeg[..2], b"\xff\xd8", "a JPEG");
    let xmp = format!(
        "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF \
         xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description \
         xmlns:xmpMM=\"http://ns.adobe.com/xap/1.0/mm/\" xmpMM:DocumentID=\"{}\" \
         xmlns:exif=\"http://ns.adobe.com/exif/1.0/\" exif:GPSLatitude=\"{}\"/></rdf:RDF></x:xmpmeta>",
        told.document_id, told.gps_text
    );
    let mut out = b"\xff\xd8".to_vec();
    for (marker, body) in [
        (0xe1, [b"Exif\0\0".as_slice(), &exif(told)].concat()),
        (0xe1, xmp.into_bytes()),
        (0xfe, told.iban.clone().into_bytes()),
    ] {
        out.extend([0xff, marker]);
        out.extend(u16::try_from(body.len() + 2).unwrap().to_be_bytes());
        out.extend(body);
    }
    out.extend(&jpeg[2..]);
    out
}

/// An entry of a TIFF directory: tag, type, count, bytes.
struct Entry(u16, u16, u32, Vec<u8>);

fn text(tag: u16, value: &str) -> Entry {
    let bytes = [value.as_bytes(), b"\0"].concat();
    Entry(tag, 2, u32::try_from(bytes.len()).unwrap(), bytes)
}

/// Little-endian TIFF with the directories 0, EXIF and GPS.
fn exif(told: &Told) -> Vec<u8> {
    let rational = |tag, value| Entry(tag, 5, 3, rationals(value));
    let comment = [b"ASCII\0\0\0", told.address.as_bytes()].concat();
    let pointer =
        |tag, to: usize| Entry(tag, 4, 1, u32::try_from(to).unwrap().to_le_bytes().to_vec());
    let camera = vec![
        Entry(0x9286, 7, u32::try_from(comment.len()).unwrap(), comment),
        text(0xa430, &told.owner),
        text(0xa431, &told.body_serial),
        text(0xa435, &told.lens_serial),
    ];
    let place = vec![
        text(1, "N"),
        rational(2, told.latitude),
        text(3, "E"),
        rational(4, told.longitude),
    ];
    let first = |camera_at, place_at| {
        vec![
            text(0x010e, &told.phone),
            text(0x013b, &told.artist_email),
            pointer(0x8769, camera_at),
            pointer(0x8825, place_at),
        ]
    };
    let length = |entries: &[Entry]| {
        let outside: usize = entries
            .iter()
            .map(|e| if e.3.len() > 4 { e.3.len() } else { 0 })
            .sum();
        2 + 12 * entries.len() + 4 + outside
    };
    let camera_at = 8 + length(&first(0, 0));
    let place_at = camera_at + length(&camera);
    let mut tiff = b"II*\0\x08\0\0\0".to_vec();
    for entries in [first(camera_at, place_at), camera, place] {
        let mut outside = tiff.len() + 2 + 12 * entries.len() + 4;
        tiff.extend(u16::try_from(entries.len()).unwrap().to_le_bytes());
        let mut values = Vec::new();
        for Entry(tag, kind, count, bytes) in entries {
            tiff.extend(tag.to_le_bytes());
            tiff.extend(kind.to_le_bytes());
            tiff.extend(count.to_le_bytes());
            if bytes.len() <= 4 {
                let mut inside = bytes;
                inside.resize(4, 0);
                tiff.extend(inside);
            } else {
                tiff.extend(u32::try_from(outside).unwrap().to_le_bytes());
                outside += bytes.len();
                values.extend(bytes);
            }
        }
        tiff.extend([0; 4]);
        tiff.extend(values);
    }
    tiff
}
