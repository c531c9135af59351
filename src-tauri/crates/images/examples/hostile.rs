//! The long run over hostile files: each must end in a photo or in a code, within 10 s and 512 MB.
//!
//! `cargo xtask hostile [--photos DIR]` builds and runs this. Each file gets a worker of its own,
//! so that the memory counted is that of this file. Then all of them go through two workers beside each
//! other, as in the app. Ends with a failure if a file breaks the promise.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::panic,
    unsafe_code,
    reason = "a program for the terminal that stops where it cannot go on; asks for rusage"
)]

#[path = "../tests/hostile_set/mod.rs"]
mod hostile_set;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures::StreamExt;

use images::{Decoder, ImageError, Limits, WORKER_ARG, WorkerCommand, read_bounded};

const MOST_TIME: Duration = Duration::from_secs(10);
const MOST_MEMORY: u64 = 512 * 1024 * 1024;
/// Workers that the app has, and what they may hold together.
const WORKERS: usize = 2;
const MOST_TOGETHER: u64 = 400 * 1024 * 1024;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|word| word == WORKER_ARG) {
        return images::worker_main();
    }
    let photos = match arguments.as_slice() {
        [] => None,
        [word, folder] if word == "--photos" => Some(PathBuf::from(folder)),
        _ => panic!("hostile [--photos DIR]"),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(run(photos))
}

