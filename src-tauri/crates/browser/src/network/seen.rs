//! The light record of a page's traffic: hosts asked, and the status of documents and XHRs.
use super::{ResourceKind, ResponseSeen};
use serde_json::Value;
use std::collections::{BTreeSet, VecDeque};

const RESPONSES_KEPT: usize = 500;
const HOSTS_KEPT: usize = 1000;

#[derive(Default)]
pub(crate) struct Traffic {
    responses: VecDeque<ResponseSeen>,
    hosts: BTreeSet<String>,
}

impl Traffic {
    pub(crate) fn responses(&self) -> Vec<ResponseSeen> {
        self.responses.iter().cloned().collect()
    }

    pub(crate) fn forget_responses(&mut self) {
        self.responses.clear();
    }

    pub(crate) fn hosts(&self) -> BTreeSet<String> {
        self.hosts.clone()
    }

    /// `Network.requestWillBeSent`: a host is asked; a redirect carries the answer before it.
    pub(crate) fn request(&mut self, params: &Value, main_frame: &str) {
        if let Some(url) = params["request"]["url"].as_str() {
            self.host(url);
        }
        if !params["redirectResponse"].is_null() {
            self.response_of(&params["redirectResponse"], params, main_frame);
        }
    }

    /// `Network.responseReceived`.
    pub(crate) fn response(&mut self, params: &Value, main_frame: &str) {
        self.response_of(&params["response"], params, main_frame);
    }

    /// `Network.webSocketCreated` and the like carry only an address.
    pub(crate) fn host(&mut self, url: &str) {
        // data:, blob: and about: ask nobody.
        let Some((_, rest)) = url.split_once("://") else {
            return;
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = authority
            .rsplit_once('@')
            .map_or(authority, |(_, host)| host);
        let host = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
            _ => host,
        };
        if !host.is_empty() && !url.starts_with("blob:") && self.hosts.len() < HOSTS_KEPT {
            self.hosts.insert(host.to_ascii_lowercase());
        }
    }

    fn response_of(&mut self, response: &Value, params: &Value, main_frame: &str) {
        let kind = match params["type"].as_str() {
            Some("Document") => ResourceKind::Document,
            Some("XHR" | "Fetch") => ResourceKind::Xhr,
            _ => return,
        };
        if self.responses.len() == RESPONSES_KEPT {
            self.responses.pop_front();
        }
        self.responses.push_back(ResponseSeen {
            kind,
            main_frame: params["frameId"].as_str() == Some(main_frame),
            url: response["url"].as_str().unwrap_or_default().to_owned(),
            status: status_of(&response["status"]),
            mime: response["mimeType"].as_str().unwrap_or_default().to_owned(),
        });
    }
}

/// 0 for what is no HTTP status.
pub(crate) fn status_of(value: &Value) -> u16 {
    value
        .as_u64()
        .and_then(|status| u16::try_from(status).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_bare_names() {
        let mut traffic = Traffic::default();
        for url in [
            "https://A.test/x?y=http://no.test/",
            "http://user:pw@b.test:8080",
            "wss://c.test/socket",
            "http://[::1]:99/",
            "data:text/html,hello",
            "blob:https://d.test/uuid",
        ] {
            traffic.host(url);
        }
        let hosts: Vec<_> = traffic.hosts().into_iter().collect();
        assert_eq!(hosts, ["[::1]", "a.test", "b.test", "c.test"]);
    }
}
