//! Files written by hand: small, and lying about what is in them.

use std::io::Write;

use flate2::{Compression, write::ZlibEncoder};

type Bomb = (&'static str, fn() -> Vec<u8>);

/// By what they do. Those that take a while to make are last.
pub(super) const ALL: &[Bomb] = &[
    ("nothing at all", Vec::new),
    ("one byte", || vec![0xFF]),
    ("4 KB of zeros", || vec![0; 4096]),
    ("HTML", || {
        b"<!doctype html><img src=file:///etc/passwd>".to_vec()
    }),
    ("SVG that names a file", || {
        b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>".to_vec()
    }),
    ("ZIP", || b"PK\x03\x04\x14\0\0\0\x08\0".to_vec()),
    ("PDF", || b"%PDF-1.7\n1 0 obj".to_vec()),
    ("MP4", || b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom".to_vec()),
    ("BMP of 65,535 x 65,535", bmp),
    ("JPEG magic alone", || b"\xFF\xD8\xFF".to_vec()),
    ("JPEG of 65,535 x 65,535", || jpeg_sized(0xFFFF, 0xFFFF)),
    ("JPEG of 65,500 x 1", || jpeg_sized(1, 65_500)),
    ("JPEG of 1 x 65,500", || jpeg_sized(65_500, 1)),
    ("JPEG of 0 x 0", || jpeg_sized(0, 0)),
    ("JPEG of 9,999 x 9,999 with the data of a small one", || {
        jpeg_sized(9_999, 9_999)
    }),
    (
        "progressive JPEG of 9,000 x 9,000 with 1,000 scans",
        jpeg_scans,
    ),
    ("JPEG with 3,000 empty comments", || {
        jpeg_segments(0xFE, b"", 3_000)
    }),
    ("JPEG with 200 segments of metadata of 64 KB", || {
        jpeg_segments(0xE1, &[0x45; 65_000], 200)
    }),
    ("JPEG with an ICC profile of claimed 4 GB", || {
        jpeg_segments(0xE2, &icc(u32::MAX), 1)
    }),
    ("JPEG whose ICC profile has 255 parts and is one", || {
        jpeg_segments(
            0xE2,
            &[b"ICC_PROFILE\0\x01\xFF".as_slice(), &[0; 200]].concat(),
            1,
        )
    }),
    ("JPEG whose EXIF directory is its own next", || {
        jpeg_exif(&exif_loop())
    }),
    ("JPEG whose EXIF has 65,535 entries", || {
        jpeg_exif(&exif_entries())
    }),
    ("JPEG whose EXIF text is claimed to have 4 GB", || {
        jpeg_exif(&exif_long_text())
    }),
    ("JPEG whose EXIF thumbnail is itself a bomb", || {
        jpeg_exif(&[exif_loop(), jpeg_sized(0xFFFF, 0xFFFF)].concat())
    }),
    ("JPEG and ZIP in one", || {
        [fixture("gray.jpg"), b"PK\x03\x04 and a ZIP".to_vec()].concat()
    }),
    ("PNG magic alone", || b"\x89PNG\r\n\x1a\n".to_vec()),
    ("PNG of 65,535 x 65,535", || png(65_535, 65_535, 8, 2, &[])),
    ("PNG of 4,294,967,295 x 1", || png(u32::MAX, 1, 8, 2, &[])),
    ("PNG of 0 x 0", || png(0, 0, 8, 2, &[])),
    (
        "PNG of 10,000 x 10,000 in 16 bits with alpha and no data",
        || png(10_000, 10_000, 16, 6, &[]),
    ),
    ("PNG with 100,000 chunks", || {
        png(8, 8, 8, 0, &png_chunk(b"teSt", b"").repeat(100_000))
    }),
    ("PNG whose chunk claims 2 GB", || {
        let mut bytes = png(8, 8, 8, 0, &[]);
        bytes.splice(33..33, [0x7F, 0xFF, 0xFF, 0xFF, b't', b'E', b'X', b't']);
        bytes
    }),
    ("APNG that claims 2,000,000,000 frames", || {
        let control = [&0x7735_9400_u32.to_be_bytes()[..], &[0; 4]].concat();
        png(8, 8, 8, 0, &png_chunk(b"acTL", &control))
    }),
    ("PNG whose EXIF directory is its own next", || {
        png(8, 8, 8, 0, &png_chunk(b"eXIf", &exif_loop()))
    }),
    ("WebP magic alone", || b"RIFF\x04\0\0\0WEBP".to_vec()),
    ("WebP of 16,383 x 16,383", || webp(16_383)),
    ("WebP of 16,777,216 x 16,777,216", || webp(1 << 24)),
    ("WebP with 5,000 frames", webp_frames),
    ("HEIC brand alone", || {
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec()
    }),
    ("AVIF brand alone", || {
        b"\0\0\0\x20ftypavif\0\0\0\0avifmif1miafMA1B".to_vec()
    }),
    ("HEIC of 65,535 x 65,535", || {
        patched(
            "plain.heic",
            b"ispe",
            8,
            &[0, 0, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF],
        )
    }),
    ("HEIC of 9,999 x 9,999 with the data of a small one", || {
        patched(
            "plain.heic",
            b"ispe",
            8,
            &[0, 0, 0x27, 0x0F, 0, 0, 0x27, 0x0F],
        )
    }),
    ("HEIC grid that says 256 x 256 tiles", || {
        patched("grid_turned_6.heic", b"idat", 6, &[255, 255])
    }),
    ("HEIC whose primary item does not exist", || {
        patched("plain.heic", b"pitm", 8, &[0xFF, 0xFF])
    }),
    ("HEIC whose item lies at the end of the world", || {
        patched("plain.heic", b"iloc", 16, &[0xFF; 8])
    }),
    ("HEIC whose items belong to each other", || {
        patched("grid_turned_6.heic", b"dimg", 4, &[0, 1, 0, 1, 0, 1])
    }),
    ("HEIC whose box has no end", || {
        patched("plain.heic", b"iprp", -4, &[0, 0, 0, 1])
    }),
    ("HEIC of boxes in boxes in boxes", heic_nested),
    ("GIF of 65,535 x 65,535", || gif(0xFFFF, 0xFFFF, 1)),
    ("GIF with 20,000 frames", || gif(16, 16, 20_000)),
    ("GIF cut off in its header", || b"GIF89a\x10\0".to_vec()),
    ("TIFF whose directory is its own next", exif_loop),
    ("TIFF of 65,535 x 65,535", || tiff(65_535, 65_535)),
    ("TIFF of 4,294,967,295 x 4,294,967,295", || {
        tiff(u32::MAX, u32::MAX)
    }),
    ("TIFF with 65,535 entries", exif_entries),
    ("BigTIFF header alone", || {
        b"II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0".to_vec()
    }),
    ("PNG with 100 MB of compressed text (zTXt)", || {
        png(
            8,
            8,
            8,
            0,
            &png_chunk(b"zTXt", &[b"Comment\0\0".to_vec(), zeros(100)].concat()),
        )
    }),
    ("PNG with 100 MB of compressed text (iTXt)", || {
        png(
            8,
            8,
            8,
            0,
            &png_chunk(
                b"iTXt",
                &[b"Comment\0\x01\0\0\0".to_vec(), zeros(100)].concat(),
            ),
        )
    }),
    ("PNG with a compressed ICC profile of 100 MB", || {
        png(
            8,
            8,
            8,
            0,
            &png_chunk(b"iCCP", &[b"icc\0\0".to_vec(), zeros(100)].concat()),
        )
    }),
    ("PNG of 900 megapixels, all there", || png_filled(30_000)),
    ("PNG of 99 megapixels, all there", || png_filled(9_950)),
];

fn fixture(name: &str) -> Vec<u8> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    fs_err::read(folder.join(name)).expect("fixture")
}

/// A fixture with bytes put at a distance from the end of the first `word`.
fn patched(name: &str, word: &[u8], distance: isize, bytes: &[u8]) -> Vec<u8> {
    let mut file = fixture(name);
    let word = position(&file, word) + word.len();
    // Distances in boxes are counted from the word; -4 is its own length field, before it.
    let at = if distance < 0 {
        word - 8
    } else {
        word + distance.unsigned_abs() - 4
    };
    let end = (at + bytes.len()).min(file.len());
    file[at..end].copy_from_slice(&bytes[..end - at]);
    file
}

fn position(bytes: &[u8], word: &[u8]) -> usize {
    bytes
        .windows(word.len())
        .position(|window| window == word)
        .expect("the word is there")
}

fn bmp() -> Vec<u8> {
    let mut bytes = b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0".to_vec();
    bytes.extend(65_535_u32.to_le_bytes());
    bytes.extend(65_535_u32.to_le_bytes());
    bytes.extend([1, 0, 24, 0]);
    bytes.resize(200, 0);
    bytes
}

fn jpeg_sized(height: u16, width: u16) -> Vec<u8> {
    let mut bytes = fixture("gray.jpg");
    let frame = position(&bytes, &[0xFF, 0xC0]);
    bytes[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    bytes[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    bytes
}

/// The last scan of a progressive file again and again: each costs a pass over all coefficients.
fn jpeg_scans() -> Vec<u8> {
    let mut bytes = fixture("progressive.jpg");
    let frame = position(&bytes, &[0xFF, 0xC2]);
    bytes[frame + 5..frame + 9].copy_from_slice(&[0x23, 0x28, 0x23, 0x28]);
    let scan = bytes
        .windows(2)
        .rposition(|window| window == [0xFF, 0xDA])
        .expect("a scan");
    let scan = bytes[scan..bytes.len() - 2].to_vec();
    bytes.truncate(bytes.len() - 2);
    let room = (14 << 20) - bytes.len();
    bytes.extend(scan.repeat((room / scan.len()).min(1_000)));
    bytes.extend([0xFF, 0xD9]);
    bytes
}

fn jpeg_segments(marker: u8, body: &[u8], count: usize) -> Vec<u8> {
    let photo = fixture("gray.jpg");
    let length = (body.len() as u16 + 2).to_be_bytes();
    let segment = [&[0xFF, marker], &length[..], body].concat();
    [&photo[..2], &segment.repeat(count), &photo[2..]].concat()
}

fn jpeg_exif(block: &[u8]) -> Vec<u8> {
    let body = [b"Exif\0\0".as_slice(), block].concat();
    jpeg_segments(0xE1, &body[..body.len().min(65_000)], 1)
}

fn icc(size: u32) -> Vec<u8> {
    let mut profile = b"ICC_PROFILE\0\x01\x01".to_vec();
    profile.extend(size.to_be_bytes());
    profile.extend([0; 32]);
    profile.extend(b"acsp");
    profile.resize(14 + 128, 0);
    // The number of tags.
    profile.extend(u32::MAX.to_be_bytes());
    profile
}

/// A TIFF whose only directory says that it is followed by itself.
fn exif_loop() -> Vec<u8> {
    let mut block = b"II*\0\x08\0\0\0\x01\0".to_vec();
    // Orientation, SHORT, one: 6.
    block.extend([0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0]);
    block.extend([8, 0, 0, 0]);
    block
}

fn exif_entries() -> Vec<u8> {
    let mut block = b"II*\0\x08\0\0\0\xFF\xFF".to_vec();
    // Each is an EXIF directory that lies where this one does.
    block.extend([0x69, 0x87, 4, 0, 1, 0, 0, 0, 8, 0, 0, 0].repeat(5_000));
    block
}

fn exif_long_text() -> Vec<u8> {
    let mut block = b"II*\0\x08\0\0\0\x01\0".to_vec();
    // Model, ASCII, 4 GB, at 8.
    block.extend([0x10, 1, 2, 0, 0xFF, 0xFF, 0xFF, 0xFF, 8, 0, 0, 0]);
    block.extend([0; 4]);
    block
}

fn tiff(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"II*\0\x08\0\0\0".to_vec();
    let long = |tag: u16, value: u32| {
        [
            &tag.to_le_bytes()[..],
            &[4, 0, 1, 0, 0, 0],
            &value.to_le_bytes(),
        ]
        .concat()
    };
    let entries = [
        long(256, width),
        long(257, height),
        long(258, 8),
        long(259, 1),
        long(262, 1),
        long(273, 8),
        long(278, u32::MAX),
        long(279, u32::MAX),
    ];
    bytes.extend((entries.len() as u16).to_le_bytes());
    bytes.extend(entries.concat());
    bytes.extend([0; 4]);
    bytes
}

/// A PNG with chunks between its header and its one, nearly empty, data chunk.
fn png(width: u32, height: u32, depth: u8, colour: u8, between: &[u8]) -> Vec<u8> {
    let header = [
        &width.to_be_bytes()[..],
        &height.to_be_bytes(),
        &[depth, colour, 0, 0, 0],
    ];
    let data = deflated(&[0; 72], 1);
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        png_chunk(b"IHDR", &header.concat()),
        between.to_vec(),
        png_chunk(b"IDAT", &data),
        png_chunk(b"IEND", b""),
    ]
    .concat()
}

/// A chunk as PNG has it: length, kind, body, CRC-32 (ISO/IEC 15948).
pub fn png_chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut sum = flate2::Crc::new();
    sum.update(kind);
    sum.update(body);
    let length = (body.len() as u32).to_be_bytes();
    [&length[..], kind, body, &sum.sum().to_be_bytes()].concat()
}

fn png_filled(side: u32) -> Vec<u8> {
    let line = vec![0; 1 + side.div_ceil(8) as usize];
    let header = [
        &side.to_be_bytes()[..],
        &side.to_be_bytes(),
        &[1, 0, 0, 0, 0],
    ];
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        png_chunk(b"IHDR", &header.concat()),
        png_chunk(b"IDAT", &deflated(&line, side as usize)),
        png_chunk(b"IEND", b""),
    ]
    .concat()
}

