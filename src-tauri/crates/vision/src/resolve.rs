//! Names are looked up here, so that one that sounds local leads nowhere else.

use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::address::{leads_within, of_name};

/// The system's own look-up. Of a name that only this machine or a local network has, addresses elsewhere are dropped:
/// the person was told that photos stay here, and plain HTTP is taken for such names.
#[derive(Debug)]
pub(crate) struct WhereItSays;

#[derive(Debug, thiserror::Error)]
#[error("the name sounds local and leads elsewhere")]
struct LeadsElsewhere;

impl Resolve for WhereItSays {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let place = of_name(name.as_str());
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let kept: Vec<SocketAddr> = found.filter(|to| leads_within(place, to.ip())).collect();
            if kept.is_empty() {
                tracing::warn!(
                    "the model's address sounds local and leads elsewhere: nothing is sent"
                );
                return Err(LeadsElsewhere.into());
            }
            Ok(Box::new(kept.into_iter()) as Addrs)
        })
    }
}
