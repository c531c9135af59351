//! Pictures that are made up: views of a garment's photo, and labels with real fonts.

use std::path::{Path, PathBuf};

use ab_glyph::{Font, FontVec, PxScale, ScaleFont};
use analysis::picture::Picture;
use anyhow::{Context, Result};
use rand::Rng;
use rand::rngs::StdRng;

/// The app's own photos are JPEG of this quality.
const QUALITY: u8 = 80;

/// A canvas of three bytes a pixel.
#[derive(Clone)]
pub(crate) struct Canvas {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) rgb: Vec<u8>,
}

impl Canvas {
    pub(crate) fn filled(width: u32, height: u32, colour: [u8; 3]) -> Self {
        Self {
            width,
            height,
            rgb: colour.repeat((width * height) as usize),
        }
    }

    /// As JPEG, as every photo of the app is.
    pub(crate) fn jpeg(&self) -> Result<Vec<u8>> {
        let mut jpeg = Vec::new();
        image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, QUALITY).encode(
            &self.rgb,
            self.width,
            self.height,
            image::ExtendedColorType::Rgb8,
        )?;
        Ok(jpeg)
    }

    /// The picture after a round through JPEG.
    pub(crate) fn picture(&self) -> Result<Picture> {
        Ok(Picture::from_jpeg(&self.jpeg()?)?)
    }

    fn put(&mut self, x: i64, y: i64, ink: [u8; 3], part: f32) {
        if x < 0 || y < 0 || x >= i64::from(self.width) || y >= i64::from(self.height) {
            return;
        }
        let at = (y as usize * self.width as usize + x as usize) * 3;
        for (sample, ink) in self.rgb[at..at + 3].iter_mut().zip(ink) {
            *sample = (f32::from(*sample) * (1.0 - part) + f32::from(ink) * part).round() as u8;
        }
    }

    /// Writes a line with its top left at the place; gives its width. Without a canvas in the way: measures only.
    fn write(&mut self, text: &str, font: &FontVec, size: f32, (x, y): (f32, f32), ink: [u8; 3]) {
        let scaled = font.as_scaled(PxScale::from(size));
        let mut pen = x;
        let mut last = None;
        for sign in text.chars() {
            let id = scaled.glyph_id(sign);
            pen += last.map_or(0.0, |last| scaled.kern(last, id));
            let glyph = id.with_scale_and_position(
                PxScale::from(size),
                ab_glyph::point(pen, y + scaled.ascent()),
            );
            if let Some(outline) = font.outline_glyph(glyph) {
                let bounds = outline.px_bounds();
                outline.draw(|dx, dy, part| {
                    self.put(
                        bounds.min.x as i64 + i64::from(dx),
                        bounds.min.y as i64 + i64::from(dy),
                        ink,
                        part.min(1.0),
                    );
                });
            }
            pen += scaled.h_advance(id);
            last = Some(id);
        }
    }

    /// Blurs by three boxes of the radius: nearly a Gaussian of that deviation.
    pub(crate) fn blurred(&self, radius: f32) -> Self {
        if radius < 0.3 {
            return self.clone();
        }
        let mut now = self.clone();
        for pass in 0..3 {
            let next = now.clone();
            let across = pass != 1;
            let reach = (radius * 0.7).max(0.5);
            for y in 0..self.height as i64 {
                for x in 0..self.width as i64 {
                    let mut sum = [0.0f32; 3];
                    let mut weights = 0.0;
                    for step in -(reach.ceil() as i64)..=(reach.ceil() as i64) {
                        let weight = (reach + 1.0 - step.abs() as f32).clamp(0.0, 1.0);
                        let (px, py) = if across { (x + step, y) } else { (x, y + step) };
                        let px = px.clamp(0, i64::from(self.width) - 1) as usize;
                        let py = py.clamp(0, i64::from(self.height) - 1) as usize;
                        let at = (py * self.width as usize + px) * 3;
                        for (sum, sample) in sum.iter_mut().zip(&next.rgb[at..at + 3]) {
                            *sum += f32::from(*sample) * weight;
                        }
                        weights += weight;
                    }
                    let at = (y as usize * self.width as usize + x as usize) * 3;
                    for (sample, sum) in now.rgb[at..at + 3].iter_mut().zip(sum) {
                        *sample = (sum / weights).round() as u8;
                    }
                }
            }
        }
        now
    }

    /// Sensor noise, the same for all channels.
    pub(crate) fn noisy(&mut self, strength: f32, rng: &mut StdRng) {
        for pixel in self.rgb.chunks_exact_mut(3) {
            let noise = (rng.random::<f32>() + rng.random::<f32>() - 1.0) * strength;
            for sample in pixel {
                *sample = (f32::from(*sample) + noise).clamp(0.0, 255.0) as u8;
            }
        }
    }
}

