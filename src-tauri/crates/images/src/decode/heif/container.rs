//! Items of a HEIF file: what they are, where their bytes lie, what is said of them
//! (ISO/IEC 14496-12, 8.11; ISO/IEC 23008-12, 6 and 9.3).

use std::borrow::Cow;
use std::collections::HashMap;

use super::boxes::{Kind, Reader, boxes, find};

/// Items of one file: a 100-megapixel grid of 512 x 512 tiles has about 400.
const MAX_ITEMS: usize = 2048;
/// Pieces that one item's bytes lie in.
const MAX_PIECES: usize = 64;
/// Properties of one item; a phone's picture has some eight.
const MAX_PROPERTIES: usize = 64;

#[derive(Debug, Default)]
pub(super) struct Item<'a> {
    pub(super) kind: Kind,
    /// Properties in the order they are to be applied, and whether the picture must not be shown
    /// by who does not know them.
    pub(super) properties: Vec<Property<'a>>,
    /// Items that this one is made of (`dimg`), in order.
    pub(super) made_of: Vec<u32>,
    place: Place,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Property<'a> {
    pub(super) kind: Kind,
    pub(super) body: &'a [u8],
    pub(super) essential: bool,
}

#[derive(Debug, Default)]
struct Place {
    /// 0: in the file, 1: in the box `idat`.
    method: u16,
    /// Start and length; a length of 0 reaches to the end.
    pieces: Vec<(u64, u64)>,
}

#[derive(Debug)]
pub(super) struct Container<'a> {
    file: &'a [u8],
    idat: &'a [u8],
    pub(super) primary: u32,
    pub(super) items: HashMap<u32, Item<'a>>,
    /// (kind, from, to): what describes, replaces or belongs to what.
    pub(super) references: Vec<(Kind, u32, u32)>,
}

impl<'a> Container<'a> {
    /// `None`: no still-picture file, damaged, or larger than a photo's container is.
    pub(super) fn read(file: &'a [u8]) -> Option<Self> {
        let meta = find(file, *b"meta")?;
        // A full box: version and flags before the boxes in it.
        let meta = meta.get(4..)?;
        let mut this = Self {
            file,
            idat: find(meta, *b"idat").unwrap_or_default(),
            primary: read_primary(find(meta, *b"pitm")?)?,
            items: HashMap::new(),
            references: Vec::new(),
        };
        this.read_kinds(find(meta, *b"iinf")?)?;
        this.read_places(find(meta, *b"iloc")?)?;
        this.read_properties(find(meta, *b"iprp")?)?;
        if let Some(references) = find(meta, *b"iref") {
            this.read_references(references)?;
        }
        Some(this)
    }

