//! Webhooks, and an address that is told things: it refuses the first message and takes the others.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use acceptance::{Bed, samples};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinHandle,
};

use crate::served::Served;

/// Heads and bodies, as they came.
type Told = Vec<(String, Value)>;

pub(crate) struct Receiver {
    pub(crate) url: String,
    told: Arc<Mutex<Told>>,
    task: JoinHandle<()>,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let told = Arc::new(Mutex::new(Told::new()));
        let task = tokio::spawn(take(listener, Arc::clone(&told)));
        Self { url, told, task }
    }

    /// Waits for that many messages.
    pub(crate) async fn requests(&self, count: usize) -> Told {
        for _ in 0..600 {
            let told = self.told.lock().unwrap().clone();
            if told.len() >= count {
                return told;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!(
            "{count} messages in a minute: {:?}",
            self.told.lock().unwrap()
        );
    }
}

/// No server was there when the job ended, and no attempt tells of it: the next one does.
#[tokio::test]
#[cfg(unix)]
async fn an_end_that_another_process_saw_is_told() {
    let mut bed = Bed::new().await;
    let hooks = Receiver::start().await;
    let named = format!("webhooks={}", hooks.url);
    bed.studio(&["settings", "set", &named]).await.done();
    bed.log_in().await;
    let draft = bed.ready_draft(&samples()[..1]).await;
    let added = bed.studio(&["queue", "add", &draft, "--live"]).await.done();
    let job = &added["jobs"][0]["id"];
    bed.studio(&["session", "forget"]).await.done();
    bed.studio(&["queue", "run", "--until-empty"]).await.done();
    let (_, jobs) = {
        let server = Served::start(&mut bed).await;
        let told = hooks.requests(1).await;
        let (head, body) = &told[0];
        assert!(head.contains("x-studio-event: needs_manual"), "{head}");
        assert_eq!(
            (&body["data"]["job_id"], &body["data"]["draft_id"]),
            (job, &json!(draft)),
            "{body}"
        );
        assert_eq!(body["data"]["reason"], "session_missing", "{body}");
        let jobs = server.get("/api/jobs?status=needs_manual").await;
        server.end().await;
        jobs
    };
    assert_eq!(jobs["meta"]["total"], 1, "{jobs}");
}

async fn take(listener: TcpListener, told: Arc<Mutex<Told>>) {
    while let Ok((mut stream, _)) = listener.accept().await {
        let mut bytes = Vec::new();
        let (head, body) = loop {
            let mut piece = [0; 4096];
            let read = stream.read(&mut piece).await.unwrap_or(0);
            bytes.extend_from_slice(&piece[..read]);
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if let Some((head, body)) = text.split_once("\r\n\r\n")
                && let Ok(body) = serde_json::from_str::<Value>(body)
            {
                break (head.to_lowercase(), body);
            }
            if read == 0 {
                break (text, Value::Null);
            }
        };
        let first = {
            let mut told = told.lock().unwrap();
            told.push((head, body));
            told.len() == 1
        };
        let status = if first { "500 No" } else { "204 Taken" };
        let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        let _ = stream.write_all(answer.as_bytes()).await;
    }
}
