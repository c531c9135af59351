//! Photos from a phone (docs/decisions/0039): a phone is paired by a code that the person shows it, and may then add
//! photos, and nothing else.

mod arrivals;
mod certificate;
mod devices;
mod pair;
mod send_photos;

pub(crate) use arrivals::{FROM_PHONES, PhoneImport};
pub use pair::PairingCode;
