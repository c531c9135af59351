//! JPEG through TurboJPEG, by its C interface: the safe wrapper cannot tell a warning, which other
//! decoders forgive, from a failure.
//!
//! What is forgiven: every warning that leaves the whole picture there (stray bytes, odd markers, a
//! missing end-of-image marker). What is refused as damaged: a picture whose data end before it
//! does, however little is missing: nobody sells with a gray bar across the photo.

use std::ffi::{CStr, c_int};

use turbojpeg::raw;

use super::jpeg_segments::{self, Segments};
use super::{Area, Decoded, Pixels};
use crate::colour::Colour;
use crate::metadata::{self, Facts};
use crate::orientation::Orientation;
use crate::pixels::{self, Raster, Samples};
use crate::{ImageError, Limits};

/// Scans of a progressive file; encoders write about ten. More is an attack on time.
const MAX_SCANS: c_int = 200;
/// Shrinking while decoding (a cheaper DCT) must leave at least this many fifths of the wanted
/// edge, so that Lanczos still makes the final picture. Measured: SSIM differs by 0.002.
const SPARE_FIFTHS: u32 = 6;
/// What a decoder fills in where data are missing.
const MISSING: u8 = 128;

pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, ImageError> {
    let segments = jpeg_segments::read(bytes);
    if let Some((width, height)) = segments.frame {
        pixels::check_size(width.into(), height.into(), limits)?;
    }
    let mut decoder = Decompressor::new(limits)?;
    let header = decoder.header(bytes)?;
    pixels::check_size(header.width.into(), header.height.into(), limits)?;

    let divisor = header.divisor(limits.max_edge);
    let mut raster = header.empty_raster(divisor)?;
    let warning = decoder.pixels(bytes, divisor, &mut raster)?;
    if let Some(warning) = warning {
        forgive(
            &warning,
            &segments,
            bytes,
            &header,
            divisor,
            limits,
            &mut raster,
        )?;
    }
    if raster.samples == Samples::Cmyk {
        // Adobe wrote ink the other way round, and every program followed.
        raster
            .data
            .iter_mut()
            .for_each(|sample| *sample = 255 - *sample);
    }
    Ok(Decoded {
        area: Area::whole(header.width, header.height).scaled(1.0 / f64::from(divisor)),
        full_size: (header.width, header.height),
        pixels: Pixels::Raster(raster),
        turned: Orientation::UPRIGHT,
        facts: facts(&segments),
        colour: if segments.icc.is_empty() {
            Colour::Unmarked
        } else {
            Colour::Icc(segments.icc)
        },
    })
}

fn facts(segments: &Segments<'_>) -> Facts {
    let mut facts = segments.exif.map(metadata::from_exif).unwrap_or_default();
    facts.orientation = facts
        .orientation
        .or_else(|| segments.xmp.and_then(metadata::orientation_from_xmp));
    facts
}

/// Decides about a picture that was decoded with a warning (libjpeg keeps the first one only).
fn forgive(
    warning: &str,
    segments: &Segments<'_>,
    bytes: &[u8],
    header: &Header,
    divisor: u32,
    limits: &Limits,
    raster: &mut Raster,
) -> Result<(), ImageError> {
    let cut = |warning: &str| warning.to_ascii_lowercase().contains("premature end");
    if cut(warning) && !segments.is_closed(bytes) {
        // Perhaps only the end marker is missing: with one, a whole picture decodes in silence.
        let closed = [bytes, &[0xFF, 0xD9]].concat();
        let mut decoder = Decompressor::new(limits)?;
        decoder.header(&closed)?;
        let again = decoder.pixels(&closed, divisor, raster)?;
        if again.is_some_and(|warning| cut(&warning)) {
            return Err(ImageError::corrupt("the picture is cut off"));
        }
    } else if cut(warning) || (header.progressive && !segments.is_closed(bytes)) {
        return Err(ImageError::corrupt("the picture is cut off"));
    }
    // A first warning of another kind hides that data ended early: the filling shows it.
    let row = raster.width as usize * raster.samples.count();
    let block = (8 / divisor.min(8)).max(1) as usize;
    let tail = raster
        .data
        .iter()
        .rev()
        .take_while(|sample| **sample == MISSING)
        .count();
    if tail >= row * block && raster.samples != Samples::Cmyk {
        return Err(ImageError::corrupt(
            "the lower part of the picture is missing",
        ));
    }
    Ok(())
}

struct Header {
    width: u32,
    height: u32,
    samples: Samples,
    progressive: bool,
    lossless: bool,
}

impl Header {
    /// By how much the decoder shrinks: 1, 2, 4 or 8.
    fn divisor(&self, edge: u32) -> u32 {
        let wanted = edge.saturating_mul(SPARE_FIFTHS) / 5;
        let longer = self.width.max(self.height);
        let fits = |divisor: &u32| longer / divisor >= wanted;
        if self.lossless {
            1
        } else {
            [8, 4, 2].into_iter().find(fits).unwrap_or(1)
        }
    }

    fn empty_raster(&self, divisor: u32) -> Result<Raster, ImageError> {
        Raster::zeroed(
            self.width.div_ceil(divisor),
            self.height.div_ceil(divisor),
            self.samples,
        )
    }
}

/// An instance of TurboJPEG's decompressor.
struct Decompressor(raw::tjhandle);

