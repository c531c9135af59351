//! The product's side of `cargo xtask bench images`: photos through the worker processes.
//!
//! `bench_images WORKERS OUT FILE...` answers each line on its input by one pass over the files: results in
//! OUT under the files' numbers, then one line with a word for each file (`ok` or the code).
//! With `--in-process` before all that the photos are decoded in this process: what isolation costs.
//! One file more than there are workers is under way, as in the app: read and written meanwhile.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::expect_used,
    reason = "a program for the terminal that stops where it cannot go on"
)]

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use futures::StreamExt;
use images::{Decoder, Limits, WORKER_ARG, WorkerCommand};
use tokio::sync::Semaphore;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    if arguments.first().is_some_and(|word| word == WORKER_ARG) {
        return images::worker_main();
    }
    let isolated = arguments.first().is_none_or(|word| word != "--in-process");
    let arguments = &arguments[usize::from(!isolated)..];
    let [workers, out, files @ ..] = arguments else {
        eprintln!("bench_images [--in-process] WORKERS OUT FILE...");
        return ExitCode::FAILURE;
    };
    let workers = workers
        .to_str()
        .and_then(|n| n.parse().ok())
        .expect("a number of workers");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let command = WorkerCommand {
        program: std::env::current_exe().expect("this program"),
        args: vec![WORKER_ARG.into()],
    };
    // Files larger than the app's own limit (15 MB) are measured too.
    let limits = Limits {
        max_bytes: 64 * 1024 * 1024,
        ..Limits::default()
    };
    let (out, files) = (PathBuf::from(out), Arc::new(files.to_vec()));
    runtime.block_on(async {
        let decoder = Decoder::new(command, workers, limits);
        for line in std::io::stdin().lines() {
            if line.is_err() {
                break;
            }
            let words = pass(&decoder, isolated, workers, &out, &files).await;
            println!("{}", words.join(" "));
        }
    });
    ExitCode::SUCCESS
}

async fn pass(
    decoder: &Decoder,
    isolated: bool,
    workers: usize,
    out: &std::path::Path,
    files: &[OsString],
) -> Vec<&'static str> {
    let turns = Semaphore::new(workers);
    let turns = &turns;
    let mut words: Vec<(usize, &'static str)> = futures::stream::iter(files.iter().enumerate())
        .map(|(number, file)| async move {
            let bytes = fs_err::tokio::read(file).await.expect("a file to read");
            let outcome = if isolated {
                decoder.process(bytes).await
            } else {
                let _turn = turns.acquire().await.expect("never closed");
                let limits = decoder.limits().clone();
                tokio::task::spawn_blocking(move || images::process(&bytes, &limits))
                    .await
                    .expect("decoded")
            };
            let word = match outcome {
                Ok(photo) => {
                    let path = |end: &str| out.join(format!("{number}{end}"));
                    fs_err::tokio::write(path(".jpg"), &photo.jpeg)
                        .await
                        .expect("written");
                    fs_err::tokio::write(path(".thumb.jpg"), &photo.thumb)
                        .await
                        .expect("written");
                    "ok"
                }
                Err(error) => error.code(),
            };
            (number, word)
        })
        .buffer_unordered(workers + 1)
        .collect()
        .await;
    words.sort_unstable();
    words.into_iter().map(|(_, word)| word).collect()
}
