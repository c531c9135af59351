//! A photo as phones write it: one HEVC picture or a grid of them.

use super::CodePoints;
use super::boxes::Reader;
use super::container::{Container, Item, Property};
use super::hevc::Configuration;
use super::tiles;
use crate::colour::{Colour, MAX_ICC};
use crate::decode::{Area, Decoded, Pixels};
use crate::metadata::{self, Facts};
use crate::orientation::Orientation;
use crate::pixels::{self, Planes};
use crate::planes::Encoding;
use crate::{ImageError, Limits};

/// `None`: of a kind that is not read here.
pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<Option<Decoded>, ImageError> {
    let Some(container) = Container::read(bytes) else {
        return Ok(None);
    };
    let Some(photo) = Photo::of(&container) else {
        return Ok(None);
    };
    let (width, height) = photo.size;
    pixels::check_size(width.into(), height.into(), limits)?;
    let Some(configuration) = Configuration::read(photo.hvcc) else {
        return Ok(None);
    };
    let said = photo.code_points.or_else(|| configuration.colour());
    let Some(encoding) = Encoding::of(said.map(|said| (said.matrix, said.full_range))) else {
        return Ok(None);
    };
    let colour = match (photo.profile, said) {
        // A full profile says more than code points do, where a file has both.
        (Some(profile), _) => Colour::Icc(profile.to_vec()),
        (None, Some(said)) => Colour::from_cicp(said.primaries, said.transfer)?,
        (None, None) => Colour::Unmarked,
    };

    let mut planes = Planes::zeroed(width, height, configuration.sampling)?;
    tiles::decode_into(&mut planes, &container, &photo, &configuration, limits)?;
    let facts = facts(&container);
    let area = photo.shown;
    Ok(Some(Decoded {
        full_size: (area.width.round() as u32, area.height.round() as u32),
        area,
        pixels: Pixels::Planes(planes, encoding),
        colour,
        turned: photo.turned,
        facts,
    }))
}

/// The primary item, understood.
pub(super) struct Photo<'a, 'c> {
    pub(super) tiles: Vec<&'c Item<'a>>,
    pub(super) columns: u32,
    pub(super) tile_size: (u32, u32),
    /// Sides of the whole picture as stored.
    size: (u32, u32),
    hvcc: &'a [u8],
    /// The part that is to be shown (`clap`).
    shown: Area,
    /// How it is to be turned then (`irot`, `imir`).
    turned: Orientation,
    code_points: Option<CodePoints>,
    profile: Option<&'a [u8]>,
}

impl<'a, 'c> Photo<'a, 'c> {
    fn of(container: &'c Container<'a>) -> Option<Self> {
        let primary = container.items.get(&container.primary)?;
        if has_alpha(container) {
            return None;
        }
        let (tiles, columns, size) = match &primary.kind {
            b"hvc1" => (vec![primary], 1, sides(primary)?),
            b"grid" => grid(container, primary)?,
            _ => return None,
        };
        let first = *tiles.first()?;
        let (tile_size, hvcc) = (sides(first)?, first.property(*b"hvcC")?);
        let alike = |tile: &&Item<'_>| {
            tile.kind == *b"hvc1"
                && sides(tile) == Some(tile_size)
                && tile.property(*b"hvcC") == Some(hvcc)
                && tile.properties.iter().all(|p| !turns(p))
        };
        let grid = primary.kind == *b"grid";
        if grid && !tiles.iter().all(alike) {
            return None;
        }
        let rows = tiles.len() as u32 / columns;
        let covered = (
            tile_size.0.checked_mul(columns)?,
            tile_size.1.checked_mul(rows)?,
        );
        if size.0 == 0 || size.1 == 0 || covered.0 < size.0 || covered.1 < size.1 {
            return None;
        }
        // Chroma of neighbouring tiles must not share a sample.
        if grid && (tile_size.0 % 2 == 1 || tile_size.1 % 2 == 1) {
            return None;
        }
        let (shown, turned) = transformations(primary, size)?;
        let colours = || primary.properties.iter().chain(&first.properties);
        let of_kind = |kinds: &'static [&'static [u8; 4]]| {
            colours()
                .filter(|property| property.kind == *b"colr")
                .find_map(|property| {
                    let (kind, body) = property.body.split_first_chunk::<4>()?;
                    kinds.contains(&kind).then_some(body)
                })
        };
        Some(Self {
            tiles,
            columns,
            tile_size,
            size,
            hvcc,
            shown,
            turned,
            code_points: of_kind(&[b"nclx"]).and_then(nclx),
            profile: of_kind(&[b"prof", b"rICC"])
                .filter(|profile| !profile.is_empty() && profile.len() <= MAX_ICC),
        })
    }
}

/// Whether another item is the primary one's transparency.
fn has_alpha(container: &Container<'_>) -> bool {
    container.references.iter().any(|(kind, from, to)| {
        let item = container.items.get(from);
        let urn = item.and_then(|item| item.property(*b"auxC"));
        *kind == *b"auxl"
            && *to == container.primary
            // Depth and gain maps are auxiliary too.
            && urn.is_none_or(|urn| urn.windows(5).any(|word| word == b"alpha") || urn.ends_with(b"auxid:1\0"))
    })
}

