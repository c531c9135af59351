//! The boxes of ISO base media files (ISO/IEC 14496-12, 4.2), and whole numbers in them.

/// A box's four letters.
pub(super) type Kind = [u8; 4];

/// Reads big-endian numbers one after another. `None`: the bytes end before that.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// A number of `width` bytes, 0 to 8; of none it is 0.
    pub(super) fn number(&mut self, width: usize) -> Option<u64> {
        let bytes = self.take(width)?;
        Some(bytes.iter().fold(0, |n, byte| n << 8 | u64::from(*byte)))
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    pub(super) fn short(&mut self) -> Option<u16> {
        self.number(2)?.try_into().ok()
    }

    pub(super) fn word(&mut self) -> Option<u32> {
        self.number(4)?.try_into().ok()
    }

    pub(super) fn kind(&mut self) -> Option<Kind> {
        self.take(4)?.try_into().ok()
    }

    /// Version and flags of a "full" box.
    pub(super) fn version(&mut self) -> Option<(u8, u32)> {
        let word = self.word()?;
        Some(((word >> 24) as u8, word & 0xFF_FFFF))
    }
}

/// The boxes that lie one after another in `bytes`. One whose length is wrong ends them.
pub(super) fn boxes(bytes: &[u8]) -> impl Iterator<Item = (Kind, &[u8])> {
    let mut rest = Reader(bytes);
    std::iter::from_fn(move || {
        let whole = rest.0.len() as u64;
        let (size, kind) = (rest.word()?, rest.kind()?);
        let (header, size) = match size {
            // To the end of what holds it.
            0 => (8, whole),
            1 => (16, rest.number(8)?),
            size => (8, u64::from(size)),
        };
        let body = usize::try_from(size.checked_sub(header)?).ok()?;
        Some((kind, rest.take(body)?))
    })
}

/// The first box of a kind.
pub(super) fn find(bytes: &[u8], kind: Kind) -> Option<&[u8]> {
    boxes(bytes)
        .find(|(found, _)| *found == kind)
        .map(|(_, body)| body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_of_all_three_kinds_are_understood() {
        let bytes = b"\0\0\0\x0Aabcdxx\0\0\0\x01efgh\0\0\0\0\0\0\0\x11y\0\0\0\0ijklzzz";
        let found: Vec<_> = boxes(bytes).collect();
        let expected: [(Kind, &[u8]); 3] =
            [(*b"abcd", b"xx"), (*b"efgh", b"y"), (*b"ijkl", b"zzz")];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_lying_size_ends_the_walk() {
        for bytes in [
            &b"\0\0\0\x07abcd"[..],
            b"\xFF\xFF\xFF\xFFabcdx",
            b"\0\0\0\x01abcd\0\0",
            b"\0\0",
        ] {
            assert_eq!(boxes(bytes).count(), 0, "{bytes:?}");
        }
    }
}
