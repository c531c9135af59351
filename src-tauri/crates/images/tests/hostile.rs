//! What comes out of bad files: a code for each, and no harm to the next file.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by them")]

mod common;
mod hostile_set;

use common::{decoder, fixture, wide_png};
use images::{Format, ImageError, Limits, Processed, process, sniff};

fn code(result: &Result<Processed, ImageError>) -> &'static str {
    result.as_ref().map_or_else(ImageError::code, |_| "fine")
}

fn refused(bytes: &[u8]) -> &'static str {
    code(&process(bytes, &Limits::default()))
}

#[rstest::rstest]
#[case("empty", b"", "not_an_image")]
#[case("text", b"hello, this is a text", "not_an_image")]
#[case("HTML", b"<!doctype html><img src=x>", "not_an_image")]
#[case("SVG", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_an_image")]
#[case("ZIP", b"PK\x03\x04\x14\0\0\0", "not_an_image")]
#[case("PDF", b"%PDF-1.7\n", "not_an_image")]
#[case("video", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "not_an_image")]
#[case(
    "a text in BM",
    b"BMW is a make of cars, and this is a text.",
    "not_an_image"
)]
#[case("GIF", b"GIF89a\x01\0\x01\0", "corrupt_image")]
#[case("TIFF", b"II*\0\x08\0\0\0", "corrupt_image")]
#[case("Photoshop", b"8BPS\0\x01", "unsupported_format")]
#[case("JPEG XL", b"\xFF\x0A\xFA\x7F", "unsupported_format")]
#[case("AVIF", b"\0\0\0\x20ftypavif\0\0\0\0avifmif1miafMA1B", "corrupt_image")]
#[case("JPEG magic", b"\xFF\xD8\xFF", "corrupt_image")]
#[case("PNG magic", b"\x89PNG\r\n\x1a\n", "corrupt_image")]
#[case("WebP magic", b"RIFF\x04\0\0\0WEBP", "corrupt_image")]
#[case("HEIC brand", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "corrupt_image")]
fn every_refusal_has_its_code(#[case] what: &str, #[case] bytes: &[u8], #[case] expected: &str) {
    assert_eq!(refused(bytes), expected, "{what}");
}

#[test]
fn formats_are_told_by_content() {
    for (name, format) in [
        ("gray.jpg", Format::Jpeg),
        ("p3.png", Format::Png),
        ("p3.webp", Format::WebP),
        ("plain.heic", Format::Heic),
    ] {
        assert_eq!(
            sniff(&fixture(name)[..64]),
            Some(format),
            "{name}: 64 bytes are enough"
        );
    }
    let generic = b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif";
    assert_eq!(
        sniff(generic),
        Some(Format::Avif),
        "the compatible brands say the codec"
    );
}

#[test]
fn too_many_bytes_are_refused_unread() {
    let limits = Limits {
        max_bytes: 1000,
        ..Limits::default()
    };
    let error = process(&fixture("gray.jpg"), &limits).expect_err("too large");
    assert_eq!(error.code(), "file_too_large");
}

/// Headers that promise more pixels than are allowed; behind them there is next to nothing.
#[test]
fn too_many_pixels_are_refused_by_the_header() {
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    png.extend(hostile_set::png_chunk(
        b"IHDR",
        &[
            &30_000u32.to_be_bytes()[..],
            &30_000u32.to_be_bytes(),
            &[1, 0, 0, 0, 0],
        ]
        .concat(),
    ));
    png.extend(hostile_set::png_chunk(
        b"IDAT",
        &[0x78, 0x9C, 3, 0, 0, 0, 0, 1],
    ));
    assert_eq!(refused(&png), "image_too_large", "PNG of 900 megapixels");

    let mut jpeg = fixture("gray.jpg");
    let frame = position(&jpeg, &[0xFF, 0xC0]);
    jpeg[frame + 5..frame + 9].fill(0xFF);
    assert_eq!(refused(&jpeg), "image_too_large", "JPEG of 65,535 x 65,535");
    jpeg[frame + 5..frame + 9].fill(0);
    assert_eq!(refused(&jpeg), "corrupt_image", "JPEG of 0 x 0");

    let mut webp = b"RIFF\x16\0\0\0WEBPVP8X\x0A\0\0\0".to_vec();
    webp.extend([0, 0, 0, 0, 0xFE, 0x3F, 0, 0xFE, 0x3F, 0]);
    webp.extend(b"VP8 \0\0\0\0");
    let webp = refused(&webp);
    assert!(
        ["image_too_large", "corrupt_image"].contains(&webp),
        "WebP of 16,383 x 16,383: {webp}"
    );

    let mut heic = fixture("plain.heic");
    let size = position(&heic, b"ispe") + 8;
    heic[size..size + 8].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
    assert_eq!(refused(&heic), "image_too_large", "HEIC of 900 megapixels");
}