fn zeros(megabytes: usize) -> Vec<u8> {
    deflated(&vec![b' '; 1 << 20], megabytes)
}

/// The part so many times, in zlib's format.
fn deflated(part: &[u8], times: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    for _ in 0..times {
        encoder.write_all(part).expect("packed");
    }
    encoder.finish().expect("packed")
}

fn webp(side: u32) -> Vec<u8> {
    let side = (side - 1).to_le_bytes();
    let header = [&[0; 4][..], &side[..3], &side[..3]].concat();
    riff(&[webp_chunk(b"VP8X", &header), webp_chunk(b"VP8 ", b"")].concat())
}

fn webp_frames() -> Vec<u8> {
    let photo = fixture("animated.webp");
    let frame = position(&photo, b"ANMF");
    let size = u32::from_le_bytes(photo[frame + 4..frame + 8].try_into().expect("four bytes"));
    let end = frame + 8 + size as usize + size as usize % 2;
    let frames = photo[frame..end].repeat(((14 << 20) / (end - frame)).min(5_000));
    riff(&[&photo[12..frame], &frames].concat())
}

fn webp_chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [&kind[..], &(body.len() as u32).to_le_bytes(), body].concat()
}

fn riff(body: &[u8]) -> Vec<u8> {
    let size = (body.len() as u32 + 4).to_le_bytes();
    [b"RIFF", &size[..], b"WEBP", body].concat()
}

/// A box in a box, as deep as 200 KB go.
fn heic_nested() -> Vec<u8> {
    let mut bytes = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec();
    let depth = 20_000_u32;
    for level in (1..=depth).rev() {
        bytes.extend((level * 8 + 4).to_be_bytes());
        bytes.extend(if level == depth { b"meta" } else { b"iprp" });
        if level == depth {
            bytes.extend([0; 4]);
        }
    }
    bytes
}

/// Frames of one pixel in the palette's first colour.
fn gif(width: u16, height: u16, frames: usize) -> Vec<u8> {
    let mut bytes = b"GIF89a".to_vec();
    bytes.extend(width.to_le_bytes());
    bytes.extend(height.to_le_bytes());
    bytes.extend([0x80, 0, 0, 255, 255, 255, 0, 0, 0]);
    let frame = [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0];
    bytes.extend(frame.repeat(frames));
    bytes.push(0x3B);
    bytes
}
