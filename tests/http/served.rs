//! `studio serve` at work.

use std::{path::Path, process::Stdio, time::Duration};

use acceptance::Bed;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, multipart};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Child,
};

pub(crate) const TOKEN: &str = "a-token-of-the-story";

/// A server with limits that no test reaches unless it wants to.
pub(crate) struct Served {
    child: Child,
    pub(crate) url: String,
    client: Client,
}

impl Served {
    pub(crate) async fn start(bed: &mut Bed) -> Self {
        Self::raise_limits(bed).await;
        Self::with_usual_limits(bed).await
    }

    /// For a browser tab too; and what it says at its start.
    pub(crate) async fn showing_the_page(bed: &mut Bed) -> (Self, Value) {
        Self::raise_limits(bed).await;
        Self::saying(bed, &["--page"]).await
    }

    async fn raise_limits(bed: &mut Bed) {
        let raised = [
            "settings",
            "set",
            "api_writes_minute=1000000",
            "api_uploads_minute=1000000",
            "api_publishes_minute=1000000",
        ];
        bed.studio(&raised).await.done();
    }

    pub(crate) async fn with_usual_limits(bed: &mut Bed) -> Self {
        Self::saying(bed, &[]).await.0
    }

    /// With further arguments; and what it says at its start.
    pub(crate) async fn saying(bed: &mut Bed, further: &[&str]) -> (Self, Value) {
        bed.set("STUDIO_TOKEN", TOKEN);
        let listen: &[&str] = if further.contains(&"--listen") {
            &["serve"]
        } else {
            &["serve", "--listen", "127.0.0.1:0"]
        };
        let mut child = bed
            .command(&[listen, further].concat())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("studio can be started");
        let out = child.stdout.take().expect("its output is read");
        let mut document = String::new();
        let mut lines = BufReader::new(out).lines();
        let said = loop {
            let line = tokio::time::timeout(Duration::from_secs(60), lines.next_line())
                .await
                .expect("it says its address in time")
                .expect("its output can be read")
                .expect("it says its address before it ends");
            document.push_str(&line);
            if let Ok(view) = serde_json::from_str::<Value>(&document) {
                break view;
            }
        };
        let server = Self {
            child,
            url: said["url"].as_str().expect("an address").to_owned(),
            // A connection that the server closes after a refused body must not be used again.
            client: Client::builder().pool_max_idle_per_host(0).build().unwrap(),
        };
        (server, said)
    }

    /// Ends it as a power cut would.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.expect("it can be killed");
    }

    /// `127.0.0.1:PORT`
    pub(crate) fn host(&self) -> &str {
        self.url.strip_prefix("http://").unwrap()
    }

    pub(crate) fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.url))
            .bearer_auth(TOKEN)
            .timeout(Duration::from_secs(120))
    }

    pub(crate) async fn get(&self, path: &str) -> (StatusCode, Value) {
        said(self.ask(Method::GET, path).send().await.unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        said(
            self.ask(Method::POST, path)
                .json(body)
                .send()
                .await
                .unwrap(),
        )
        .await
    }

    pub(crate) async fn call(&self, method: Method, path: &str) -> (StatusCode, Value) {
        said(self.ask(method, path).send().await.unwrap()).await
    }

    /// Sends files in a form.
    pub(crate) async fn form(
        &self,
        path: &str,
        field: &str,
        files: &[(&str, Vec<u8>)],
    ) -> (StatusCode, Value) {
        let mut form = multipart::Form::new();
        for (name, bytes) in files {
            let part = multipart::Part::bytes(bytes.clone()).file_name((*name).to_owned());
            form = form.part(field.to_owned(), part);
        }
        said(
            self.ask(Method::POST, path)
                .multipart(form)
                .send()
                .await
                .unwrap(),
        )
        .await
    }

    /// Asked to end, it ends tidily.
    #[cfg(unix)]
    pub(crate) async fn end(mut self) -> Duration {
        let begun = std::time::Instant::now();
        let id = i32::try_from(self.child.id().expect("it runs")).unwrap();
        let process = rustix::process::Pid::from_raw(id).expect("a process");
        rustix::process::kill_process(process, rustix::process::Signal::TERM).unwrap();
        let ended = tokio::time::timeout(Duration::from_secs(60), self.child.wait()).await;
        assert!(ended.unwrap().unwrap().success(), "it ends as it should");
        begun.elapsed()
    }
}

pub(crate) async fn said(answer: Response) -> (StatusCode, Value) {
    let status = answer.status();
    let text = answer.text().await.unwrap();
    let value = serde_json::from_str(&text).unwrap_or(Value::String(text));
    (status, value)
}

pub(crate) fn read(path: &Path) -> Vec<u8> {
    fs_err::read(path).expect("a sample")
}
