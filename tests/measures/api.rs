//! `cargo xtask bench api`: the local API with 10,000 drafts and 10,000 jobs. Prints what docs/measurements.md holds.
//!
//! The real `studio serve` of the same build, on loopback: memory at rest, common requests at a steady rate beside a
//! running import, the delay of a log line, and the same requests beside 1,000 connections that idle or drip. Each
//! figure stands beside its aim.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a measurement that cannot go on fails; its figures are printed"
)]

use std::{
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use acceptance::{Bed, samples};
use chrono::{DateTime, Utc};
use reqwest::{Client, Method, Response, multipart};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    process::Child,
    task::JoinSet,
    time::{interval, sleep, timeout},
};

const TOKEN: &str = "a-token-of-the-bench";
const DRAFTS: usize = 10_000;
/// Requests a second, and for how long.
const RATE: u64 = 50;
const ROUND: Duration = Duration::from_secs(40);
const IDLE: usize = 1_000;
/// What the figures are to be below: printed beside each, so that a miss is seen.
const AIM_P95: f64 = 20.0;
const AIM_LINE_P95: f64 = 100.0;
const AIM_MEMORY: u64 = 60;
/// Jobs whose lines are looked at.
const RUNS: usize = 10;

#[tokio::main]
async fn main() {
    let mut bed = Bed::new().await;
    bed.set("STUDIO_TOKEN", TOKEN);
    bed.set("STUDIO_LOG", "warn");
    for setting in ["api_writes_minute", "api_uploads_minute"] {
        let value = format!("{setting}=1000000");
        bed.studio(&["settings", "set", &value]).await.done();
    }
    bed.log_in().await;
    let (mut child, url) = serve(&bed).await;
    sleep(Duration::from_secs(5)).await;
    println!("| memory at rest, nothing stored | {} |", memory(&child));
    let (drafts, jobs) = filled(&bed, &url).await;
    end(&mut child).await;

    let (mut child, url) = serve(&bed).await;
    sleep(Duration::from_secs(5)).await;
    println!(
        "| memory at rest, {DRAFTS} drafts and jobs | {} |",
        memory(&child)
    );
    let load = Arc::new(Load {
        client: Client::new(),
        url: url.clone(),
        drafts,
        jobs,
        thumb: AtomicU64::new(0),
    });
    told("quiet", &load.round().await);
    let importing = Importing::begin(&url);
    told("beside an import", &load.round().await);
    println!("| photos imported meanwhile | {} |", importing.end().await);
    line_delay(&load).await;
    let held = held(&url).await;
    told(
        &format!("beside {IDLE} idle and slow connections"),
        &load.round().await,
    );
    drop(held);
    println!("| memory afterwards | {} |", memory(&child));
    end(&mut child).await;
}

async fn serve(bed: &Bed) -> (Child, String) {
    let mut child = bed
        .command(&["serve", "--listen", "127.0.0.1:0"])
        .stderr(Stdio::inherit())
        .spawn()
        .expect("studio can be started");
    let out = child.stdout.take().expect("its output is read");
    let mut lines = BufReader::new(out).lines();
    let mut document = String::new();
    loop {
        let line = timeout(Duration::from_secs(60), lines.next_line())
            .await
            .expect("it says its address in time")
            .unwrap()
            .expect("it says its address before it ends");
        document.push_str(&line);
        if let Ok(view) = serde_json::from_str::<Value>(&document) {
            return (child, view["url"].as_str().unwrap().to_owned());
        }
    }
}

async fn end(child: &mut Child) {
    let pid = child.id().expect("it runs").to_string();
    tokio::process::Command::new("kill")
        .args(["-TERM", &pid])
        .status()
        .await
        .unwrap();
    timeout(Duration::from_secs(30), child.wait())
        .await
        .expect("it stops when asked to")
        .unwrap();
}

