//! What goes through the pipes. A frame is its length (four bytes, little-endian) and as many bytes.
//!
//! Parent: one frame with the limits (JSON), then for each file a frame with the [`crate::Edit`] (JSON)
//! and one with its bytes.
//! Worker: one frame [`Ready`] (JSON) once it is confined, then for each file its [`Answer`]s (JSON):
//! a thumbnail as soon as there is one, then the photo or a refusal. After `thumb` comes a frame
//! with the thumbnail, after `photo` one with the JPEG.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::pipeline::PhotoFacts;
use crate::{ImageError, Isolation};

/// Changes with the protocol.
pub(super) const VERSION: u32 = 3;
/// Longest frame of JSON.
pub(super) const MAX_TEXT: u64 = 64 * 1024;

/// The worker is confined and waits.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ready {
    pub(super) version: u32,
    pub(super) isolation: Isolation,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Answer {
    Thumb,
    Photo(PhotoFacts),
    Refused(ImageError),
}

pub(super) fn write_frame(to: &mut impl Write, body: &[u8]) -> io::Result<()> {
    to.write_all(&length(body)?)?;
    to.write_all(body)?;
    to.flush()
}

/// `None`: the other side closed the pipe between frames.
pub(super) fn read_frame(from: &mut impl Read, max: u64) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    // A closed pipe at the first byte is an end, within a frame it is an error.
    loop {
        match from.read(&mut length[..1]) {
            Ok(0) => return Ok(None),
            Ok(_) => break,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    from.read_exact(&mut length[1..])?;
    let mut body = vec![0; checked(length, max)?];
    from.read_exact(&mut body)?;
    Ok(Some(body))
}

pub(super) async fn send(to: &mut (impl AsyncWrite + Unpin), body: &[u8]) -> io::Result<()> {
    to.write_all(&length(body)?).await?;
    to.write_all(body).await?;
    to.flush().await
}

pub(super) async fn receive(from: &mut (impl AsyncRead + Unpin), max: u64) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    from.read_exact(&mut length).await?;
    let mut body = vec![0; checked(length, max)?];
    from.read_exact(&mut body).await?;
    Ok(body)
}

fn length(body: &[u8]) -> io::Result<[u8; 4]> {
    u32::try_from(body.len())
        .map(u32::to_le_bytes)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "a frame of 4 GiB or more"))
}

fn checked(length: [u8; 4], max: u64) -> io::Result<usize> {
    let length = u32::from_le_bytes(length);
    if u64::from(length) > max {
        let message = format!("a frame of {length} bytes, {max} are allowed");
        return Err(io::Error::new(io::ErrorKind::InvalidData, message));
    }
    Ok(length as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_out_as_they_went_in() {
        let mut pipe = Vec::new();
        write_frame(&mut pipe, b"one").expect("written");
        write_frame(&mut pipe, b"").expect("written");
        let mut from = pipe.as_slice();
        assert_eq!(
            read_frame(&mut from, 3).expect("read"),
            Some(b"one".to_vec())
        );
        assert_eq!(read_frame(&mut from, 3).expect("read"), Some(Vec::new()));
        assert_eq!(
            read_frame(&mut from, 3).expect("read"),
            None,
            "closed between frames"
        );
    }

    #[test]
    fn a_lying_length_takes_no_memory() {
        let error = read_frame(&mut &b"\xFF\xFF\xFF\xFFx"[..], 1000).expect_err("too long");
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        let error = read_frame(&mut &b"\x05\0\0\0x"[..], 1000).expect_err("cut off");
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }
}