type Grid<'a, 'c> = (Vec<&'c Item<'a>>, u32, (u32, u32));

/// Tiles, columns and sides of a grid (ISO/IEC 23008-12, 6.6.2.3.2).
fn grid<'a, 'c>(container: &'c Container<'a>, item: &'c Item<'a>) -> Option<Grid<'a, 'c>> {
    let data = container.data(item)?;
    let mut head = Reader(&data);
    let (version, flags) = (head.byte()?, head.byte()?);
    let (rows, columns) = (u32::from(head.byte()?) + 1, u32::from(head.byte()?) + 1);
    let wide = if flags & 1 == 1 { 4 } else { 2 };
    let size = (head.number(wide)? as u32, head.number(wide)? as u32);
    let tiles = item
        .made_of
        .iter()
        .map(|id| container.items.get(id))
        .collect::<Option<Vec<_>>>()?;
    let fits =
        version == 0 && tiles.len() <= super::MAX_TILES && tiles.len() as u32 == rows * columns;
    fits.then_some((tiles, columns, size))
}

/// Sides by the property `ispe`.
fn sides(item: &Item<'_>) -> Option<(u32, u32)> {
    let mut body = Reader(item.property(*b"ispe")?);
    body.version()?;
    let (width, height) = (body.word()?, body.word()?);
    // No side of a photo is longer: what follows may multiply without a care.
    (1..=65_535).contains(&width).then_some(())?;
    (1..=65_535).contains(&height).then_some((width, height))
}

fn turns(property: &Property<'_>) -> bool {
    matches!(&property.kind, b"irot" | b"imir" | b"clap")
}

/// What is shown of the stored picture, and how it is turned. `None`: in an order, or by a
/// property, that is not known here.
fn transformations(item: &Item<'_>, size: (u32, u32)) -> Option<(Area, Orientation)> {
    let mut area = Area::whole(size.0, size.1);
    let mut turned = Orientation::UPRIGHT;
    let mut moved = false;
    for Property {
        kind,
        body,
        essential,
    } in &item.properties
    {
        match kind {
            b"clap" if moved => return None,
            b"clap" => area = clean_aperture(body, size)?,
            // Quarter turns against the clock.
            b"irot" => {
                let turn = match body.first()? & 3 {
                    0 => continue,
                    1 => 8,
                    2 => 3,
                    _ => 6,
                };
                turned = turned.then(Orientation::new(turn)?);
                moved = true;
            }
            // 0 exchanges top and bottom, 1 left and right.
            b"imir" => {
                let flip = if body.first()? & 1 == 0 { 4 } else { 2 };
                turned = turned.then(Orientation::new(flip)?);
                moved = true;
            }
            b"hvcC" | b"ispe" | b"colr" | b"pixi" | b"pasp" => {}
            _ if *essential => return None,
            _ => {}
        }
    }
    Some((area, turned))
}

/// The box `clap` (ISO/IEC 14496-12, 12.1.4): sides, and how far its centre is from the picture's,
/// all of them fractions.
fn clean_aperture(body: &[u8], (width, height): (u32, u32)) -> Option<Area> {
    let mut body = Reader(body);
    let mut fraction = |signed: bool| {
        let (above, below) = (body.word()?, body.word()?);
        let above = if signed {
            f64::from(above.cast_signed())
        } else {
            f64::from(above)
        };
        (below != 0).then(|| above / f64::from(below.cast_signed()))
    };
    let sides = (fraction(false)?, fraction(false)?);
    let shift = (fraction(true)?, fraction(true)?);
    let span = |whole: u32, side: f64, shift: f64| {
        let whole = f64::from(whole);
        let start = ((whole - side) / 2.0 + shift).round().clamp(0.0, whole);
        let length = side.round().min(whole - start);
        (length >= 1.0).then_some((start, length))
    };
    let (left, across) = span(width, sides.0, shift.0)?;
    let (top, down) = span(height, sides.1, shift.1)?;
    Some(Area {
        left,
        top,
        width: across,
        height: down,
    })
}

fn nclx(body: &[u8]) -> Option<CodePoints> {
    let mut body = Reader(body);
    // Numbers of two bytes, of which H.273 uses one.
    let mut point = || body.short().map(|n| u8::try_from(n).unwrap_or(2));
    let (primaries, transfer, matrix) = (point()?, point()?, point()?);
    Some(CodePoints {
        primaries,
        transfer,
        matrix,
        full_range: body.byte()? >> 7 == 1,
    })
}

/// Time and camera of the EXIF item. Its orientation is dropped by the caller: the container's own
/// properties turn the picture, and phones write both.
fn facts(container: &Container<'_>) -> Facts {
    let describes = |id: &u32| {
        container
            .references
            .iter()
            .any(|(kind, from, to)| *kind == *b"cdsc" && from == id && *to == container.primary)
    };
    container
        .items
        .iter()
        .find(|(id, item)| item.kind == *b"Exif" && describes(id))
        .and_then(|(_, item)| container.data(item))
        .map(|item| metadata::from_heif_item(&item))
        .unwrap_or_default()
}