/// Resident memory of the server itself.
fn memory(child: &Child) -> String {
    let path = format!("/proc/{}/status", child.id().expect("it runs"));
    let status = fs_err::read_to_string(path).unwrap();
    let kib = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|number| number.parse::<u64>().ok())
        .unwrap();
    let megabytes = kib * 1024 / 1_000_000;
    format!(
        "{megabytes} MB; aim {AIM_MEMORY} MB: {}",
        word(megabytes < AIM_MEMORY)
    )
}

fn word(met: bool) -> &'static str {
    if met { "met" } else { "MISSED" }
}

/// Stores the drafts by one import and queues them all for another day; gives some of their ids.
async fn filled(bed: &Bed, url: &str) -> (Vec<String>, Vec<String>) {
    let client = Client::new();
    let photo = fs_err::read(&samples()[0]).unwrap();
    let form = multipart::Form::new().part(
        "files",
        multipart::Part::bytes(photo).file_name("IMG_1.jpg"),
    );
    let made: Value = client
        .post(format!("{url}/ingest/upload"))
        .bearer_auth(TOKEN)
        .multipart(form)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let media = made["photos"][0]["media"].clone();
    let hash = media["url"]
        .as_str()
        .and_then(|url| url.strip_prefix("/media/")?.strip_suffix(".jpg"))
        .expect("a photo");
    let now = Utc::now().to_rfc3339();
    let drafts: Vec<Value> = (0..DRAFTS).map(|n| draft(n, &media["id"], &now)).collect();
    let manifest = json!({
        "format": "vintedbot-studio-export", "version": 1, "drafts": drafts,
        "photos": [{ "id": media["id"], "sha256": hash, "filename": "IMG_1.jpg", "created_at": now }],
    });
    let answer = client
        .post(format!("{url}/import/drafts"))
        .bearer_auth(TOKEN)
        .json(&manifest)
        .send()
        .await
        .unwrap();
    let told: Value = answer.json().await.unwrap();
    assert_eq!(told["drafts"], DRAFTS, "they are stored: {told}");
    let ids: Vec<String> = drafts
        .iter()
        .map(|draft| draft["id"].as_str().unwrap().to_owned())
        .collect();
    let later = (Utc::now() + chrono::TimeDelta::days(30)).to_rfc3339();
    let mut jobs = Vec::new();
    for some in ids.chunks(1_000) {
        let mut words = vec!["queue", "add", "--at", &later];
        words.extend(some.iter().map(String::as_str));
        let added = bed.studio(&words).await.done();
        let added = added["jobs"].as_array().expect("jobs").iter();
        jobs.extend(added.map(|job| job["id"].as_str().unwrap().to_owned()));
    }
    assert_eq!(jobs.len(), DRAFTS, "each waits in the queue");
    (ids, jobs)
}

fn draft(number: usize, photo: &Value, now: &str) -> Value {
    let colour = ["gris", "noir", "bleu", "rouge"][number % 4];
    json!({
        "id": format!("0199e1a0-0000-7000-8000-{number:012x}"),
        "title": format!("Sweat {colour} Levi's taille M – Très bon état"),
        "description": "Sweat à capuche pour homme.\nCoupe droite, taille M.\nPoche devant et cordon à la capuche.\nCoton épais.\nTrès bon état, porté quelques fois.\nLavé à 30 °C.\n#sweat #capuche #homme",
        "price_min_cents": 1200, "price_target_cents": 1550, "price_max_cents": 1800, "currency": "EUR",
        "brand": "Levi's", "size": "M", "condition": "very_good",
        "category": "Hommes > Vêtements > Sweats à capuche", "colors": ["Gris"], "materials": ["Coton"],
        "package_size": "medium", "status": "draft", "photos": [photo], "created_at": now, "updated_at": now,
    })
}

/// What is asked, again and again.
struct Load {
    client: Client,
    url: String,
    drafts: Vec<String>,
    jobs: Vec<String>,
    thumb: AtomicU64,
}

