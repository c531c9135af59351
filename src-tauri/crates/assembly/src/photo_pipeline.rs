//! The photo pipeline of `images` behind the app's port.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use app::ports::{PhotoPipeline, PhotoRefusal, Processed, Settings};
use async_trait::async_trait;
use contract::Code;
use domain::photo_edit::Rendering;
use images::{Crop, Decoder, Edit, ImageError, Isolation, Limits, WORKER_ARG, WorkerCommand};

/// Photos decoded at once, each in a process of its own.
const WORKERS: usize = 2;

/// The person's settings that the pipeline keeps to, by key.
const MAX_MEGABYTES: &str = "photo_max_mb";
const MAX_MEGAPIXELS: &str = "photo_max_megapixels";
const UNISOLATED: &str = "unisolated_photos";

/// Decodes in children of the running executable: every shell answers to the worker word.
#[derive(Clone)]
pub(crate) struct ChildProcesses {
    command: WorkerCommand,
    settings: Arc<dyn Settings>,
    /// For the limits that were last asked for.
    decoder: Arc<Mutex<Decoder>>,
    /// For smaller pictures of photos, made when it is first needed.
    small: Arc<Mutex<Option<Decoder>>>,
}

impl ChildProcesses {
    pub(crate) fn of_this_program(settings: Arc<dyn Settings>) -> std::io::Result<Self> {
        let command = WorkerCommand {
            program: std::env::current_exe()?,
            args: vec![WORKER_ARG.into()],
        };
        let decoder = Decoder::new(command.clone(), WORKERS, Limits::default());
        Ok(Self {
            command,
            settings,
            decoder: Arc::new(Mutex::new(decoder)),
            small: Arc::default(),
        })
    }

    /// What the decoder's children are shut off from on this machine.
    pub(crate) async fn isolation(&self) -> Result<Isolation, ImageError> {
        self.decoder().await.isolation().await
    }

    /// The decoder for the settings of this moment: a change holds from the next photo on.
    async fn decoder(&self) -> Decoder {
        let limits = self.limits().await;
        let mut current = self.decoder.lock().unwrap_or_else(PoisonError::into_inner);
        if *current.limits() != limits {
            // Photos that are under way keep the old one until they are done.
            *current = Decoder::new(self.command.clone(), WORKERS, limits);
        }
        current.clone()
    }

    async fn small_decoder(&self, edge: u32) -> Decoder {
        let limits = Limits {
            max_edge: edge,
            ..self.limits().await
        };
        let mut small = self.small.lock().unwrap_or_else(PoisonError::into_inner);
        match &*small {
            Some(decoder) if *decoder.limits() == limits => decoder.clone(),
            _ => small
                .insert(Decoder::new(self.command.clone(), 1, limits))
                .clone(),
        }
    }

    async fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        let megabytes = self.setting(MAX_MEGABYTES).await.and_then(|v| v.as_u64());
        if let Some(megabytes) = megabytes {
            limits.max_bytes = megabytes * 1024 * 1024;
        }
        let megapixels = self.setting(MAX_MEGAPIXELS).await.and_then(|v| v.as_u64());
        if let Some(megapixels) = megapixels {
            let usual = limits.max_pixels;
            limits.max_pixels = megapixels * 1_000_000;
            // Who allows larger pictures allows the memory that they take.
            if limits.max_pixels > usual {
                limits.memory = limits.memory / usual * limits.max_pixels;
            }
        }
        limits.unisolated = self.setting(UNISOLATED).await == Some(true.into());
        limits
    }

    /// None, also where the database does not answer: the limits that ship are always safe.
    async fn setting(&self, key: &str) -> Option<serde_json::Value> {
        self.settings
            .get(key)
            .await
            .inspect_err(|error| tracing::warn!(%error, key, "a setting could not be read"))
            .ok()
            .flatten()
    }
}

#[async_trait]
impl PhotoPipeline for ChildProcesses {
    async fn read(&self, path: &Path) -> Result<Vec<u8>, PhotoRefusal> {
        let max = self.limits().await.max_bytes;
        images::read_bounded(path, max).await.map_err(refusal)
    }

    async fn process(
        &self,
        bytes: Vec<u8>,
        show: &mut (dyn for<'t> FnMut(&'t [u8]) + Send),
    ) -> Result<Processed, PhotoRefusal> {
        let done = self
            .decoder()
            .await
            .process_showing(bytes, |thumb| show(thumb))
            .await
            .map_err(refusal)?;
        Ok(processed(done))
    }

    async fn edit(&self, master: Vec<u8>, rendering: Rendering) -> Result<Processed, PhotoRefusal> {
        let part = rendering.part;
        let edit = Edit {
            crop: Some(Crop {
                left: part.left,
                top: part.top,
                width: part.width,
                height: part.height,
            }),
            quarter_turns: rendering.quarter_turns,
        };
        let done = self.decoder().await.edit(master, edit).await;
        done.map(processed).map_err(refusal)
    }

    async fn shrink(&self, photo: Vec<u8>, edge: u32) -> Result<Vec<u8>, PhotoRefusal> {
        let small = self.small_decoder(edge).await;
        let done = small.process(photo).await.map_err(refusal)?;
        Ok(done.jpeg)
    }
}

fn processed(done: images::Processed) -> Processed {
    Processed {
        jpeg: done.jpeg,
        sha256: done.sha256,
        width: done.width,
        height: done.height,
        thumb: done.thumb,
        phash: done.phash,
        captured_at: done.captured_at,
        camera: done.camera,
        orientation: done.orientation,
    }
}

fn refusal(error: ImageError) -> PhotoRefusal {
    // A decoder's own detail is for the log; the person reads the sentence of the code.
    tracing::info!(code = error.code(), detail = %error, "a photo was refused");
    let (code, message) = match error {
        ImageError::NotAnImage => (Code::NotAnImage, "This is not a picture.".to_owned()),
        ImageError::UnsupportedFormat { .. } => (
            Code::UnsupportedFormat,
            "This kind of picture is not read here. Use JPEG, HEIC, AVIF, PNG, WebP, GIF or TIFF."
                .to_owned(),
        ),
        ImageError::FileTooLarge { max, .. } => (
            Code::FileTooLarge,
            format!("The file has more than {} MB.", max / (1024 * 1024)),
        ),
        ImageError::ImageTooLarge { max, .. } => (
            Code::ImageTooLarge,
            format!("The picture has more than {} megapixels.", max / 1_000_000),
        ),
        ImageError::CorruptImage { .. } => (
            Code::CorruptImage,
            "The picture is damaged and cannot be read whole.".to_owned(),
        ),
        // A child that was ended or died says the same to a person: this file asked for too much.
        ImageError::DecodeTimeout { .. } | ImageError::DecodeFailed { .. } => (
            Code::DecodeLimit,
            "Reading the picture took too long or too much memory, so it was stopped.".to_owned(),
        ),
        ImageError::IsolationUnavailable {
            format, allowable, ..
        } => (
            Code::IsolationUnavailable,
            format!(
                "{format} pictures are read by a part that is shut off from your files, and this machine does not \
                 allow that. {}",
                if allowable {
                    "Convert the picture to JPEG, or allow it in the settings at your own risk."
                } else {
                    "Convert the picture to JPEG."
                }
            ),
        ),
        ImageError::FileUnreadable { detail } => (
            Code::FileUnreadable,
            format!("The file cannot be opened: {detail}."),
        ),
        ImageError::DecoderUnavailable { .. } => (
            Code::NotAvailable,
            "The photo reader could not be started. Nothing is wrong with the file; try again."
                .to_owned(),
        ),
    };
    PhotoRefusal { code, message }
}
