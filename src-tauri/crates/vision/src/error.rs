//! Why there is no answer.

use crate::reply::Tokens;

/// Why an answer cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadAnswer {
    /// Not the envelope of a chat completion.
    #[error("it is no chat completion")]
    NoCompletion,
    /// What the model said is no JSON object.
    #[error("the model's words are no JSON object")]
    NotJson,
    /// The model wants to call something; nothing here can be called.
    #[error("the model wanted to call a tool")]
    ToolCall,
    /// Cut at the bound on tokens.
    #[error("it was cut at the bound on its length")]
    Cut,
    /// More bytes than are taken.
    #[error("it has too many bytes")]
    TooLarge,
}

/// Why there is no answer. No variant holds anything that the server said, nor the key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VisionError {
    /// The question has more photos than [`crate::MAX_PHOTOS`].
    #[error("{0} photos are too many for one question")]
    TooManyPhotos(usize),
    /// The key has characters that cannot be sent.
    #[error("the key cannot be sent: it has characters that no key has")]
    UnsendableKey,
    /// Nothing listens there, the name is unknown, or TLS failed.
    #[error("the server cannot be reached")]
    Unreachable,
    /// The connection broke off after the question was sent.
    #[error("the connection broke off")]
    BrokenOff,
    /// Nothing, or nothing more, came in time.
    #[error("the server did not answer in time")]
    TimedOut,
    /// The server sends elsewhere; photos go to the address that the person named, or nowhere.
    #[error("the server sends to another address, and that is not followed")]
    Redirected,
    /// 401 or 403.
    #[error("the server does not take the key")]
    KeyRefused,
    /// 404.
    #[error("the server knows no such model or address")]
    NotThere,
    /// 429, also after further tries.
    #[error("the server asks to wait")]
    Busy {
        /// Seconds that it asked for, where it did.
        retry_after: Option<u64>,
    },
    /// 5xx, also after further tries.
    #[error("the server has an error of its own ({0})")]
    ServerFault(u16),
    /// Another status.
    #[error("the server refused the question ({0})")]
    Rejected(u16),
    /// The model, or a filter before it, will not answer this.
    #[error("the model refused to answer")]
    Refused {
        /// What it counts as used.
        tokens: Option<Tokens>,
    },
    /// An answer came, and cannot be used.
    #[error("the answer cannot be used: {why}")]
    Unusable {
        /// Why.
        why: BadAnswer,
        /// What the server counts as used.
        tokens: Option<Tokens>,
    },
    /// The person stopped it.
    #[error("stopped")]
    Cancelled {
        /// A try was on its way; else nothing was worked on.
        sent: bool,
    },
}

impl VisionError {
    /// The question was surely not worked on, and may be asked again without being paid twice. Of the server's own
    /// faults only 503 says so: behind a 500, 502 or 504 a slow model may have answered.
    pub(crate) fn may_be_asked_again(&self) -> bool {
        matches!(
            self,
            Self::Unreachable | Self::Busy { .. } | Self::ServerFault(503)
        )
    }

    /// The server surely counts nothing for it.
    #[must_use]
    pub fn is_free(&self) -> bool {
        match self {
            Self::BrokenOff
            | Self::TimedOut
            | Self::Cancelled { sent: true }
            | Self::ServerFault(0..503 | 504..)
            | Self::Refused { .. }
            | Self::Unusable { .. } => false,
            Self::TooManyPhotos(_)
            | Self::UnsendableKey
            | Self::Unreachable
            | Self::Cancelled { sent: false }
            | Self::Redirected
            | Self::KeyRefused
            | Self::NotThere
            | Self::Busy { .. }
            | Self::ServerFault(503)
            | Self::Rejected(_) => true,
        }
    }
}
