//! Whatever a store holds comes back from its export: drafts equal, photos to the byte.
//!
//! Each store is drawn by chance: it is written as an archive, read by `studio restore`, exported, restored elsewhere and
//! exported again. Short by default; `STORES=500` is the long form (`cargo xtask torture --only round-trips`).

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    path::Path,
};

use fs_err::File;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{place::Place, scenario::picture, seed};

/// Words as sellers write them, and letters that get lost: accents, other scripts, signs outside of the first plane,
/// quotes, what separates columns and lines elsewhere.
const WORDS: &[&str] = &[
    "Robe",
    "d'été",
    "Levi's",
    "38",
    "–",
    "très",
    "œillet",
    "Jupe « plissée »",
    "\"courte\"",
    "a;b,c",
    "100 %",
    "Größe",
    "żółty",
    "платье",
    "ワンピース",
    "👗",
    "e\u{301}",
    "\\n",
    "<b>",
    "${x}",
    "'",
    "=1+1",
];
const SIZES: &[&str] = &["unknown", "M", "38", "W32 L34", "6 ans", "42,5"];
const CONDITIONS: &[&str] = &[
    "new_with_tags",
    "new_without_tags",
    "very_good",
    "good",
    "satisfactory",
];
const COLOURS: &[&str] = &["Noir", "Bleu", "Gris", "Multicolore"];
const MATERIALS: &[&str] = &["Coton", "Laine", "Soie", "Polyester"];
const CURRENCIES: &[&str] = &["EUR", "GBP", "PLN"];
const ACCOUNTS: &[&str] = &["main", "Marché de l'été", "ma-2e_boutique"];

/// What an archive holds: its manifest, and its photos by name.
type Inside = (Value, BTreeMap<String, Vec<u8>>);

#[test]
fn every_store_comes_back_from_its_export() {
    let stores: u64 = std::env::var("STORES").map_or(4, |n| n.parse().expect("STORES is a number"));
    let seed = seed();
    let base = plain_jpeg();
    for number in 0..stores {
        let mut chance = StdRng::seed_from_u64(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let (manifest, photos) = drawn(&mut chance, &base);
        let told = format!("store {number} of SWEEP_SEED={seed}");
        let (here, elsewhere) = (Place::new(), Place::new());
        let first = here.out().join("drawn.zip");
        write(&first, &manifest, &photos);
        let (drafts, kept) = through(&here, &first);
        for part in ["drafts", "listings"] {
            assert_eq!(
                by_id(&drafts, part),
                by_id(&manifest, part),
                "{told}: {part} stand as they were written"
            );
        }
        assert_eq!(kept, photos, "{told}: every photo is the same to the byte");
        let (again, kept_again) = through(&elsewhere, &here.out().join("export.zip"));
        for part in ["drafts", "listings", "photos"] {
            assert_eq!(
                by_id(&again, part),
                by_id(&drafts, part),
                "{told}: {part} come back equal elsewhere"
            );
        }
        assert_eq!(kept_again, kept, "{told}: so do the photos");
    }
    println!("{stores} stores came back from their exports");
}

/// Restores an archive into an empty place and exports that.
fn through(place: &Place, archive: &Path) -> Inside {
    place
        .studio(&["restore".as_ref(), archive.as_os_str()])
        .done();
    let target = place.out().join("export.zip");
    place
        .studio(&["export".as_ref(), target.as_os_str()])
        .done();
    read(&target)
}

fn by_id(manifest: &Value, part: &str) -> BTreeMap<String, Value> {
    manifest[part]
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| {
            let id = entry.get("id").or(entry.get("site_id")).expect("an id");
            (id.to_string(), entry.clone())
        })
        .collect()
}

fn read(archive: &Path) -> Inside {
    let mut archive = zip::ZipArchive::new(File::open(archive).unwrap()).unwrap();
    let (mut manifest, mut photos) = (Value::Null, BTreeMap::new());
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        if name == "manifest.json" {
            manifest = serde_json::from_slice(&bytes).unwrap();
        } else {
            photos.insert(name, bytes);
        }
    }
    (manifest, photos)
}

fn write(target: &Path, manifest: &Value, photos: &BTreeMap<String, Vec<u8>>) {
    let mut archive = zip::ZipWriter::new(File::create(target).unwrap());
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let entries = photos
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.clone()));
    let last = ("manifest.json", serde_json::to_vec(manifest).unwrap());
    for (name, bytes) in entries.chain([last]) {
        archive.start_file(name, stored).unwrap();
        archive.write_all(&bytes).unwrap();
    }
    archive.finish().unwrap();
}

