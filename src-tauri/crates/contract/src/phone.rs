//! Photos from a phone: the door on the local network, pairing, paired phones; and the local API's switch.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The phones' door as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct PhoneDoorView {
    /// Phones can reach it.
    pub open: bool,
    /// Such as `http://192.168.1.7:5180`, while it is open.
    pub url: Option<String>,
    /// The same by name, such as `http://studio-1a2b3c.local:5180`, where the network passes names on.
    pub name_url: Option<String>,
    /// Nobody on the network can read along.
    pub encrypted: bool,
    /// SHA-256 of its certificate as browsers show it (`AB:CD:…`), where it is encrypted.
    pub fingerprint: Option<String>,
    /// Seconds until it closes by itself if no photo comes.
    pub seconds_left: Option<u32>,
    /// Addresses of this machine that it can listen on, the likeliest first.
    pub addresses: Vec<LanAddress>,
}

/// An address of this machine on a local network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct LanAddress {
    /// Such as `192.168.1.7`.
    pub address: String,
    /// The system's name of the connection, such as `wlan0`.
    pub interface: String,
}

/// What a phone scans. It holds the pairing secret and goes to no log.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct PhoneCodeView {
    /// How long it pairs a phone, in seconds.
    pub seconds: u32,
    /// Modules on a side, the quiet zone of four included.
    pub modules: u32,
    /// The dark modules as the path of an SVG of `modules` by `modules`.
    pub path: String,
}

impl std::fmt::Debug for PhoneCodeView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PhoneCodeView")
            .field("seconds", &self.seconds)
            .finish_non_exhaustive()
    }
}

/// A phone that may add photos.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct PairedPhoneView {
    /// UUIDv7.
    pub id: String,
    /// What it is, such as `iPhone`.
    pub name: String,
    /// RFC 3339.
    pub paired_at: String,
    /// When it last asked for something, to the minute; RFC 3339.
    pub last_seen: String,
}

/// A file that a phone will send in parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneUploadRequest {
    /// Its name; only the last part of a path counts.
    pub filename: String,
    /// Bytes.
    pub size: u64,
    /// What it is said to be; the content decides.
    #[serde(default)]
    pub mime: String,
    /// What the phone tells its content by (a checksum of its ends): the same file again goes on where it was.
    pub mark: String,
    /// Photos that the phone has yet to send, this one included.
    #[serde(default)]
    pub left: u32,
}

/// An upload of a phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PhoneUpload {
    /// UUIDv7.
    pub id: String,
    /// Bytes of every part but the last, which has the rest.
    pub part_size: u64,
    /// `pending|processing|ready|failed`.
    pub status: String,
    /// A code, where it failed.
    pub reason: Option<String>,
    /// Parts that have not come yet, while it is pending.
    pub missing_parts: Vec<u64>,
}

/// The local API as the window shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct LocalApiView {
    /// It answers.
    pub on: bool,
    /// Such as `http://127.0.0.1:5000`; where it would listen, while it is off.
    pub url: String,
    /// It was switched on, but another program has its address.
    pub taken: bool,
    /// It was switched on, but this machine does not have the address, or the system does not give it.
    pub address_refused: bool,
}