impl Decompressor {
    fn new(limits: &Limits) -> Result<Self, ImageError> {
        // SAFETY: takes no pointer; a null result is checked.
        let handle = unsafe { raw::tj3Init(raw::TJINIT_TJINIT_DECOMPRESS as c_int) };
        if handle.is_null() {
            return Err(ImageError::failed("TurboJPEG could not be started"));
        }
        let this = Self(handle);
        let megabytes = c_int::try_from(limits.memory / 2 / 1_000_000).unwrap_or(c_int::MAX);
        let pixels = c_int::try_from(limits.max_pixels).unwrap_or(c_int::MAX);
        for (param, value) in [
            (raw::TJPARAM_TJPARAM_SCANLIMIT, MAX_SCANS),
            (raw::TJPARAM_TJPARAM_MAXMEMORY, megabytes.max(1)),
            (raw::TJPARAM_TJPARAM_MAXPIXELS, pixels),
        ] {
            // SAFETY: the handle is live; the call only sets an integer.
            if unsafe { raw::tj3Set(this.0, param as c_int, value) } != 0 {
                return Err(ImageError::failed(this.message()));
            }
        }
        Ok(this)
    }

    fn header(&mut self, bytes: &[u8]) -> Result<Header, ImageError> {
        // SAFETY: the handle is live, pointer and length are those of one slice.
        let status =
            unsafe { raw::tj3DecompressHeader(self.0, bytes.as_ptr(), bytes.len() as raw::size_t) };
        self.warning(status)?;
        if self.get(raw::TJPARAM_TJPARAM_PRECISION) > 8 {
            return Err(ImageError::unsupported(
                "JPEG with more than 8 bits a sample",
            ));
        }
        let side = |param| u32::try_from(self.get(param)).unwrap_or(0);
        Ok(Header {
            width: side(raw::TJPARAM_TJPARAM_JPEGWIDTH),
            height: side(raw::TJPARAM_TJPARAM_JPEGHEIGHT),
            samples: match self.get(raw::TJPARAM_TJPARAM_COLORSPACE) as raw::TJCS {
                raw::TJCS_TJCS_GRAY => Samples::Gray,
                raw::TJCS_TJCS_CMYK | raw::TJCS_TJCS_YCCK => Samples::Cmyk,
                _ => Samples::Rgb,
            },
            progressive: self.get(raw::TJPARAM_TJPARAM_PROGRESSIVE) == 1,
            lossless: self.get(raw::TJPARAM_TJPARAM_LOSSLESS) == 1,
        })
    }

    /// Fills the raster, which must be of [`Header::empty_raster`] for the same bytes and divisor.
    /// Returns the first warning, if any.
    fn pixels(
        &mut self,
        bytes: &[u8],
        divisor: u32,
        raster: &mut Raster,
    ) -> Result<Option<String>, ImageError> {
        let factor = raw::tjscalingfactor {
            num: 1,
            denom: divisor as c_int,
        };
        // SAFETY: the handle is live; the call takes its factor by value.
        if unsafe { raw::tj3SetScalingFactor(self.0, factor) } != 0 {
            return Err(ImageError::failed(self.message()));
        }
        // What the decoder will write is what its own header says: that must be the raster's size.
        let side = |param| {
            u32::try_from(self.get(param))
                .unwrap_or(0)
                .div_ceil(divisor)
        };
        let size = (
            side(raw::TJPARAM_TJPARAM_JPEGWIDTH),
            side(raw::TJPARAM_TJPARAM_JPEGHEIGHT),
        );
        let bytes_needed = size.0 as usize * size.1 as usize * raster.samples.count();
        if size != (raster.width, raster.height) || raster.data.len() != bytes_needed {
            return Err(ImageError::corrupt("the header contradicts itself"));
        }
        let format = match raster.samples {
            Samples::Gray => raw::TJPF_TJPF_GRAY,
            Samples::Rgb => raw::TJPF_TJPF_RGB,
            Samples::Cmyk => raw::TJPF_TJPF_CMYK,
        };
        let pitch = c_int::try_from(raster.width as usize * raster.samples.count())
            .map_err(ImageError::failed)?;
        // SAFETY: the handle is live and its header is of these bytes; the buffer holds `height`
        // rows of `pitch` bytes, checked above against what the handle is going to write.
        let status = unsafe {
            raw::tj3Decompress8(
                self.0,
                bytes.as_ptr(),
                bytes.len() as raw::size_t,
                raster.data.as_mut_ptr(),
                pitch,
                format,
            )
        };
        self.warning(status)
    }

    /// Sorts a call's status: fine, a warning, or an error.
    fn warning(&self, status: c_int) -> Result<Option<String>, ImageError> {
        if status == 0 {
            return Ok(None);
        }
        // SAFETY: the handle is live.
        let code = unsafe { raw::tj3GetErrorCode(self.0) };
        let message = self.message();
        if code == raw::TJERR_TJERR_WARNING as c_int {
            return Ok(Some(message));
        }
        if message.contains("Memory limit exceeded") {
            // Progressive files need all coefficients at once, several bytes a pixel.
            let number = |param| u64::try_from(self.get(param)).unwrap_or(0);
            return Err(ImageError::ImageTooLarge {
                width: number(raw::TJPARAM_TJPARAM_JPEGWIDTH),
                height: number(raw::TJPARAM_TJPARAM_JPEGHEIGHT),
                max: number(raw::TJPARAM_TJPARAM_MAXPIXELS),
            });
        }
        Err(ImageError::corrupt(message))
    }

    fn get(&self, param: raw::TJPARAM) -> c_int {
        // SAFETY: the handle is live; the call only reads an integer.
        unsafe { raw::tj3Get(self.0, param as c_int) }
    }

    fn message(&self) -> String {
        // SAFETY: the handle is live; TurboJPEG returns a string of its own that ends in a zero
        // and stays until the next call, before which it is copied.
        unsafe { CStr::from_ptr(raw::tj3GetErrorStr(self.0)) }
            .to_string_lossy()
            .into_owned()
    }
}

impl Drop for Decompressor {
    fn drop(&mut self) {
        // SAFETY: the handle is live and not used after.
        unsafe { raw::tj3Destroy(self.0) }
    }
}