async fn run(photos: Option<PathBuf>) -> ExitCode {
    let mut tables = Vec::new();
    let mut table = Table::new("generated");
    for file in hostile_set::all() {
        table.note(&file.name, || async { Ok(file.bytes()) }).await;
    }
    tables.push(table);

    let folder = tempfile::tempdir().expect("a folder");
    let mut table = Table::new("by name or kind on the disk");
    for (name, path) in kinds(folder.path()) {
        table.note(&name, || read(path.clone())).await;
    }
    tables.push(table);
    let mut given = Vec::new();

    if let Some(photos) = photos {
        for entry in sorted(&photos).into_iter().filter(|path| path.is_dir()) {
            let name = entry
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let mut table = Table::new(&format!("photos/{name}"));
            for path in sorted(&entry).into_iter().filter(|path| path.is_file()) {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                table.note(&name, || read(path.clone())).await;
                given.push(path);
            }
            tables.push(table);
        }
    }

    println!("| files | how many | outcomes | slowest | largest worker |");
    println!("|---|---|---|---|---|");
    tables.iter().for_each(Table::print);
    let largest = largest_child();
    println!(
        "\nLargest of all workers, those that were ended too: {} MB.",
        largest >> 20
    );
    let together = beside_each_other(given).await;
    println!(
        "\nAll of them again, {WORKERS} workers beside each other, {:.0} s: at most {} MB (PSS of all), with {}.",
        together.took.as_secs_f64(),
        together.peak >> 20,
        together.with.join(" and ")
    );
    let broken: Vec<&String> = tables.iter().flat_map(|table| &table.broken).collect();
    for name in &broken {
        println!("BROKEN: {name}");
    }
    if broken.is_empty() && largest <= MOST_MEMORY && together.peak <= MOST_TOGETHER {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

async fn read(path: PathBuf) -> Result<Vec<u8>, ImageError> {
    read_bounded(&path, Limits::default().max_bytes).await
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs_err::read_dir(folder)
        .expect("the folder")
        .map(|entry| entry.expect("entry").path())
        .collect();
    paths.sort();
    paths
}

struct Table {
    title: String,
    outcomes: BTreeMap<&'static str, usize>,
    slowest: (Duration, String),
    largest: (u64, String),
    broken: Vec<String>,
}

impl Table {
    fn new(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            outcomes: BTreeMap::new(),
            slowest: (Duration::ZERO, String::new()),
            largest: (0, String::new()),
            broken: Vec::new(),
        }
    }

    async fn note<R: Future<Output = Result<Vec<u8>, ImageError>>>(
        &mut self,
        name: &str,
        bytes: impl FnOnce() -> R,
    ) {
        let read = Instant::now();
        let (outcome, took, memory) = match bytes().await {
            Err(error) => (Err(error), read.elapsed(), 0),
            Ok(bytes) => {
                let decoder = Decoder::new(this_program(), 1, Limits::default());
                // Starting the worker is not the file's doing.
                decoder.isolation().await.expect("a worker");
                let start = Instant::now();
                let outcome = decoder.process(bytes).await;
                (outcome, start.elapsed(), peak_of_children())
            }
        };
        let code = outcome.as_ref().map_or_else(ImageError::code, |_| "photo");
        *self.outcomes.entry(code).or_default() += 1;
        if took > self.slowest.0 {
            self.slowest = (took, name.to_owned());
        }
        if memory > self.largest.0 {
            self.largest = (memory, name.to_owned());
        }
        // A worker is ended at its limit; taking note of that is not the file's time.
        if took > MOST_TIME + Duration::from_millis(500) || memory > MOST_MEMORY {
            self.broken
                .push(format!("{name}: {took:?}, {memory} bytes"));
        }
        if code == "decoder_unavailable" {
            self.broken.push(format!("{name}: {outcome:?}"));
        }
    }

    fn print(&self) {
        let total: usize = self.outcomes.values().sum();
        let outcomes: Vec<String> = self
            .outcomes
            .iter()
            .map(|(code, count)| format!("{count} {code}"))
            .collect();
        println!(
            "| {} | {total} | {} | {:.2} s ({}) | {} MB ({}) |",
            self.title,
            outcomes.join(", "),
            self.slowest.0.as_secs_f64(),
            self.slowest.1,
            self.largest.0 >> 20,
            self.largest.1
        );
    }
}

fn this_program() -> WorkerCommand {
    WorkerCommand {
        program: std::env::current_exe().expect("this program"),
        args: vec![WORKER_ARG.into()],
    }
}

/// What two workers took together.
#[derive(Default)]
struct Together {
    took: Duration,
    peak: u64,
    /// The files under way at the peak.
    with: Vec<String>,
}

async fn beside_each_other(given: Vec<PathBuf>) -> Together {
    let decoder = Decoder::new(this_program(), WORKERS, Limits::default());
    let under_way: Arc<Mutex<BTreeSet<String>>> = Arc::default();
    let stop = Arc::new(AtomicBool::new(false));
    let sampler = std::thread::spawn({
        let (under_way, stop) = (under_way.clone(), stop.clone());
        move || {
            let mut most = Together::default();
            while !stop.load(Ordering::Relaxed) {
                let now = sum_of_children();
                if now > most.peak {
                    most.peak = now;
                    most.with = under_way.lock().expect("whole").iter().cloned().collect();
                }
                std::thread::sleep(Duration::from_millis(5));
            }
            most
        }
    });
    let start = Instant::now();
    let generated = hostile_set::all().into_iter().map(|file| {
        let name = file.name.clone();
        (
            name,
            Box::new(move || Some(file.bytes())) as Box<dyn FnOnce() -> Option<Vec<u8>>>,
        )
    });
    let given = given.into_iter().map(|path| {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let small = path
            .metadata()
            .is_ok_and(|meta| meta.len() <= Limits::default().max_bytes);
        let read = move || small.then(|| fs_err::read(&path).expect("a file to read"));
        (name, Box::new(read) as Box<dyn FnOnce() -> Option<Vec<u8>>>)
    });
    futures::stream::iter(generated.chain(given))
        .for_each_concurrent(WORKERS, |(name, bytes)| {
            let (decoder, under_way) = (&decoder, &under_way);
            async move {
                let Some(bytes) = bytes() else { return };
                under_way.lock().expect("whole").insert(name.clone());
                // What becomes of each is in the tables.
                let _ = decoder.process(bytes).await;
                under_way.lock().expect("whole").remove(&name);
            }
        })
        .await;
    stop.store(true, Ordering::Relaxed);
    let most = sampler.join().expect("sampled");
    Together {
        took: start.elapsed(),
        ..most
    }
}

/// Memory that all children hold at this moment, shared pages counted once, in bytes.
fn sum_of_children() -> u64 {
    children()
        .iter()
        .filter_map(|pid| fs_err::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok())
        .filter_map(|rollup| kilobytes(&rollup, "Pss:"))
        .sum::<u64>()
        * 1024
}

/// Most resident memory of the living children, in bytes. One that ended has none.
fn peak_of_children() -> u64 {
    children()
        .iter()
        .filter_map(|pid| fs_err::read_to_string(format!("/proc/{pid}/status")).ok())
        .filter_map(|status| kilobytes(&status, "VmHWM:"))
        .max()
        .unwrap_or(0)
        * 1024
}

fn kilobytes(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Process ids of the workers, whichever thread started them.
fn children() -> Vec<String> {
    fs_err::read_dir("/proc/self/task")
        .expect("threads")
        .filter_map(|thread| fs_err::read_to_string(thread.ok()?.path().join("children")).ok())
        .flat_map(|line| {
            let pids = line.split_whitespace().map(str::to_owned);
            pids.collect::<Vec<_>>()
        })
        .collect()
}

/// Most resident memory of any child that has ended, in bytes. The system counts what this program
/// had when it started the child as the child's, so this is an upper bound.
fn largest_child() -> u64 {
    // SAFETY: all zeros is a value of this plain structure.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: the structure is valid for the call.
    unsafe { libc::getrusage(libc::RUSAGE_CHILDREN, &raw mut usage) };
    u64::try_from(usage.ru_maxrss).unwrap_or(0) * 1024
}

/// A good photo under bad names, and what looks like a file and is none.
#[cfg(unix)]
fn kinds(folder: &Path) -> Vec<(String, PathBuf)> {
    use std::os::unix::fs::symlink;

    let photo = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/gray.jpg");
    let long = format!("{}.jpg", "l".repeat(251));
    let names = [
        "..jpg",
        "...",
        "a..b.jpg",
        "CON",
        "CON.jpg",
        "NUL.png",
        "a\u{202E}gpj.exe",
        "-rf",
        "%s%n.jpg",
        "line\nbreak.jpg",
        "' OR 1=1 --.jpg",
        "<img src=x>.jpg",
        "\u{0}".trim_matches('\0'),
        &long,
    ];
    let mut kinds = Vec::new();
    for name in names.into_iter().filter(|name| !name.is_empty()) {
        let path = folder.join(name);
        fs_err::copy(&photo, &path).expect("copied");
        kinds.push((format!("a photo named {name:?}"), path));
    }
    let mut add = |what: &str, name: &str| {
        let path = folder.join(name);
        kinds.push((what.to_owned(), path.clone()));
        path
    };
    let sparse = fs_err::File::create(add("2 GB sparse", "sparse.jpg")).expect("made");
    sparse.set_len(2 << 30).expect("sparse");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        add("FIFO", "pipe.jpg").as_path(),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
        0,
    )
    .expect("a pipe");
    fs_err::create_dir(add("folder named like a photo", "folder.jpg")).expect("made");
    let link = |target: &Path, path: PathBuf| symlink(target, path).expect("linked");
    link(&photo, add("link to a photo", "link.jpg"));
    link(
        &folder.join("pipe.jpg"),
        add("link to a FIFO", "link-to-pipe.jpg"),
    );
    link(&folder.join("loop.jpg"), add("link to itself", "loop.jpg"));
    link(Path::new("/dev/zero"), add("link to a device", "zero.jpg"));
    link(Path::new("/nowhere"), add("link to nothing", "nowhere.jpg"));
    add("a path with .. in it", "folder.jpg/../gray.jpg");
    fs_err::copy(&photo, folder.join("gray.jpg")).expect("copied");
    kinds
}

#[cfg(not(unix))]
fn kinds(_folder: &Path) -> Vec<(String, PathBuf)> {
    Vec::new()
}