/// Cut at every sixteenth: refused, never half a photo.
#[rstest::rstest]
#[case("orientation_1.jpg")]
#[case("progressive.jpg")]
#[case("gray.jpg")]
#[case("palette.png")]
#[case("orientation_8.webp")]
#[case("plain.heic")]
#[case("grid_turned_6.heic")]
#[tokio::test]
async fn a_file_cut_off_is_refused(#[case] name: &str) {
    let whole = fixture(name);
    let decoder = decoder(2, Limits::default());
    for sixteenth in 1..16 {
        let cut = whole[..whole.len() * sixteenth / 16].to_vec();
        let outcome = decoder.process(cut).await;
        let expected = ["corrupt_image", "not_an_image", "decode_failed"];
        let code = code(&outcome);
        assert!(
            expected.contains(&code),
            "{name} cut at {sixteenth}/16 is {code}"
        );
    }
    decoder
        .process(whole)
        .await
        .expect("the whole file still works");
}

#[test]
fn what_costs_no_pixel_is_forgiven() {
    let whole = fixture("orientation_1.jpg");
    let photo = process(&whole, &Limits::default()).expect("whole");

    let unclosed = &whole[..whole.len() - 2];
    let same = process(unclosed, &Limits::default()).expect("only the end marker is missing");
    assert_eq!(same.sha256, photo.sha256, "not a pixel differs");

    let frame = position(&whole, &[0xFF, 0xDB]);
    let stray = [&whole[..frame], &[0, 1, 2, 3], &whole[frame..]].concat();
    let same = process(&stray, &Limits::default()).expect("stray bytes between segments");
    assert_eq!(same.sha256, photo.sha256, "not a pixel differs");

    let tail = [&whole[..], b"PK\x03\x04 a ZIP file behind the photo"].concat();
    let same = process(&tail, &Limits::default()).expect("something behind the photo");
    assert_eq!(same.sha256, photo.sha256, "and it is gone");

    let mut exif = whole.clone();
    let block = position(&exif, b"Exif\0\0") + 6;
    exif[block..block + 40].fill(0xFF);
    let damaged = process(&exif, &Limits::default()).expect("damaged metadata refuse no photo");
    assert_eq!(
        (damaged.orientation, damaged.captured_at),
        (1, None),
        "they are left out"
    );
}

/// A bomb of 200 MB in compressed text, and one in the profile, under a limit of 128 MB.
#[tokio::test]
async fn what_inflates_beside_the_pixels_is_not_inflated() {
    let limits = Limits {
        memory: 128 * 1024 * 1024,
        ..Limits::default()
    };
    let decoder = decoder(1, limits);
    let zeros = vec![0; 200 * 1024 * 1024];

    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 8, 8);
    let text = String::from_utf8(zeros.clone()).expect("zeros are text");
    encoder
        .add_ztxt_chunk("Comment".into(), text)
        .expect("text");
    write_gray(encoder);
    assert!(bytes.len() < 1024 * 1024, "the bomb is packed");
    decoder
        .process(bytes)
        .await
        .expect("text is skipped, the picture is there");

    let mut info = png::Info::with_size(8, 8);
    info.icc_profile = Some(zeros.into());
    let mut bytes = Vec::new();
    write_gray(png::Encoder::with_info(&mut bytes, info).expect("header"));
    assert!(bytes.len() < 1024 * 1024, "the bomb is packed");
    let outcome = decoder.process(bytes).await;
    assert!(
        ["fine", "corrupt_image"].contains(&code(&outcome)),
        "{outcome:?}"
    );
    decoder
        .process(fixture("gray.jpg"))
        .await
        .expect("the next file works");
}

fn write_gray(encoder: png::Encoder<'_, &mut Vec<u8>>) {
    let mut writer = encoder.write_header().expect("header");
    writer.write_image_data(&[128; 64]).expect("pixels");
    writer.finish().expect("finished");
}

/// Single bits flipped all over each file: any outcome is right that is one, and the worker's next
/// answer is about the next file.
#[rstest::rstest]
#[case("orientation_6.jpg")]
#[case("progressive.jpg")]
#[case("cmyk.jpg")]
#[case("palette.png")]
#[case("alpha.webp")]
#[case("p3_icc.heic")]
#[case("turned_5_exif_6.heic")]
#[tokio::test]
async fn flipped_bits_end_in_an_outcome(#[case] name: &str) {
    let whole = fixture(name);
    let decoder = decoder(2, Limits::default());
    let known = [
        "fine",
        "corrupt_image",
        "unsupported_format",
        "image_too_large",
        "not_an_image",
        "decode_failed",
        "decode_timeout",
    ];
    let mut refusals = 0;
    for flip in 0..64usize {
        // Half of the flips in the headers, half all over; a fixed sequence.
        let within = if flip % 2 == 0 {
            whole.len().min(800)
        } else {
            whole.len()
        };
        let at = (flip * 7919 + 13) % within;
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (flip % 8);
        let code = code(&decoder.process(bytes).await);
        assert!(known.contains(&code), "{name}, byte {at}: {code}");
        refusals += usize::from(code != "fine");
    }
    assert!(refusals > 0, "{name}: not one of 64 flips was noticed");
    decoder
        .process(whole)
        .await
        .expect("the whole file still works");
}

