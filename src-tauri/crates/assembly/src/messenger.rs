//! Sends webhooks.

use std::time::Duration;

use app::ports::Messenger;
use async_trait::async_trait;
use reqwest::{Client, redirect::Policy};

/// HTTP, without redirects: a message goes to the very address that the person named.
pub(crate) struct OverHttp(Client);

impl OverHttp {
    pub(crate) fn new() -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(Duration::from_secs(5))
            .user_agent(concat!("VintedBotStudio/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self(client))
    }
}

#[async_trait]
impl Messenger for OverHttp {
    async fn post(
        &self,
        url: &str,
        headers: &[(&'static str, String)],
        body: String,
        patience: Duration,
    ) -> Result<u16, String> {
        let mut request = self.0.post(url).timeout(patience).body(body);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        // The address may hold a secret of its receiver: it is left out of what is logged.
        let answer = request
            .send()
            .await
            .map_err(|e| e.without_url().to_string())?;
        Ok(answer.status().as_u16())
    }
}
