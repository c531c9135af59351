//! Archives that mean harm, or are broken: whatever is in them, only the staging folder changes, and what is staged has
//! the bytes that its name promises.

use flate2::{Compression, write::DeflateEncoder};
use tempfile::TempDir;

use super::*;

/// A local file header with its data, as it would stand in an archive; every field can lie.
#[derive(Clone)]
struct Entry {
    name: Vec<u8>,
    data: Vec<u8>,
    method: u16,
    flags: u16,
    crc: Option<u32>,
    size: Option<u32>,
    packed: Option<u32>,
    extra: Vec<u8>,
}

impl Entry {
    fn of(name: &str, data: &[u8]) -> Self {
        Self {
            name: name.as_bytes().to_vec(),
            data: data.to_vec(),
            method: 0,
            flags: 0,
            crc: None,
            size: None,
            packed: None,
            extra: Vec::new(),
        }
    }

    fn photo(data: &[u8]) -> Self {
        Self::of(
            &format!("photos/{}.jpg", hex::encode(Sha256::digest(data))),
            data,
        )
    }

    fn deflated(name: &str, data: &[u8]) -> Self {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(data).unwrap();
        Self {
            method: 8,
            crc: Some(crc(data)),
            size: Some(u32::try_from(data.len()).unwrap()),
            ..Self::of(name, &encoder.finish().unwrap())
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let length = u32::try_from(self.data.len()).unwrap();
        let mut bytes = b"PK\x03\x04".to_vec();
        for number in [20, self.flags, self.method, 0, 0] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(self.crc.unwrap_or_else(|| crc(&self.data)).to_le_bytes());
        bytes.extend(self.packed.unwrap_or(length).to_le_bytes());
        bytes.extend(self.size.unwrap_or(length).to_le_bytes());
        bytes.extend(u16::try_from(self.name.len()).unwrap().to_le_bytes());
        bytes.extend(u16::try_from(self.extra.len()).unwrap().to_le_bytes());
        bytes.extend(&self.name);
        bytes.extend(&self.extra);
        bytes.extend(&self.data);
        bytes
    }
}

fn crc(data: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(data);
    crc.sum()
}

/// Entries, then an empty end of the central directory, which nobody looks at.
fn archive(entries: &[Entry]) -> Vec<u8> {
    let mut bytes: Vec<u8> = entries.iter().flat_map(Entry::bytes).collect();
    bytes.extend(b"PK\x05\x06");
    bytes.extend([0; 18]);
    bytes
}

const PHOTO: &[u8] = b"the bytes of a photo";
const MANIFEST: &[u8] = b"{\"format\":\"vintedbot-studio-export\",\"version\":1}";

fn good() -> Vec<Entry> {
    vec![Entry::photo(PHOTO), Entry::of("manifest.json", MANIFEST)]
}

/// A home with a file in it, a staging folder inside, and a place for archives elsewhere.
struct Place {
    home: TempDir,
    inbox: TempDir,
}

impl Place {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        fs_err::write(home.path().join("passwd"), b"as it was").unwrap();
        fs_err::create_dir(home.path().join("staging")).unwrap();
        Self {
            home,
            inbox: tempfile::tempdir().unwrap(),
        }
    }

    fn read(&self, bytes: &[u8]) -> Result<Unpacked, UnpackRefused> {
        let file = self.inbox.path().join("in.zip");
        fs_err::write(&file, bytes).unwrap();
        unpack(
            &file,
            &self.home.path().join("staging"),
            &CancellationToken::new(),
        )
    }

