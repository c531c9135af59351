use serde::{Deserialize, Serialize};

/// Why a file did not become a photo. One file's error says nothing about the next file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ImageError {
    /// The content is that of no picture format (an empty file too).
    #[error("the file is not an image")]
    NotAnImage,
    /// A picture, of a format or variant that is not read here.
    #[error("the image format is not supported: {what}")]
    UnsupportedFormat {
        /// The format or variant, in English, for logs.
        what: String,
    },
    /// The file has more bytes than allowed.
    #[error("the file has {bytes} bytes, {max} are allowed")]
    FileTooLarge {
        /// Bytes of the file.
        bytes: u64,
        /// Bytes allowed.
        max: u64,
    },
    /// The picture has more pixels than allowed, by its own header.
    #[error("the image has {width} x {height} pixels, {max} are allowed in all")]
    ImageTooLarge {
        /// Pixels across.
        width: u64,
        /// Pixels down.
        height: u64,
        /// Pixels allowed in all.
        max: u64,
    },
    /// Damaged, cut off, or lying about itself.
    #[error("the image is damaged: {detail}")]
    CorruptImage {
        /// What the decoder said, for logs.
        detail: String,
    },
    /// The time limit passed; the worker was ended.
    #[error("decoding took longer than {seconds} s")]
    DecodeTimeout {
        /// The limit, whole seconds, rounded up.
        seconds: u64,
    },
    /// The worker died over this file (crash, memory limit, CPU limit) or gave a senseless answer.
    #[error("decoding failed: {detail}")]
    DecodeFailed {
        /// How the worker ended, for logs.
        detail: String,
    },
    /// This format is decoded only in an isolated worker, and this machine could not give one.
    #[error("{format} is read in isolation only: {missing}")]
    IsolationUnavailable {
        /// The format's name.
        format: String,
        /// What is missing, in English, for logs.
        missing: String,
        /// Whether [`crate::Limits::unisolated`] would let it through. Not where it needs a library
        /// with known holes: that one never runs unisolated.
        allowable: bool,
    },
    /// The file cannot be opened or read, or is no regular file.
    #[error("the file cannot be read: {detail}")]
    FileUnreadable {
        /// What the system said.
        detail: String,
    },
    /// No worker could be started. Says nothing about the file: the same file may be tried again.
    #[error("the decoder could not be started: {detail}")]
    DecoderUnavailable {
        /// What the system said.
        detail: String,
    },
}

impl ImageError {
    /// The stable code of this outcome, as interfaces carry it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAnImage => "not_an_image",
            Self::UnsupportedFormat { .. } => "unsupported_format",
            Self::FileTooLarge { .. } => "file_too_large",
            Self::ImageTooLarge { .. } => "image_too_large",
            Self::CorruptImage { .. } => "corrupt_image",
            Self::DecodeTimeout { .. } => "decode_timeout",
            Self::DecodeFailed { .. } => "decode_failed",
            Self::IsolationUnavailable { .. } => "isolation_unavailable",
            Self::FileUnreadable { .. } => "file_unreadable",
            Self::DecoderUnavailable { .. } => "decoder_unavailable",
        }
    }

    pub(crate) fn corrupt(detail: impl std::fmt::Display) -> Self {
        Self::CorruptImage {
            detail: short(detail),
        }
    }

    pub(crate) fn failed(detail: impl std::fmt::Display) -> Self {
        Self::DecodeFailed {
            detail: short(detail),
        }
    }

    pub(crate) fn unsupported(what: impl std::fmt::Display) -> Self {
        Self::UnsupportedFormat { what: short(what) }
    }
}

/// A decoder's words may come from the file: at most 200 characters, none of them a control.
pub(crate) fn short(text: impl std::fmt::Display) -> String {
    text.to_string()
        .chars()
        .filter(|c| !c.is_control())
        .take(200)
        .collect()
}
