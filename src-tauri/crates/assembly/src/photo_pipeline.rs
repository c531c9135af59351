//! The photo pipeline of `images` behind the app's port.

use app::ports::{PhotoPipeline, PhotoRefusal, Processed};
use async_trait::async_trait;
use contract::Code;
use images::{Decoder, ImageError, Limits, WORKER_ARG, WorkerCommand};

/// Photos decoded at once, each in a process of its own.
const WORKERS: usize = 2;

pub(crate) struct ChildProcesses {
    decoder: Decoder,
}

impl ChildProcesses {
    /// The running executable decodes in children of itself: every shell answers to the worker word.
    pub(crate) fn of_this_program() -> std::io::Result<Self> {
        let command = WorkerCommand {
            program: std::env::current_exe()?,
            args: vec![WORKER_ARG.into()],
        };
        Ok(Self {
            decoder: Decoder::new(command, WORKERS, Limits::default()),
        })
    }
}

#[async_trait]
impl PhotoPipeline for ChildProcesses {
    fn max_bytes(&self) -> u64 {
        self.decoder.limits().max_bytes
    }

    async fn process(&self, bytes: Vec<u8>) -> Result<Processed, PhotoRefusal> {
        let done = self.decoder.process(bytes).await.map_err(refusal)?;
        Ok(Processed {
            jpeg: done.jpeg,
            sha256: done.sha256,
            width: done.width,
            height: done.height,
            thumb: done.thumb,
            phash: done.phash,
            captured_at: done.captured_at,
            camera: done.camera,
        })
    }
}

fn refusal(error: ImageError) -> PhotoRefusal {
    // A decoder's own detail is for the log; the person reads the sentence of the code.
    tracing::info!(code = error.code(), detail = %error, "a photo was refused");
    let code = match &error {
        // A child that was ended or died says the same to a person: this file asked for too much.
        ImageError::DecodeTimeout { .. } | ImageError::DecodeFailed { .. } => Code::DecodeLimit,
        ImageError::DecoderUnavailable { .. } => Code::NotAvailable,
        other => Code::parse(other.code()).unwrap_or(Code::CorruptImage),
    };
    let message = match code {
        Code::NotAnImage => "This is not a picture.",
        Code::UnsupportedFormat => {
            "This kind of picture is not read here. Use JPEG, PNG, WebP or HEIC."
        }
        Code::FileTooLarge => "The file is too large.",
        Code::ImageTooLarge => "The picture has too many pixels.",
        Code::DecodeLimit => {
            "Reading the picture took too long or too much memory, so it was stopped."
        }
        Code::NotAvailable => {
            "The photo reader could not be started. Nothing is wrong with the file; try again."
        }
        _ => "The picture is damaged and cannot be read whole.",
    };
    PhotoRefusal {
        code,
        message: message.to_owned(),
    }
}