impl Load {
    /// The common requests, one after the other at a steady rate; milliseconds from when each was due.
    async fn round(self: &Arc<Self>) -> Vec<(&'static str, f64)> {
        let mut ticks = interval(Duration::from_micros(1_000_000 / RATE));
        let begun = Instant::now();
        let mut asked = JoinSet::new();
        while begun.elapsed() < ROUND {
            ticks.tick().await;
            let load = Arc::clone(self);
            let number = self.thumb.fetch_add(1, Ordering::Relaxed);
            asked.spawn(async move { load.one(number).await });
        }
        asked.join_all().await
    }

    async fn one(&self, number: u64) -> (&'static str, f64) {
        let nth = usize::try_from(number).unwrap();
        let (job, draft) = (
            &self.jobs[nth * 7 % self.jobs.len()],
            &self.drafts[nth * 13 % self.drafts.len()],
        );
        let page = nth % 100 + 1;
        let (what, method, path, body) = match nth % 8 {
            0 => (
                "drafts, a page",
                Method::GET,
                format!("/api/listings?page={page}"),
                None,
            ),
            1 => (
                "drafts, a search",
                Method::GET,
                "/api/listings?search=noir".to_owned(),
                None,
            ),
            2 => (
                "jobs, a page",
                Method::GET,
                format!("/api/jobs?page={page}"),
                None,
            ),
            3 => ("one job", Method::GET, format!("/api/jobs/{job}"), None),
            4 => (
                "a job's log",
                Method::GET,
                format!("/api/jobs/{job}/logs?offset=0"),
                None,
            ),
            5 => (
                "a draft changed",
                Method::PATCH,
                format!("/api/listings/{draft}"),
                Some(json!({ "price_cents": 1300 + nth % 500 })),
            ),
            6 => ("settings", Method::GET, "/api/settings".to_owned(), None),
            _ => ("health", Method::GET, "/health".to_owned(), None),
        };
        let begun = Instant::now();
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.url))
            .bearer_auth(TOKEN);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.expect("an answer");
        let status = answer.status();
        answer.bytes().await.expect("the whole of it");
        assert!(status.is_success(), "{what}: {status}");
        (what, begun.elapsed().as_secs_f64() * 1000.0)
    }
}

