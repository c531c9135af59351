use std::net::SocketAddr;
use std::path::PathBuf;

/// Why the practice marketplace could not start or keep its state.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The address asked for is not on this machine's loopback interface.
    #[error("the practice marketplace listens on loopback only, not on {0}")]
    NotLoopback(SocketAddr),
    /// The address is taken or may not be used.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// A data file built into the program is damaged.
    #[error("built-in data file {name} cannot be read: {source}")]
    BuiltInData {
        /// Name of the file in the crate's `data` folder.
        name: &'static str,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// The state file or its photo folder cannot be read or written.
    #[error(transparent)]
    StateFile(#[from] std::io::Error),
    /// The state file holds something else than this program's state.
    #[error("{path} is not a state file of the practice marketplace: {source}")]
    StateFormat {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}