fn drawn(chance: &mut StdRng, base: &[u8]) -> Inside {
    let mut photos = BTreeMap::new();
    let mut photo_entries = Vec::new();
    let mut listings = Vec::new();
    let mut drafts = Vec::new();
    for _ in 0..chance.random_range(0..6) {
        let id = id(chance);
        let mut ids = Vec::new();
        for _ in 0..chance.random_range(0..4) {
            let jpeg = another(base, chance);
            let hash = hex::encode(Sha256::digest(&jpeg));
            let photo = self::id(chance);
            photo_entries.push(json!({
                "id": photo, "sha256": hash, "filename": text(chance, 3), "created_at": time(chance),
            }));
            photos.insert(format!("photos/{hash}.jpg"), jpeg);
            ids.push(photo);
        }
        let status = *["draft", "published", "archived"].choose(chance).unwrap();
        if status == "published" {
            listings.push(listing(chance, &id));
        }
        drafts.push(json!({
            "id": id,
            "title": text(chance, 12),
            "description": lines(chance),
            "price_min_cents": cents(chance),
            "price_target_cents": cents(chance),
            "price_max_cents": cents(chance),
            "currency": CURRENCIES.choose(chance),
            "brand": maybe(chance, |c| text(c, 3)),
            "size": SIZES.choose(chance),
            "condition": maybe(chance, |c| *CONDITIONS.choose(c).unwrap()),
            "category": maybe(chance, |c| text(c, 4)),
            "colors": some_of(chance, COLOURS, 2),
            "materials": some_of(chance, MATERIALS, 3),
            "package_size": maybe(chance, |c| *["small", "medium", "large"].choose(c).unwrap()),
            "status": status,
            "confidence": maybe(chance, |c| f64::from(c.random_range(0..=1000)) / 1000.0),
            "photos": ids,
            "created_at": time(chance),
            "updated_at": time(chance),
        }));
    }
    let manifest = json!({
        "format": "vintedbot-studio-export", "version": 1, "app_version": "0", "made_at": time(chance),
        "drafts": drafts, "listings": listings, "photos": photo_entries,
    });
    (manifest, photos)
}

fn listing(chance: &mut StdRng, draft: &str) -> Value {
    let site_id = chance.random_range(1..u64::from(u32::MAX)).to_string();
    json!({
        "url": format!("https://www.vinted.fr/items/{site_id}"),
        "site_id": site_id,
        "draft_id": draft,
        "account": ACCOUNTS.choose(chance),
        "title": text(chance, 8),
        "price_cents": cents(chance),
        "currency": "EUR",
        "under_review": chance.random_bool(0.3),
        "published_at": time(chance),
    })
}

/// A time ordered UUID, as the app makes them.
fn id(chance: &mut StdRng) -> String {
    let mut hex = format!("{:032x}", chance.random::<u128>());
    hex.replace_range(12..13, "7");
    hex.replace_range(16..17, "8");
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

fn time(chance: &mut StdRng) -> String {
    chrono::DateTime::from_timestamp(chance.random_range(1_500_000_000..1_900_000_000), 0)
        .unwrap()
        .to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

fn text(chance: &mut StdRng, most: usize) -> String {
    let words: Vec<&str> = (0..=chance.random_range(0..most))
        .map(|_| *WORDS.choose(chance).unwrap())
        .collect();
    words.join(" ")
}

fn lines(chance: &mut StdRng) -> String {
    let lines: Vec<String> = (0..chance.random_range(0..9))
        .map(|_| text(chance, 9))
        .collect();
    lines.join("\n")
}

fn cents(chance: &mut StdRng) -> Option<u32> {
    maybe(chance, |c| c.random_range(0..=10_000_000))
}

fn maybe<T>(chance: &mut StdRng, value: impl FnOnce(&mut StdRng) -> T) -> Option<T> {
    chance.random_bool(0.8).then(|| value(chance))
}

fn some_of(chance: &mut StdRng, of: &'static [&'static str], most: usize) -> Vec<&'static str> {
    let count = chance.random_range(0..=most);
    of.choose_multiple(chance, count).copied().collect()
}

/// A photo as the app keeps it: nothing in it but the picture.
fn plain_jpeg() -> Vec<u8> {
    let place = Place::new();
    place.studio(&["import", &picture(0)]).done();
    let target = place.out().join("export.zip");
    place
        .studio(&["export".as_ref(), target.as_os_str()])
        .done();
    let (_, photos) = read(&target);
    photos.into_values().next().expect("a photo")
}

/// The same picture with other quantisation tables (ITU-T T.81, B.2.4.1): another photo to every reader.
fn another(jpeg: &[u8], chance: &mut StdRng) -> Vec<u8> {
    let mut jpeg = jpeg.to_vec();
    let at = jpeg
        .windows(2)
        .position(|marker| marker == [0xff, 0xdb])
        .expect("tables");
    // Behind the marker, the length and the table's number.
    for step in &mut jpeg[at + 5..at + 5 + 64] {
        *step = chance.random_range(1..=255);
    }
    jpeg
}