fn told(when: &str, times: &[(&'static str, f64)]) {
    let mut all: Vec<f64> = times.iter().map(|(_, time)| *time).collect();
    println!(
        "| {when}, {} requests at {RATE}/s | {} |",
        all.len(),
        beside(&mut all, AIM_P95)
    );
    let mut kinds: Vec<&str> = times.iter().map(|(what, _)| *what).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds {
        let mut of_kind: Vec<f64> = times
            .iter()
            .filter_map(|(what, time)| (*what == kind).then_some(*time))
            .collect();
        println!("|   {kind} | {} |", figures(&mut of_kind));
    }
}

/// The figures with their aim.
fn beside(times: &mut [f64], aim: f64) -> String {
    let figures = figures(times);
    let p95 = times[(times.len() - 1) * 95 / 100];
    format!("{figures}; aim p95 {aim} ms: {}", word(p95 < aim))
}

fn figures(times: &mut [f64]) -> String {
    times.sort_by(f64::total_cmp);
    let at = |percent: usize| times[(times.len() - 1) * percent / 100];
    format!(
        "median {:.1} ms, p95 {:.1} ms, p99 {:.1} ms",
        at(50),
        at(95),
        at(99)
    )
}

/// Photos that come in one after the other, as a phone sends them.
struct Importing {
    stop: Arc<AtomicBool>,
    task: tokio::task::JoinHandle<usize>,
}

impl Importing {
    fn begin(url: &str) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (over, url) = (Arc::clone(&stop), format!("{url}/ingest/upload"));
        let task = tokio::spawn(async move {
            let client = Client::new();
            let photos: Vec<Vec<u8>> = samples().iter().map(|p| fs_err::read(p).unwrap()).collect();
            let mut done = 0;
            while !over.load(Ordering::Relaxed) {
                let part = multipart::Part::bytes(photos[done % photos.len()].clone());
                let form = multipart::Form::new().part("files", part.file_name("IMG.jpg"));
                let request = client.post(&url).bearer_auth(TOKEN).multipart(form);
                let answer = request.send().await.expect("an answer");
                assert!(answer.status().is_success(), "{}", answer.status());
                done += 1;
            }
            done
        });
        Self { stop, task }
    }

    async fn end(self) -> usize {
        self.stop.store(true, Ordering::Relaxed);
        self.task.await.unwrap()
    }
}

/// From the time that a line of a job's log bears to its arrival in the stream, while jobs fill the form (dry runs).
async fn line_delay(load: &Load) {
    let mut delays = Vec::new();
    for job in &load.jobs[..RUNS] {
        let at = format!("{}/api/jobs/{job}", load.url);
        let mut stream = asked(&load.client, Method::GET, &format!("{at}/logs/stream")).await;
        asked(&load.client, Method::POST, &format!("{at}/run")).await;
        let (mut text, mut running) = (String::new(), true);
        while running {
            let piece = timeout(Duration::from_secs(60), stream.chunk()).await;
            let now = Utc::now();
            let piece = piece.expect("something comes in time").unwrap();
            text.push_str(std::str::from_utf8(&piece.expect("the stream goes on")).unwrap());
            while let Some((event, rest)) = text.split_once("\n\n") {
                let data = event.lines().find_map(|line| line.strip_prefix("data: "));
                let data: Value = data
                    .and_then(|data| serde_json::from_str(data).ok())
                    .unwrap_or_default();
                running &= !matches!(data["status"].as_str(), Some("success" | "failed"));
                if let Some(line) = data["line"].as_str() {
                    let at = line.split_whitespace().next().unwrap();
                    let at: DateTime<Utc> = at.parse().expect("a line begins with its time");
                    #[expect(clippy::cast_precision_loss, reason = "some milliseconds")]
                    delays.push((now - at).num_microseconds().unwrap() as f64 / 1000.0);
                }
                text = rest.to_owned();
            }
        }
    }
    println!(
        "| delay of {} log lines in the stream | {} |",
        delays.len(),
        beside(&mut delays, AIM_LINE_P95)
    );
}

async fn asked(client: &Client, method: Method, url: &str) -> Response {
    let request = client.request(method, url).bearer_auth(TOKEN);
    let answer = request.send().await.expect("an answer");
    assert!(answer.status().is_success(), "{url}: {}", answer.status());
    answer
}

/// Connections that say nothing, or never finish what they begin; each a little on, so that none is given up at once.
async fn held(url: &str) -> tokio::task::JoinHandle<()> {
    let host = url.strip_prefix("http://").unwrap().to_owned();
    let opened = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&opened);
    let task = tokio::spawn(async move {
        let mut held = JoinSet::new();
        for n in 0..IDLE {
            let (host, count) = (host.clone(), Arc::clone(&count));
            held.spawn(async move {
                loop {
                    let Ok(mut stream) = TcpStream::connect(&host).await else {
                        sleep(Duration::from_millis(100)).await;
                        continue;
                    };
                    count.fetch_add(1, Ordering::Relaxed);
                    if n % 2 == 1 {
                        let head = format!("GET /health HTTP/1.1\r\nHost: {host}\r\nX-Slow: ");
                        let _ = stream.write_all(head.as_bytes()).await;
                    }
                    while stream
                        .write_all(if n % 2 == 1 { b"x" } else { b"" })
                        .await
                        .is_ok()
                    {
                        sleep(Duration::from_secs(1)).await;
                    }
                }
            });
        }
        held.join_all().await;
    });
    while opened.load(Ordering::Relaxed) < IDLE as u64 {
        sleep(Duration::from_millis(50)).await;
    }
    task
}
