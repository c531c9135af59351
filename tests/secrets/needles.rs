//! What is looked for, and how: every value in ten encodings, also inside compressed streams.

use std::io::Read;

use aho_corasick::AhoCorasick;
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE},
};

/// A secret and its name.
#[derive(Clone, Debug)]
pub(crate) struct Canary {
    pub(crate) name: &'static str,
    pub(crate) value: Vec<u8>,
}

impl Canary {
    pub(crate) fn new(name: &'static str, value: impl AsRef<[u8]>) -> Self {
        let value = value.as_ref().to_vec();
        assert!(
            value.len() >= 10,
            "{name} is so short that chance would find it"
        );
        Self { name, value }
    }
}

/// Where something was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Hit {
    pub(crate) canary: &'static str,
    pub(crate) encoding: &'static str,
    pub(crate) place: String,
}

/// The encodings, compressed streams apart: those are opened on the way.
pub(crate) const PLAIN: [&str; 9] = [
    "raw",
    "base64",
    "base64 shifted by 1",
    "base64 shifted by 2",
    "base64url",
    "hex",
    "percent",
    "json",
    "utf-16",
];

/// A value as it may lie on a disk.
pub(crate) fn encoded(value: &[u8], encoding: &str) -> Vec<Vec<u8>> {
    // The first and last characters depend on what stands around the value.
    let base64 = |engine: &dyn Fn(&[u8]) -> String, shift: usize| {
        let shifted: Vec<u8> = std::iter::repeat_n(0, shift)
            .chain(value.iter().copied())
            .collect();
        let text = engine(&shifted);
        text.as_bytes()[4..text.len() - 4].to_vec()
    };
    let standard = |bytes: &[u8]| STANDARD.encode(bytes);
    let url = |bytes: &[u8]| URL_SAFE.encode(bytes);
    let each = |form: fn(u8) -> String| value.iter().flat_map(|b| form(*b).into_bytes()).collect();
    let wide = |form: fn(u16) -> [u8; 2]| value.iter().flat_map(|b| form(u16::from(*b))).collect();
    match encoding {
        "raw" => vec![value.to_vec()],
        "base64" => vec![base64(&standard, 0)],
        "base64 shifted by 1" => vec![base64(&standard, 1)],
        "base64 shifted by 2" => vec![base64(&standard, 2)],
        "base64url" => (0..3).map(|shift| base64(&url, shift)).collect(),
        "hex" => vec![each(|b| format!("{b:02x}")), each(|b| format!("{b:02X}"))],
        "percent" => vec![each(|b| format!("%{b:02x}")), each(|b| format!("%{b:02X}"))],
        "json" => vec![
            each(|b| format!("\\u{b:04x}")),
            each(|b| format!("\\u{b:04X}")),
        ],
        "utf-16" => vec![wide(u16::to_le_bytes), wide(u16::to_be_bytes)],
        other => panic!("no encoding {other}"),
    }
}

/// Looks for all canaries in all encodings at once.
pub(crate) struct Scanner {
    finder: AhoCorasick,
    meaning: Vec<(&'static str, &'static str)>,
}

/// Streams inside streams are followed this deep.
const DEPTH: usize = 2;
/// What one stream may unpack to.
const UNPACKED: u64 = 16 * 1024 * 1024;

impl Scanner {
    pub(crate) fn new(canaries: &[Canary]) -> Self {
        let mut needles = Vec::new();
        let mut meaning = Vec::new();
        for canary in canaries {
            for encoding in PLAIN {
                for needle in encoded(&canary.value, encoding) {
                    needles.push(needle);
                    meaning.push((canary.name, encoding));
                }
            }
        }
        Self {
            finder: AhoCorasick::new(needles).unwrap(),
            meaning,
        }
    }

    /// Everything found in these bytes, each once.
    pub(crate) fn scan(&self, place: &str, bytes: &[u8]) -> Vec<Hit> {
        let mut hits = Vec::new();
        self.look(place, bytes, 0, &mut hits);
        hits.sort();
        hits.dedup();
        hits
    }