    /// An item's bytes, put together where they lie in several pieces.
    pub(super) fn data(&self, item: &Item<'a>) -> Option<Cow<'a, [u8]>> {
        let from = match item.place.method {
            0 => self.file,
            1 => self.idat,
            _ => return None,
        };
        let piece = |&(start, length): &(u64, u64)| {
            let start = usize::try_from(start).ok()?;
            match length {
                0 => from.get(start..),
                length => from.get(start..start.checked_add(usize::try_from(length).ok()?)?),
            }
        };
        match item.place.pieces.as_slice() {
            [] => None,
            [only] => piece(only).map(Cow::Borrowed),
            several => {
                let mut whole = Vec::new();
                for one in several {
                    whole.extend_from_slice(piece(one)?);
                    // Pieces may overlap: an honest item is never longer than its file.
                    if whole.len() > self.file.len() {
                        return None;
                    }
                }
                Some(Cow::Owned(whole))
            }
        }
    }

    fn read_kinds(&mut self, iinf: &'a [u8]) -> Option<()> {
        let mut head = Reader(iinf);
        let (version, _) = head.version()?;
        let count = head.number(if version == 0 { 2 } else { 4 })?;
        for (kind, body) in boxes(head.0).take(MAX_ITEMS) {
            if kind != *b"infe" {
                continue;
            }
            let mut entry = Reader(body);
            let (version, _) = entry.version()?;
            let id = match version {
                2 => entry.short()?.into(),
                3 => entry.word()?,
                _ => continue,
            };
            // Protection: an encrypted item stays without a kind.
            let protected = entry.short()? != 0;
            let kind = entry.kind()?;
            if !protected {
                self.items.entry(id).or_default().kind = kind;
            }
        }
        (count <= MAX_ITEMS as u64).then_some(())
    }

    fn read_places(&mut self, iloc: &'a [u8]) -> Option<()> {
        let mut all = Reader(iloc);
        let (version, _) = all.version()?;
        let (sizes, more) = (all.byte()?, all.byte()?);
        let (offset, length) = (usize::from(sizes >> 4), usize::from(sizes & 15));
        let base = usize::from(more >> 4);
        let index = if version == 0 {
            0
        } else {
            usize::from(more & 15)
        };
        if [offset, length, base, index].iter().any(|width| *width > 8) {
            return None;
        }
        let wide = if version < 2 { 2 } else { 4 };
        let count = all.number(wide)?;
        if count > MAX_ITEMS as u64 {
            return None;
        }
        for _ in 0..count {
            let id = all.number(wide)? as u32;
            let method = if version == 0 { 0 } else { all.short()? & 15 };
            // Data in other files (a reference other than 0) do not exist here.
            let elsewhere = all.short()? != 0;
            let base = all.number(base)?;
            let pieces = usize::from(all.short()?);
            if pieces > MAX_PIECES {
                return None;
            }
            let mut place = Place {
                method,
                pieces: Vec::with_capacity(pieces),
            };
            for _ in 0..pieces {
                all.take(index)?;
                let start = base.checked_add(all.number(offset)?)?;
                place.pieces.push((start, all.number(length)?));
            }
            if !elsewhere && let Some(item) = self.items.get_mut(&id) {
                item.place = place;
            }
        }
        Some(())
    }

    fn read_properties(&mut self, iprp: &'a [u8]) -> Option<()> {
        let all: Vec<_> = boxes(find(iprp, *b"ipco")?).take(MAX_ITEMS).collect();
        for (_, ipma) in boxes(iprp)
            .take(MAX_ITEMS)
            .filter(|(kind, _)| *kind == *b"ipma")
        {
            let mut links = Reader(ipma);
            let (version, flags) = links.version()?;
            let wide = flags & 1 == 1;
            let count = links.word()?;
            if count > MAX_ITEMS as u32 {
                return None;
            }
            for _ in 0..count {
                let id = links.number(if version == 0 { 2 } else { 4 })? as u32;
                for _ in 0..links.byte()? {
                    let (essential, index) = if wide {
                        let link = links.short()?;
                        (link >> 15 == 1, usize::from(link & 0x7FFF))
                    } else {
                        let link = links.byte()?;
                        (link >> 7 == 1, usize::from(link & 0x7F))
                    };
                    let property = index.checked_sub(1).and_then(|index| all.get(index));
                    if let (Some(&(kind, body)), Some(item)) = (property, self.items.get_mut(&id)) {
                        // A byte of the file becomes many of memory.
                        if item.properties.len() >= MAX_PROPERTIES {
                            return None;
                        }
                        item.properties.push(Property {
                            kind,
                            body,
                            essential,
                        });
                    }
                }
            }
        }
        Some(())
    }

    fn read_references(&mut self, iref: &'a [u8]) -> Option<()> {
        let mut head = Reader(iref);
        let (version, _) = head.version()?;
        let wide = if version == 0 { 2 } else { 4 };
        for (kind, body) in boxes(head.0).take(MAX_ITEMS) {
            let mut list = Reader(body);
            let from = list.number(wide)? as u32;
            let count = usize::from(list.short()?);
            if count > MAX_ITEMS || self.references.len() > MAX_ITEMS {
                return None;
            }
            let to = (0..count)
                .map(|_| list.number(wide).map(|id| id as u32))
                .collect::<Option<Vec<_>>>()?;
            if kind == *b"dimg" {
                self.items.get_mut(&from)?.made_of = to;
            } else {
                self.references
                    .extend(to.into_iter().map(|to| (kind, from, to)));
            }
        }
        Some(())
    }
}

fn read_primary(pitm: &[u8]) -> Option<u32> {
    let mut body = Reader(pitm);
    match body.version()?.0 {
        0 => body.short().map(u32::from),
        _ => body.word(),
    }
}

impl<'a> Item<'a> {
    /// The first property of a kind.
    pub(super) fn property(&self, kind: Kind) -> Option<&'a [u8]> {
        self.properties
            .iter()
            .find(|property| property.kind == kind)
            .map(|property| property.body)
    }
}
