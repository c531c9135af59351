//! The door's name on the local network (mDNS). Where the network does not pass names on, the address does.

use std::{collections::HashMap, net::SocketAddr, path::Path, time::Duration};

use mdns_sd::{IfKind, ServiceDaemon, ServiceInfo};
use sha2::{Digest, Sha256};

/// What browsers of services look for.
const SERVICE: &str = "_http._tcp.local.";
const CALLED: &str = "VintedBot Studio";
/// How long the network is told that the name is gone.
const GOODBYE: Duration = Duration::from_secs(1);

/// A name that is told to the network while this lives.
pub(super) struct Name {
    daemon: ServiceDaemon,
    service: String,
    authority: String,
}

impl Name {
    /// Such as `studio-1a2b3c.local`: the same for one data folder, another for a second computer of the household.
    pub(super) fn host_of(folder: &Path) -> String {
        let mut hash = Sha256::new();
        hash.update(folder.as_os_str().as_encoded_bytes());
        // Two computers may have the same folder names; their host names differ where people gave them any.
        for name in ["HOSTNAME", "COMPUTERNAME", "USER", "USERNAME"] {
            hash.update(
                std::env::var_os(name)
                    .unwrap_or_default()
                    .as_encoded_bytes(),
            );
        }
        format!("studio-{}.local", &hex::encode(hash.finalize())[..6])
    }

    /// Tells it; none where that is not possible, which is no fault.
    pub(super) fn announce(host: &str, address: SocketAddr) -> Option<Self> {
        match Self::try_announce(host, address) {
            Ok(name) => Some(name),
            Err(error) => {
                tracing::info!(%error, "the phones' door has no name on this network");
                None
            }
        }
    }

    fn try_announce(host: &str, address: SocketAddr) -> Result<Self, mdns_sd::Error> {
        let daemon = ServiceDaemon::new()?;
        // On the one connection that the door is on.
        daemon.disable_interface(IfKind::All)?;
        daemon.enable_interface(IfKind::Addr(address.ip()))?;
        let instance = format!("{CALLED} {}", host.trim_end_matches(".local"));
        let info = ServiceInfo::new(
            SERVICE,
            &instance,
            &format!("{host}."),
            address.ip(),
            address.port(),
            None::<HashMap<String, String>>,
        )?;
        let service = info.get_fullname().to_owned();
        daemon.register(info)?;
        Ok(Self {
            daemon,
            service,
            authority: format!("{host}:{}", address.port()),
        })
    }

    /// `NAME.local:PORT`.
    pub(super) fn authority(&self) -> &str {
        &self.authority
    }

    /// Takes the name back.
    pub(super) async fn withdraw(self) {
        if let Ok(gone) = self.daemon.unregister(&self.service) {
            // Past that time the network forgets it by itself.
            let _ = tokio::time::timeout(GOODBYE, gone.recv_async()).await;
        }
        if let Err(error) = self.daemon.shutdown() {
            tracing::debug!(%error, "mDNS did not end by itself");
        }
    }
}
