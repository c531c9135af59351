//! Brightness and two colour differences, as video codecs keep them, to RGB (ITU-T H.273, 8.3).

use std::array::from_fn;

use crate::ImageError;
use crate::pixels::{Planes, Raster, Samples};

/// How RGB became planes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Encoding {
    /// Shares of red and blue in brightness.
    red: f32,
    blue: f32,
    /// 0 to 255; otherwise 16 to 235, and 16 to 240 for the differences.
    full_range: bool,
}

impl Encoding {
    /// Of a matrix's code point and range; those of JPEG where a file says nothing. `None`: not of
    /// this kind (RGB itself, YCgCo, constant luminance).
    pub(crate) fn of(said: Option<(u8, bool)>) -> Option<Self> {
        let (matrix, full_range) = said.unwrap_or((2, true));
        let (red, blue) = match matrix {
            1 => (0.2126, 0.0722),
            4 => (0.30, 0.11),
            2 | 5 | 6 => (0.299, 0.114),
            7 => (0.212, 0.087),
            9 => (0.2627, 0.0593),
            _ => return None,
        };
        Some(Self {
            red,
            blue,
            full_range,
        })
    }

    /// Planes of one size each, row by row, as RGB.
    pub(crate) fn to_rgb(self, planes: [&Raster; 3]) -> Result<Raster, ImageError> {
        let [y, cb, cr] = planes;
        let mut rgb = Raster::zeroed(y.width, y.height, Samples::Rgb)?;
        let (scale, offset, chroma) = if self.full_range {
            (1.0, 0.0, 1.0)
        } else {
            (255.0 / 219.0, 16.0, 255.0 / 224.0)
        };
        let green = 1.0 - self.red - self.blue;
        let from_cr = 2.0 * (1.0 - self.red) * chroma;
        let from_cb = 2.0 * (1.0 - self.blue) * chroma;
        let green_cr = from_cr * self.red / green;
        let green_cb = from_cb * self.blue / green;
        // Sixteen pixels at once, each colour by itself: the compiler finds wide instructions for that.
        let convert = |y: &[u8; 16], cb: &[u8; 16], cr: &[u8; 16], pixels: &mut [u8]| {
            let y = y.map(|y| (f32::from(y) - offset) * scale + 0.5);
            let (cb, cr) = (cb.map(centred), cr.map(centred));
            // A cast to u8 cuts off at both ends.
            let r: [u8; 16] = from_fn(|i| (y[i] + from_cr * cr[i]) as u8);
            let g: [u8; 16] = from_fn(|i| (y[i] - green_cr * cr[i] - green_cb * cb[i]) as u8);
            let b: [u8; 16] = from_fn(|i| (y[i] + from_cb * cb[i]) as u8);
            for (pixel, ((r, g), b)) in pixels.chunks_exact_mut(3).zip(r.iter().zip(&g).zip(&b)) {
                pixel.copy_from_slice(&[*r, *g, *b]);
            }
        };
        let (y, y_rest) = y.data.as_chunks();
        let (cb, cb_rest) = cb.data.as_chunks();
        let (cr, cr_rest) = cr.data.as_chunks();
        let (pixels, pixels_rest) = rgb.data.as_chunks_mut::<48>();
        for (((y, cb), cr), pixels) in y.iter().zip(cb).zip(cr).zip(pixels) {
            convert(y, cb, cr, pixels);
        }
        convert(
            &padded(y_rest),
            &padded(cb_rest),
            &padded(cr_rest),
            pixels_rest,
        );
        Ok(rgb)
    }
}

fn centred(sample: u8) -> f32 {
    f32::from(sample) - 128.0
}

fn padded(rest: &[u8]) -> [u8; 16] {
    let mut sixteen = [0; 16];
    sixteen[..rest.len()].copy_from_slice(rest);
    sixteen
}

impl Planes {
    /// The three planes as rasters of one sample a pixel.
    pub(crate) fn into_rasters(self) -> [Raster; 3] {
        let (chroma_width, chroma_height) = self.chroma_size();
        let raster = |width, height, data| Raster {
            width,
            height,
            samples: Samples::Gray,
            data,
        };
        [
            raster(self.width, self.height, self.y),
            raster(chroma_width, chroma_height, self.u),
            raster(chroma_width, chroma_height, self.v),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rgb_of(matrix: u8, full_range: bool, [y, cb, cr]: [u8; 3]) -> Vec<u8> {
        let one = |sample| Raster {
            width: 1,
            height: 1,
            samples: Samples::Gray,
            data: vec![sample],
        };
        let encoding = Encoding::of(Some((matrix, full_range))).expect("known");
        encoding
            .to_rgb([&one(y), &one(cb), &one(cr)])
            .expect("converted")
            .data
    }

    /// There and back: the forward equations are those of H.273, written out here once more.
    #[rstest::rstest]
    #[case(1, 0.2126, 0.0722)]
    #[case(6, 0.299, 0.114)]
    #[case(9, 0.2627, 0.0593)]
    fn each_matrix_and_range_gives_its_colours_back(
        #[case] matrix: u8,
        #[case] red: f64,
        #[case] blue: f64,
    ) {
        for colour in [
            [200.0, 30.0, 60.0],
            [20.0, 180.0, 240.0],
            [255.0, 255.0, 255.0],
            [0.0, 0.0, 0.0],
        ] {
            let [r, g, b]: [f64; 3] = colour;
            let y = red * r + (1.0 - red - blue) * g + blue * b;
            let (cb, cr) = (
                (b - y) / (2.0 * (1.0 - blue)),
                (r - y) / (2.0 * (1.0 - red)),
            );
            let full = [y, cb + 128.0, cr + 128.0];
            let limited = [
                16.0 + y * 219.0 / 255.0,
                128.0 + cb * 224.0 / 255.0,
                128.0 + cr * 224.0 / 255.0,
            ];
            for (stored, full_range) in [(full, true), (limited, false)] {
                let found = rgb_of(
                    matrix,
                    full_range,
                    stored.map(|v| v.round().clamp(0.0, 255.0) as u8),
                );
                let close = found
                    .iter()
                    .zip(colour)
                    .all(|(a, b)| (f64::from(*a) - b).abs() <= 2.0);
                assert!(
                    close,
                    "matrix {matrix}, full {full_range}: {found:?}, not {colour:?}"
                );
            }
        }
    }

    #[test]
    fn each_pixel_keeps_its_place() {
        let plane = |from: u8| Raster {
            width: 37,
            height: 1,
            samples: Samples::Gray,
            data: (0..37).map(|x| from + x).collect(),
        };
        let encoding = Encoding::of(None).expect("known");
        let row = encoding.to_rgb([&plane(60), &plane(100), &plane(120)]);
        let row = row.expect("converted").data;
        for (x, pixel) in (0..).zip(row.chunks_exact(3)) {
            assert_eq!(pixel, rgb_of(2, true, [60 + x, 100 + x, 120 + x]), "at {x}");
        }
    }

    #[test]
    fn a_matrix_of_another_kind_is_not_guessed() {
        for matrix in [0, 3, 8, 10, 14, 255] {
            assert_eq!(Encoding::of(Some((matrix, true))), None, "matrix {matrix}");
        }
    }
}