    fn look(&self, place: &str, bytes: &[u8], depth: usize, hits: &mut Vec<Hit>) {
        for found in self.finder.find_overlapping_iter(bytes) {
            let (canary, encoding) = self.meaning[found.pattern().as_usize()];
            let encoding = if depth == 0 { encoding } else { "compressed" };
            hits.push(Hit {
                canary,
                encoding,
                place: place.to_owned(),
            });
        }
        if depth == DEPTH {
            return;
        }
        for at in memchr_starts(bytes) {
            if let Some(unpacked) = unpacked(&bytes[at..]) {
                self.look(place, &unpacked, depth + 1, hits);
            }
        }
    }
}

/// Where a gzip, zlib or ZIP stream may begin.
fn memchr_starts(bytes: &[u8]) -> Vec<usize> {
    let starts = AhoCorasick::new([
        b"\x1f\x8b\x08".as_slice(),
        b"\x78\x01",
        b"\x78\x5e",
        b"\x78\x9c",
        b"\x78\xda",
        b"PK\x03\x04",
    ])
    .unwrap();
    starts
        .find_overlapping_iter(bytes)
        .map(|m| m.start())
        .collect()
}

/// What a stream that begins here holds, as far as it can be read.
fn unpacked(bytes: &[u8]) -> Option<Vec<u8>> {
    fn read(stream: impl Read) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        // A stream that is cut or damaged later on gave what it gave.
        let _ = stream.take(UNPACKED).read_to_end(&mut out);
        (out.len() >= 10).then_some(out)
    }
    if bytes.starts_with(b"PK\x03\x04") {
        let word = |at: usize| {
            bytes
                .get(at..at + 2)
                .map(|w| u16::from_le_bytes([w[0], w[1]]))
        };
        let data = 30 + usize::from(word(26)?) + usize::from(word(28)?);
        // Stored entries are found as they are.
        return (word(8)? == 8)
            .then(|| read(flate2::read::DeflateDecoder::new(bytes.get(data..)?)))?;
    }
    if bytes.starts_with(b"\x1f\x8b") {
        return read(flate2::read::GzDecoder::new(bytes));
    }
    read(flate2::read::ZlibDecoder::new(bytes))
}

#[test]
fn a_planted_control_is_found_in_every_encoding() {
    use std::io::Write;

    let control = Canary::new("control", "s3cret/of+the?test=1");
    let scanner = Scanner::new(std::slice::from_ref(&control));
    let around = |needle: &[u8]| [b"\x01\x02 text before ", needle, b" and after"].concat();
    for encoding in PLAIN {
        for needle in encoded(&control.value, encoding) {
            let hits = scanner.scan("x", &around(&needle));
            assert!(
                hits.iter().any(|h| h.encoding == encoding),
                "{encoding} is found: {hits:?}"
            );
        }
        // As others encode it, not only as the needle is cut.
        let whole: Vec<u8> = [b"ab".as_slice(), &control.value, b"cd"].concat();
        assert!(
            !scanner
                .scan("x", STANDARD.encode(&whole).as_bytes())
                .is_empty()
        );
        assert!(
            !scanner
                .scan("x", URL_SAFE.encode(&whole).as_bytes())
                .is_empty()
        );
    }
    let text = around(&control.value);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&text).unwrap();
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    zlib.write_all(&text).unwrap();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("a", zip::write::SimpleFileOptions::default())
        .unwrap();
    zip.write_all(&text).unwrap();
    let zip = zip.finish().unwrap().into_inner();
    for packed in [gzip.finish().unwrap(), zlib.finish().unwrap(), zip] {
        let hits = scanner.scan("x", &around(&packed));
        assert!(
            hits.iter().any(|h| h.encoding == "compressed"),
            "found inside a compressed stream: {hits:?}"
        );
    }
    assert!(scanner.scan("x", b"nothing of the kind").is_empty());
}
