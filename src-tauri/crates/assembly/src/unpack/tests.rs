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
    // Lengths of 64 bits: those that are true may be read, those that lie are not.
    let of_64 = |length: u64| {
        let mut extra = vec![1, 0, 16, 0];
        extra.extend(length.to_le_bytes());
        extra.extend(length.to_le_bytes());
        Entry {
            extra,
            packed: Some(u32::MAX),
            size: Some(u32::MAX),
            ..photo.clone()
        }
    };
    let true_length = PHOTO.len() as u64;
    place.takes(
        "true lengths of 64 bits",
        &archive(&[of_64(true_length), manifest.clone()]),
    );
    for length in [true_length - 1, true_length + 1, 1 << 32, 1 << 40, u64::MAX] {
        refused(
            &format!("{length} bytes by 64 bits"),
            &archive(&[of_64(length), manifest.clone()]),
        );
    }
    // One name to some file systems, two to others.
    let pair = ["photos/\u{e9}.jpg", "photos/e\u{301}.jpg"].map(|name| Entry::of(name, PHOTO));
    for one in &pair {
        refused(
            "a composed name",
            &archive(&[one.clone(), manifest.clone()]),
        );
    }
    refused(
        "two names that are one",
        &archive(&[pair[0].clone(), pair[1].clone(), manifest.clone()]),
    );
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

/// A record of the central directory: what it says of an entry that begins at `at`.
fn record(name: &[u8], length: u32, at: u32) -> Vec<u8> {
    let mut bytes = b"PK\x01\x02".to_vec();
    for number in [20_u16, 20, 0, 0, 0, 0] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend(7_u32.to_le_bytes());
    bytes.extend(length.to_le_bytes());
    bytes.extend(length.to_le_bytes());
    bytes.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
    bytes.extend([0; 8]);
    // A symbolic link, by the attributes of Unix.
    bytes.extend(0xa1ff_0000_u32.to_le_bytes());
    bytes.extend(at.to_le_bytes());
    bytes.extend(name);
    bytes
}

/// Entries with a directory that says other things of them.
fn with_directory(entries: &[Entry], records: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes: Vec<u8> = entries.iter().flat_map(Entry::bytes).collect();
    let begin = u32::try_from(bytes.len()).unwrap();
    let directory = records.concat();
    let (count, length) = (
        u16::try_from(records.len()).unwrap(),
        u32::try_from(directory.len()).unwrap(),
    );
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06");
    bytes.extend([0; 4]);
    bytes.extend(count.to_le_bytes());
    bytes.extend(count.to_le_bytes());
    bytes.extend(length.to_le_bytes());
    bytes.extend(begin.to_le_bytes());
    bytes.extend([0; 2]);
    bytes
}

#[test]
fn what_the_directory_says_makes_no_file_and_repeats_none() {
    let place = Place::new();
    let photo = Entry::photo(PHOTO);
    // Names, lengths and places that contradict the entries; none, and more of them than there are.
    for (what, records) in [
        ("a directory of nothing", vec![]),
        (
            "names that lead elsewhere",
            vec![record(b"../passwd", 20, 0), record(b"/etc/passwd", 20, 0)],
        ),
        (
            "other lengths and places",
            vec![
                record(&photo.name, u32::MAX, 1_000_000),
                record(b"manifest.json", 0, 3),
            ],
        ),
        (
            "a thousand times the same entry",
            vec![record(&photo.name, 20, 0); 1_000],
        ),
    ] {
        let bytes = with_directory(&good(), &records);
        assert!(place.takes(what, &bytes), "{what}: the entries count");
        let unpacked = place.read(&bytes).unwrap();
        assert_eq!(unpacked.photos.len(), 1, "{what}: one photo is one");
        assert_eq!(unpacked.manifest, MANIFEST, "{what}");
    }

    // Entries inside one another: each one's data quotes the head of the next, and all share one kernel. By its
    // directory the archive holds a hundred photos of 1 MB.
    let zeros = vec![0; 1024 * 1024];
    let mut plain = zeros.clone();
    let mut inner = Entry::deflated("", &zeros);
    let mut records = Vec::new();
    for _ in 0..100 {
        let name = format!("photos/{}.jpg", hex::encode(Sha256::digest(&plain)));
        inner.name = name.clone().into_bytes();
        inner.crc = Some(crc(&plain));
        inner.size = Some(u32::try_from(plain.len()).unwrap());
        records.push(record(
            name.as_bytes(),
            u32::try_from(plain.len()).unwrap(),
            0,
        ));
        let whole = inner.bytes();
        let head = &whole[..whole.len() - inner.data.len()];
        // A block of deflate that is stored as it is, and not the last one.
        let length = u16::try_from(head.len()).unwrap();
        let mut data = vec![0];
        data.extend(length.to_le_bytes());
        data.extend((!length).to_le_bytes());
        data.extend(&whole);
        plain = [head, &plain].concat();
        inner = Entry {
            data,
            ..inner.clone()
        };
    }
    let outer = Entry {
        name: format!("photos/{}.jpg", hex::encode(Sha256::digest(&plain))).into_bytes(),
        crc: Some(crc(&plain)),
        size: Some(u32::try_from(plain.len()).unwrap()),
        ..inner
    };
    let bytes = with_directory(&[Entry::of("manifest.json", MANIFEST), outer], &records);
    assert!(bytes.len() < 50_000, "small on the wire");
    assert!(
        place.takes("entries inside one another", &bytes),
        "the outermost is a whole one"
    );
    assert_eq!(
        place.read(&bytes).unwrap().photos.len(),
        1,
        "what another entry holds is read once, as its bytes"
    );
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