/// How a view differs from the photo that it is made of.
#[derive(Clone, Copy)]
pub(crate) struct View {
    /// The part of the photo that is seen, 0 to 1 of its sides.
    pub(crate) part: f32,
    /// Where the part lies, -1 to 1 of what is free.
    pub(crate) offset: (f32, f32),
    /// Degrees.
    pub(crate) turn: f32,
    pub(crate) mirrored: bool,
    /// Factor and balance of the light.
    pub(crate) light: f32,
    pub(crate) warm: f32,
}

impl View {
    pub(crate) fn any(rng: &mut StdRng, part: (f32, f32), turn: f32, mirrored: bool) -> Self {
        Self {
            part: rng.random_range(part.0..part.1),
            offset: (rng.random_range(-1.0..1.0), rng.random_range(-1.0..1.0)),
            turn: rng.random_range(-turn..turn),
            mirrored,
            light: rng.random_range(0.86..1.14),
            warm: rng.random_range(-0.05..0.05),
        }
    }

    /// The view as a canvas whose longer side is `edge`.
    pub(crate) fn of(self, photo: &Picture, edge: u32) -> Canvas {
        let (w, h) = (photo.width() as f32, photo.height() as f32);
        let scale = edge as f32 / w.max(h);
        let (width, height) = ((w * scale) as u32, (h * scale) as u32);
        let mut rgb = Vec::with_capacity((width * height * 3) as usize);
        let (sin, cos) = self.turn.to_radians().sin_cos();
        let free = (1.0 - self.part) / 2.0;
        for y in 0..height {
            for x in 0..width {
                let mut u = (x as f32 + 0.5) / width as f32 - 0.5;
                let v = (y as f32 + 0.5) / height as f32 - 0.5;
                if self.mirrored {
                    u = -u;
                }
                let (u, v) = (u * cos - v * sin, u * sin + v * cos);
                let px = (0.5 + self.offset.0 * free + u * self.part) * w - 0.5;
                let py = (0.5 + self.offset.1 * free + v * self.part) * h - 0.5;
                let [r, g, b] = photo.between(px, py);
                let lit = [r * (1.0 + self.warm), g, b * (1.0 - self.warm)];
                rgb.extend(lit.map(|sample| (sample * self.light).clamp(0.0, 255.0) as u8));
            }
        }
        Canvas { width, height, rgb }
    }
}

/// Real fonts: every TrueType file in a folder that is for text.
pub(crate) struct Fonts(pub(crate) Vec<FontVec>);

impl Fonts {
    pub(crate) fn find(folder: &Path) -> Result<Self> {
        let mut files = Vec::new();
        collect(folder, &mut files);
        files.retain(|path| {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let wanted = ["Liberation", "DejaVuSans", "DejaVuSerif"]
                .iter()
                .any(|family| name.starts_with(family));
            wanted
                && name.ends_with(".ttf")
                && !name.contains("Math")
                && !name.contains("ExtraLight")
        });
        files.sort();
        let fonts = files
            .iter()
            .map(|path| Ok(FontVec::try_from_vec(fs_err::read(path)?)?))
            .collect::<Result<Vec<_>>>()?;
        if fonts.is_empty() {
            anyhow::bail!(
                "no fonts in {}: on Debian, apt-get install fonts-liberation fonts-dejavu-core",
                folder.display()
            );
        }
        Ok(Self(fonts))
    }