    /// What lies in the home, staging left out.
    fn rest(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut found = Vec::new();
        for entry in fs_err::read_dir(self.home.path()).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                found.push((path.clone(), fs_err::read(&path).unwrap()));
            } else {
                assert!(
                    path.ends_with("staging"),
                    "no further folder: {}",
                    path.display()
                );
            }
        }
        found
    }

    /// Reads it and looks at what that did. True: it was taken.
    fn takes(&self, what: &str, bytes: &[u8]) -> bool {
        let before = self.rest();
        let read = self.read(bytes);
        let taken = match &read {
            Ok(unpacked) => {
                for (hash, path) in &unpacked.photos {
                    assert!(
                        path.starts_with(self.home.path().join("staging")),
                        "{what}: {}",
                        path.display()
                    );
                    let staged = fs_err::read(path).unwrap();
                    assert_eq!(
                        &hex::encode(Sha256::digest(&staged)),
                        hash,
                        "{what}: the bytes that were promised"
                    );
                }
                true
            }
            Err(UnpackRefused::Disk(error)) => panic!("{what}: not the disk's fault: {error}"),
            Err(_) => false,
        };
        drop(read);
        assert_eq!(
            self.rest(),
            before,
            "{what}: nothing outside the staging folder changes"
        );
        let left = fs_err::read_dir(self.home.path().join("staging"))
            .unwrap()
            .count();
        assert_eq!(left, 0, "{what}: the staging folder is empty again");
        taken
    }
}

fn names() -> Vec<Vec<u8>> {
    let hash = "ab".repeat(32);
    let mut names: Vec<Vec<u8>> = [
        "../passwd",
        "../../passwd",
        "photos/../../passwd",
        "photos/../passwd",
        "/etc/passwd",
        "//server/share/x",
        "\\\\server\\share\\x",
        "..\\passwd",
        "C:\\passwd",
        "C:passwd",
        "c:/passwd",
        "photos\\x.jpg",
        "photos/",
        "photos",
        "passwd",
        "manifest.json/",
        "manifest.json/../passwd",
        "./manifest.json",
        "Manifest.json",
        "manifest.json ",
        "manifest.json\0",
        "manifest.json.",
        "photos/.jpg",
        "photos/x.jpg",
        "",
        ".",
        "..",
        "photos//x.jpg",
        "CON",
        "photos/NUL.jpg",
        "~/.ssh/authorized_keys",
        "$HOME/x",
        "photos/a\u{202e}gpj.jpg",
        "sessions.json",
        "studio.sqlite",
        "../studio.sqlite",
        "vault.key",
        "settings.json",
        "photos/e\u{301}.jpg",
    ]
    .iter()
    .map(|n| n.as_bytes().to_vec())
    .collect();
    for name in [
        format!("photos/{hash}.jpg"),
        format!("photos/{}.jpg", hash.to_uppercase()),
        format!("photos/{hash}.jpeg"),
        format!("photos/{hash}0.jpg"),
        format!("photos/{hash}.jpg/../../passwd"),
        format!("/photos/{hash}.jpg"),
        format!("photos/../photos/{hash}.jpg"),
    ] {
        names.push(name.into_bytes());
    }
    names.push(vec![0xff, 0xfe, b'/', b'x']);
    names.push(vec![b'a'; 60_000]);
    names
}