#[tokio::test]
async fn a_file_that_wants_too_much_memory_fails_alone() {
    let limits = Limits {
        memory: 48 * 1024 * 1024,
        ..Limits::default()
    };
    let decoder = decoder(1, limits);
    let large = decoder.process(wide_png(9_000)).await;
    assert_eq!(
        code(&large),
        "decode_failed",
        "81 MB of pixels do not fit into 48 MB"
    );
    decoder
        .process(fixture("gray.jpg"))
        .await
        .expect("the next file works");
    let roomy = common::decoder(1, Limits::default())
        .process(wide_png(9_000))
        .await;
    assert_eq!(code(&roomy), "fine", "only the memory was wanting");
}

/// About a ninth of the generated set, through the same two workers; `cargo xtask hostile` runs all.
#[tokio::test]
async fn a_slice_of_the_generated_files_ends_in_outcomes() {
    let set = hostile_set::all();
    assert!(set.len() >= 1_200, "the set has shrunk to {}", set.len());
    // The bombs that take seconds to make are left to the long run.
    let slow = ["megapixels, all there", "1,000 scans"];
    let bombs = set
        .iter()
        .take_while(|file| !file.name.contains(" cut at "));
    let bombs = bombs.filter(|file| !slow.iter().any(|word| file.name.contains(word)));
    let damaged = set
        .iter()
        .filter(|file| file.name.contains(" cut at ") || file.name.contains("flipped"));
    let slice: Vec<_> = bombs.chain(damaged.step_by(13)).collect();
    assert!(slice.len() > 140, "{} files", slice.len());

    let decoder = decoder(2, Limits::default());
    let outcomes = futures_of(&decoder, &slice).await;
    for (name, code) in &outcomes {
        assert!(KNOWN.contains(code), "{name}: {code}");
    }
    let photos = outcomes.iter().filter(|(_, code)| *code == "fine").count();
    assert!(
        (10..outcomes.len() - 50).contains(&photos),
        "some are photos all the same, most are not: {photos} of {}",
        outcomes.len()
    );
    decoder
        .process(fixture("gray.jpg"))
        .await
        .expect("the next file works");
}

/// Two at a time, as the pool has workers; the code of each.
async fn futures_of<'a>(
    decoder: &images::Decoder,
    files: &[&'a hostile_set::Hostile],
) -> Vec<(&'a str, &'static str)> {
    let (even, odd): (Vec<_>, Vec<_>) = files.iter().enumerate().partition(|(at, _)| at % 2 == 0);
    let one_by_one = async |half: Vec<(usize, &&'a hostile_set::Hostile)>| {
        let mut outcomes = Vec::new();
        for (_, file) in half {
            let outcome = decoder.process(file.bytes()).await;
            outcomes.push((file.name.as_str(), code(&outcome)));
        }
        outcomes
    };
    let (even, odd) = tokio::join!(one_by_one(even), one_by_one(odd));
    [even, odd].concat()
}

/// What may become of a file's bytes.
const KNOWN: [&str; 8] = [
    "fine",
    "not_an_image",
    "unsupported_format",
    "file_too_large",
    "image_too_large",
    "corrupt_image",
    "decode_failed",
    "decode_timeout",
];

#[cfg(unix)]
#[tokio::test]
async fn what_is_no_regular_file_is_not_waited_for() {
    use rustix::fs::{CWD, FileType, Mode, mknodat};

    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let read = async |name: &str| {
        let read = images::read_bounded(&at(name), 1_000_000).await;
        read.as_ref().map_or_else(ImageError::code, |_| "fine")
    };
    mknodat(
        CWD,
        at("pipe").as_path(),
        FileType::Fifo,
        Mode::RUSR | Mode::WUSR,
        0,
    )
    .expect("a pipe");
    assert_eq!(read("pipe").await, "file_unreadable", "nobody writes to it");
    std::os::unix::fs::symlink(at("pipe"), at("link")).expect("linked");
    assert_eq!(
        read("link").await,
        "file_unreadable",
        "what it leads to counts"
    );
    std::os::unix::fs::symlink("/dev/zero", at("zero")).expect("linked");
    assert_eq!(read("zero").await, "file_unreadable", "a device has no end");
    assert_eq!(read("").await, "file_unreadable", "a folder");
    let sparse = fs_err::File::create(at("sparse")).expect("made");
    sparse.set_len(2 << 30).expect("sparse");
    assert_eq!(
        read("sparse").await,
        "file_too_large",
        "2 GB that are not there"
    );
    fs_err::write(at("photo"), [7; 1_000_000]).expect("written");
    assert_eq!(read("photo").await, "fine", "as many bytes as allowed");
}

fn position(bytes: &[u8], word: &[u8]) -> usize {
    bytes
        .windows(word.len())
        .position(|window| window == word)
        .expect("the word is there")
}
