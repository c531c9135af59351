//! Webhooks, and an address that is told things: it refuses the first message and takes the others.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use acceptance::{Bed, samples};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinHandle,
};

/// Heads and bodies, as they came: read, and to the letter.
type Told = Vec<(String, Value, String)>;

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
#[cfg(target_os = "linux")]
async fn an_end_that_another_process_saw_is_told() {
    let bed = Bed::new().await;
    let hooks = Receiver::start().await;
    let named = format!("webhooks={}", hooks.url);
    bed.studio(&["settings", "set", &named]).await.done();
    bed.log_in().await;
    let draft = bed.ready_draft(&samples()[..1]).await;
    let added = bed.studio(&["queue", "add", &draft, "--live"]).await.done();
    let job = &added["jobs"][0]["id"];
    bed.studio(&["session", "forget"]).await.done();
    bed.studio(&["queue", "run", "--until-empty"]).await.done();

    let mut server = OnATerminal::start(&bed);
    let key = server.line_after("webhooks are signed with: ").await;
    let told = hooks.requests(1).await;
    let (head, body, text) = &told[0];
    assert!(head.contains("x-studio-event: needs_manual"), "{head}");
    assert_eq!(
        (&body["data"]["job_id"], &body["data"]["draft_id"]),
        (job, &json!(draft)),
        "{body}"
    );
    assert_eq!(body["data"]["reason"], "session_missing", "{body}");
    // As a receiver checks it.
    let field = |name: &str| {
        let found = head.lines().find_map(|line| line.strip_prefix(name));
        found.expect("a header").trim().to_owned()
    };
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(format!("{}.{text}", field("x-studio-timestamp:")).as_bytes());
    let expected = format!("v1={}", hex::encode(mac.finalize().into_bytes()));
    assert_eq!(field("x-studio-signature:"), expected);
    server.end().await;
}

/// `studio serve` as a person starts it, with a terminal to write to.
#[cfg(target_os = "linux")]
pub(crate) struct OnATerminal {
    child: tokio::process::Child,
    lines: tokio::io::Lines<tokio::io::BufReader<tokio::process::ChildStdout>>,
    pid: std::path::PathBuf,
}

#[cfg(target_os = "linux")]
impl OnATerminal {
    fn start(bed: &Bed) -> Self {
        Self::with(bed, "")
    }

    /// With a redirection of the shell's.
    pub(crate) fn with(bed: &Bed, redirection: &str) -> Self {
        let serve = bed.command(&[]);
        let program = serve.as_std().get_program().display().to_string();
        let pid = bed.folder.path().join("pid");
        let shell = format!(
            "echo $$ > '{}'; exec '{program}' serve --listen 127.0.0.1:0 {redirection}",
            pid.display()
        );
        let mut child = tokio::process::Command::new("script")
            .args(["-qec", &shell, "/dev/null"])
            .env_clear()
            .envs(serve.as_std().get_envs().filter_map(|(k, v)| Some((k, v?))))
            .stdin(std::process::Stdio::null())
            .stdout(std::process::Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("script is part of every Linux");
        let out = child.stdout.take().unwrap();
        let lines = tokio::io::AsyncBufReadExt::lines(tokio::io::BufReader::new(out));
        Self { child, lines, pid }
    }

    /// The rest of the first line that begins so.
    pub(crate) async fn line_after(&mut self, begin: &str) -> String {
        let reading = async {
            loop {
                let line = self.lines.next_line().await.unwrap().expect("it goes on");
                if let Some(rest) = line.trim().strip_prefix(begin) {
                    return rest.to_owned();
                }
            }
        };
        let found = tokio::time::timeout(Duration::from_secs(60), reading).await;
        found.expect("it is said in time")
    }

    pub(crate) async fn end(mut self) {
        let id = fs_err::read_to_string(&self.pid).unwrap();
        let id = rustix::process::Pid::from_raw(id.trim().parse().unwrap()).unwrap();
        rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
        let ended = tokio::time::timeout(Duration::from_secs(60), self.child.wait()).await;
        assert!(ended.is_ok(), "it ends when asked to");
    }
}

async fn take(listener: TcpListener, told: Arc<Mutex<Told>>) {
    while let Ok((mut stream, _)) = listener.accept().await {
        let mut bytes = Vec::new();
        let (head, body, text) = loop {
            let mut piece = [0; 4096];
            let read = stream.read(&mut piece).await.unwrap_or(0);
            bytes.extend_from_slice(&piece[..read]);
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if let Some((head, plain)) = text.split_once("\r\n\r\n")
                && let Ok(body) = serde_json::from_str::<Value>(plain)
            {
                break (head.to_lowercase(), body, plain.to_owned());
            }
            if read == 0 {
                break (text, Value::Null, String::new());
            }
        };
        let first = {
            let mut told = told.lock().unwrap();
            told.push((head, body, text));
            told.len() == 1
        };
        let status = if first { "500 No" } else { "204 Taken" };
        let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        let _ = stream.write_all(answer.as_bytes()).await;
    }
}