#[test]
fn a_whole_archive_is_read_and_hostile_ones_are_not() {
    let place = Place::new();
    assert!(place.takes("a good one", &archive(&good())));
    let mut seen = 0;
    let mut refused = |what: &str, bytes: &[u8]| {
        assert!(!place.takes(what, bytes), "{what} is refused");
        seen += 1;
    };
    // Names that lead elsewhere, in every way in which an entry can be written.
    for name in names() {
        // A folder without content is what other programs add; it makes nothing.
        if name == b"photos/" {
            continue;
        }
        for (flags, method) in [
            (0, 0),
            (0x800, 0),
            (1, 0),
            (8, 0),
            (0, 8),
            (0, 12),
            (0, 99),
            (0x2000, 0),
        ] {
            let harmful = Entry {
                name: name.clone(),
                flags,
                method,
                ..Entry::of("", b"as it must not be")
            };
            let what = format!(
                "{:?} flags {flags} method {method}",
                String::from_utf8_lossy(&harmful.name[..harmful.name.len().min(40)])
            );
            let mut entries = good();
            entries.insert(1, harmful);
            refused(&what, &archive(&entries));
        }
    }
    // Entries that lie.
    let photo = Entry::photo(PHOTO);
    let manifest = Entry::of("manifest.json", MANIFEST);
    let lies = [
        (
            "a wrong sum",
            Entry {
                crc: Some(7),
                ..photo.clone()
            },
        ),
        (
            "longer than it is",
            Entry {
                packed: Some(1_000),
                size: Some(1_000),
                ..photo.clone()
            },
        ),
        (
            "shorter than it is",
            Entry {
                packed: Some(3),
                size: Some(3),
                ..photo.clone()
            },
        ),
        (
            "four gigabytes",
            Entry {
                packed: Some(u32::MAX),
                size: Some(u32::MAX),
                ..photo.clone()
            },
        ),
        (
            "other bytes",
            Entry {
                data: b"other bytes".to_vec(),
                ..photo.clone()
            },
        ),
        (
            "encrypted",
            Entry {
                flags: 1,
                ..photo.clone()
            },
        ),
        (
            "length after the data",
            Entry {
                flags: 8,
                packed: Some(0),
                size: Some(0),
                ..photo.clone()
            },
        ),
        (
            "no deflate",
            Entry {
                method: 8,
                ..photo.clone()
            },
        ),
        (
            "a link",
            Entry {
                data: b"../passwd".to_vec(),
                ..photo.clone()
            },
        ),
    ];
    for (what, lie) in lies {
        refused(what, &archive(&[lie, manifest.clone()]));
    }
    // Harmless: what it says beside name and length is not used. Taken or not, the bytes are those that were promised.
    let odd = Entry {
        extra: vec![1, 0, 200, 0, 1],
        ..photo.clone()
    };
    place.takes("a broken extra field", &archive(&[odd, manifest.clone()]));
    refused(
        "twice the same photo",
        &archive(&[photo.clone(), photo.clone(), manifest.clone()]),
    );
    refused(
        "two manifests",
        &archive(&[photo.clone(), manifest.clone(), manifest.clone()]),
    );
    refused("no manifest", &archive(std::slice::from_ref(&photo)));
    refused("nothing", b"");
    refused("no archive", b"hello");
    refused(
        "an archive in an archive",
        &archive(&[Entry::of("inner.zip", &archive(&good()))]),
    );
    // Bombs: small on the wire.
    let zeros = vec![0; 40 * 1024 * 1024];
    let hash = hex::encode(Sha256::digest(&zeros));
    let bomb = Entry::deflated(&format!("photos/{hash}.jpg"), &zeros);
    assert!(bomb.data.len() < 100_000, "a thousand to one");
    refused(
        "a photo of 40 MB",
        &archive(&[bomb.clone(), manifest.clone()]),
    );
    let liar = Entry {
        size: Some(20),
        ..bomb
    };
    refused(
        "and one that says 20 bytes",
        &archive(&[liar, manifest.clone()]),
    );
    let lots = vec![b' '; 130 * 1024 * 1024];
    refused(
        "a manifest of 130 MB",
        &archive(&[Entry::deflated("manifest.json", &lots)]),
    );
    let folder = Entry::of("photos/", b"").bytes();
    let mut million = folder.repeat(MAX_ENTRIES + 1);
    million.extend(archive(&good()));
    refused("more entries than are read", &million);
    assert!(seen >= 300, "{seen} archives");
}

#[test]
fn damage_is_noticed_wherever_it_is() {
    let place = Place::new();
    let whole = archive(&good());
    let mut seen = 0;
    // Of the central directory nothing is read.
    let end = whole.len() - 22;
    for length in 0..end {
        assert!(
            !place.takes("cut short", &whole[..length]),
            "{length} of {end} bytes"
        );
        seen += 1;
    }
    let names = |bytes: &[u8]| {
        place
            .read(bytes)
            .map(|u| u.photos.into_keys().collect::<Vec<_>>())
    };
    let expected = names(&whole).unwrap();
    for at in 0..end {
        let mut bent = whole.clone();
        bent[at] ^= 1 << (at % 8);
        // Times and versions mean nothing here; whatever else changed must not go unnoticed.
        if place.takes("a bit changed", &bent) {
            let unpacked = place.read(&bent).unwrap();
            assert_eq!(unpacked.manifest, MANIFEST, "byte {at}");
            let found: Vec<String> = unpacked.photos.into_keys().collect();
            assert_eq!(found, expected, "byte {at}");
        }
        seen += 1;
    }
    assert!(seen >= 400, "{seen} archives");
}