    fn any(&self, rng: &mut StdRng) -> &FontVec {
        &self.0[rng.random_range(0..self.0.len())]
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs_err::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}

/// How hard a label is to read.
#[derive(Clone, Copy)]
pub(crate) struct Hardness {
    /// Degrees that it lies askew.
    pub(crate) askew: f32,
    /// The chance that it stands on its side or upside down.
    pub(crate) turned: f64,
    /// How far folds push its lines, in parts of a line.
    pub(crate) folds: f32,
    /// Blur in pixels.
    pub(crate) blur: (f32, f32),
}

/// A label on the cloth of a garment. The first line is written larger where it is a name.
pub(crate) fn label_photo(
    lines: &[String],
    named: bool,
    cloth: &Picture,
    fonts: &Fonts,
    hardness: Hardness,
    rng: &mut StdRng,
) -> Result<Canvas> {
    let (paper, ink) = [
        ([246u8, 244, 238], [30u8, 30, 34]),
        ([252, 252, 252], [10, 10, 10]),
        ([22, 22, 26], [236, 236, 232]),
        ([226, 220, 206], [70, 40, 30]),
    ][rng.random_range(0..4)];
    let font = fonts.any(rng);
    let size = rng.random_range(30.0..44.0f32);
    let sizes: Vec<f32> = lines
        .iter()
        .enumerate()
        .map(|(n, _)| if named && n == 0 { size * 1.5 } else { size })
        .collect();
    let widths: Vec<f32> = lines
        .iter()
        .zip(&sizes)
        .map(|(line, size)| width(line, font, *size))
        .collect();
    let margin = size;
    let inner = widths.iter().copied().fold(1.0, f32::max);
    let (wide, high) = (
        inner + 2.0 * margin,
        sizes.iter().map(|s| s * 1.35).sum::<f32>() + 2.0 * margin,
    );
    let mut label = Canvas::filled(wide as u32, high as u32, paper);
    let centred = rng.random_bool(0.6);
    let mut y = margin;
    for ((line, size), width) in lines.iter().zip(&sizes).zip(&widths) {
        let x = if centred {
            (wide - width) / 2.0
        } else {
            margin
        };
        label.write(line, font, *size, (x, y), ink);
        y += size * 1.35;
    }
    // Cloth from a part of the garment, out of focus.
    let (width, height) = (960u32, 1280u32);
    let around = View {
        part: 0.3,
        offset: (rng.random_range(-0.3..0.3), rng.random_range(-0.3..0.3)),
        turn: 0.0,
        mirrored: false,
        light: rng.random_range(0.9..1.1),
        warm: 0.0,
    };
    let cloth = around.of(cloth, 320);
    let cloth = Picture::new(cloth.width, cloth.height, cloth.blurred(3.0).rgb).context("cloth")?;
    let share = rng.random_range(0.5..0.85f32);
    let quarter = rng.random_bool(hardness.turned);
    let turn = rng.random_range(-hardness.askew..=hardness.askew)
        + if quarter {
            [90.0, 180.0, 270.0][rng.random_range(0..3)]
        } else {
            0.0
        };
    let (sin, cos) = turn.to_radians().sin_cos();
    let reach = ((wide * cos.abs() + high * sin.abs()) / width as f32)
        .max((wide * sin.abs() + high * cos.abs()) / height as f32);
    let scale = reach / share;
    let label = Picture::new(label.width, label.height, label.rgb).context("label")?;
    let (waves, phase) = (rng.random_range(1.0..2.5f32), rng.random_range(0.0..6.0f32));
    let tilt = rng.random_range(-0.12..0.12f32);
    let mut rgb = Vec::with_capacity((width * height * 3) as usize);
    for y in 0..height {
        for x in 0..width {
            let (dx, dy) = (
                x as f32 - width as f32 / 2.0,
                y as f32 - height as f32 / 2.0,
            );
            let (mut u, mut v) = (
                (dx * cos + dy * sin) * scale,
                (-dx * sin + dy * cos) * scale,
            );
            // Seen from a side: what is further is smaller.
            let depth = 1.0 + tilt * u / wide;
            (u, v) = (u * depth, v * depth);
            let fold = (u / wide * waves * std::f32::consts::TAU + phase).sin();
            let lx = u + wide / 2.0;
            let ly = v + high / 2.0 + fold * hardness.folds * size;
            let inside = lx >= 0.0 && ly >= 0.0 && lx < wide && ly < high;
            let pixel = if inside {
                let shade = 1.0 - 0.18 * hardness.folds.min(1.0) * (1.0 - fold);
                label.between(lx, ly).map(|s| s * shade)
            } else {
                cloth.between(
                    x as f32 / width as f32 * (cloth.width() - 1) as f32,
                    y as f32 / height as f32 * (cloth.height() - 1) as f32,
                )
            };
            rgb.extend(pixel.map(|s| s.clamp(0.0, 255.0) as u8));
        }
    }
    let mut canvas =
        Canvas { width, height, rgb }.blurred(rng.random_range(hardness.blur.0..=hardness.blur.1));
    canvas.noisy(8.0, rng);
    Ok(canvas)
}

fn width(text: &str, font: &FontVec, size: f32) -> f32 {
    let scaled = font.as_scaled(PxScale::from(size));
    text.chars()
        .map(|sign| scaled.h_advance(scaled.glyph_id(sign)))
        .sum()
}
