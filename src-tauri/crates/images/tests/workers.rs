//! The child processes: what they may do, how they end, and that nothing else ends with them.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by them")]
#![cfg(target_os = "linux")]

mod common;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use common::{decoder, fixture, pictures, wide_png, worker};
use images::{Decoder, ImageError, Limits, WorkerCommand, process};
use rustix::process::{Pid, Signal, kill_process};

/// Waits for what must come about; gives up after 20 s.
async fn until(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..4000 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("never came about: {what}");
}

/// Child processes of this test (each test is a process of its own under nextest).
fn children() -> Vec<i32> {
    let Ok(threads) = fs_err::read_dir("/proc/self/task") else {
        return Vec::new();
    };
    threads
        .filter_map(|thread| fs_err::read_to_string(thread.ok()?.path().join("children")).ok())
        .flat_map(|line| {
            line.split_whitespace()
                .filter_map(|pid| pid.parse().ok())
                .collect::<Vec<_>>()
        })
        .collect()
}

fn proc(pid: i32, file: &str) -> String {
    fs_err::read_to_string(PathBuf::from(format!("/proc/{pid}/{file}"))).unwrap_or_default()
}

fn value(pid: i32, file: &str, name: &str) -> String {
    let text = proc(pid, file);
    let line = text
        .lines()
        .find(|line| line.starts_with(name))
        .unwrap_or_default();
    line[name.len().min(line.len())..]
        .trim_start_matches(':')
        .trim()
        .to_owned()
}

fn is_alive(pid: i32) -> bool {
    let state = value(pid, "status", "State");
    !state.is_empty() && !state.starts_with('Z')
}

fn signal(pid: i32, signal: Signal) {
    let pid = Pid::from_raw(pid).expect("a process id");
    kill_process(pid, signal).expect("signalled");
}

/// Resident memory in kB: grows once pixels are decoded.
fn resident(pid: i32) -> u64 {
    value(pid, "status", "VmRSS")
        .trim_end_matches(" kB")
        .trim()
        .parse()
        .unwrap_or(0)
}

/// For a shell that plays a worker: `frame TEXT` sends a short frame; the greeting is sent.
const READY: &str = r#"frame() { printf "\\$(printf %03o ${#1})\\000\\000\\000%s" "$1"; }; frame '{"version":3,"isolation":{"walls":[],"missing":null}}'; "#;

fn only_child() -> i32 {
    let children = children();
    assert_eq!(children.len(), 1, "one worker is expected: {children:?}");
    children[0]
}

fn small() -> Vec<u8> {
    fixture("gray.jpg")
}

#[tokio::test]
async fn a_worker_gives_what_the_pipeline_gives() {
    let decoder = decoder(2, Limits::default());
    for name in pictures() {
        let bytes = fixture(&name);
        let there = decoder.process(bytes.clone()).await;
        assert_eq!(there, process(&bytes, &Limits::default()), "{name}");
        assert!(there.is_ok(), "{name}: {there:?}");
    }
    only_child();
}

#[tokio::test]
async fn a_worker_has_nothing_to_lose() {
    let decoder = decoder(1, Limits::default());
    decoder.process(small()).await.expect("processed");
    let pid = only_child();
    let environment = proc(pid, "environ");
    let mut names: Vec<_> = environment
        .split_terminator('\0')
        .map(|entry| entry.split('=').next().unwrap_or_default())
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "MALLOC_ARENA_MAX",
            "MALLOC_MMAP_THRESHOLD_",
            "MALLOC_TRIM_THRESHOLD_"
        ],
        "the environment is empty but for how memory is kept"
    );
    assert_eq!(value(pid, "status", "NoNewPrivs"), "1", "no new privileges");
    let limit = |name: &str| {
        let line = value(pid, "limits", name);
        line.split_whitespace()
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(limit("Max open files"), "3", "nothing can be opened");
    assert_eq!(limit("Max file size"), "0", "nothing can be written");
    assert_eq!(
        limit("Max core file size"),
        "0",
        "no photo is left in a core dump"
    );
    assert_eq!(value(pid, "status", "Seccomp"), "2", "a filter holds");
    let space: u64 = limit("Max address space")
        .parse()
        .expect("address space is limited");
    assert!(
        (480 << 20..2 << 30).contains(&space),
        "480 MiB more than at start, not {space}"
    );
    let seconds: u64 = limit("Max cpu time")
        .parse()
        .expect("processor time is limited");
    assert!((10..=12).contains(&seconds), "10 s a photo, not {seconds}");
}

#[tokio::test]
async fn a_killed_worker_costs_one_file() {
    let decoder = decoder(1, Limits::default());
    let slow = tokio::spawn({
        let decoder = decoder.clone();
        async move { decoder.process(wide_png(9_900)).await }
    });
    until("a fresh worker is decoding", || {
        children().iter().any(|pid| resident(*pid) > 40_000)
    })
    .await;
    signal(only_child(), Signal::KILL);
    let outcome = slow.await.expect("the task ends");
    let error = outcome.expect_err("its worker is gone");
    assert_eq!(error.code(), "decode_failed", "{error}");
    assert!(
        error.to_string().contains("signal: 9"),
        "how it ended is told: {error}"
    );
    decoder
        .process(small())
        .await
        .expect("the next file has a new worker");
}

#[tokio::test]
async fn a_file_is_not_blamed_for_a_used_worker() {
    let decoder = decoder(1, Limits::default());
    decoder.process(small()).await.expect("first file");
    let used = only_child();
    let slow = tokio::spawn({
        let decoder = decoder.clone();
        async move { decoder.process(wide_png(9_900)).await }
    });
    until("the used worker is decoding", || resident(used) > 40_000).await;
    signal(used, Signal::KILL);
    slow.await
        .expect("the task ends")
        .expect("a fresh worker had another try");
    assert_ne!(only_child(), used, "by a new worker");

    signal(only_child(), Signal::KILL);
    decoder
        .process(small())
        .await
        .expect("an idle worker that died is noticed");
}

#[tokio::test]
async fn a_worker_that_does_not_answer_is_ended() {
    let wall = Duration::from_secs(2);
    let decoder = decoder(
        1,
        Limits {
            wall,
            ..Limits::default()
        },
    );
    decoder.process(small()).await.expect("first file");
    let stuck = only_child();
    signal(stuck, Signal::STOP);
    let error = decoder.process(small()).await.expect_err("nobody answers");
    assert_eq!(error, ImageError::DecodeTimeout { seconds: 2 });
    until("the stuck worker is gone", || !is_alive(stuck)).await;
    decoder
        .process(small())
        .await
        .expect("the next file has a new worker");
}

#[tokio::test]
async fn a_worker_that_spins_is_ended_by_the_processor_limit() {
    // Reads the greeting's frames as a worker does, then burns its time: as a decoder that loops.
    let script = format!("{READY} ulimit -t 1; while :; do :; done");
    let command = WorkerCommand {
        program: "/bin/sh".into(),
        args: vec!["-c".into(), script.into()],
    };
    let wall = Duration::from_secs(100);
    let decoder = Decoder::new(
        command,
        1,
        Limits {
            wall,
            ..Limits::default()
        },
    );
    let error = decoder
        .process(small())
        .await
        .expect_err("it never answers");
    // A shell's limit is soft and hard at once, which ends in SIGKILL; a worker's is soft: SIGXCPU.
    assert!(
        ["decode_timeout", "decode_failed"].contains(&error.code()),
        "{error}"
    );
    until("it is gone", || children().is_empty()).await;
}

#[tokio::test]
async fn a_worker_that_lies_is_not_believed() {
    let too_long = r"printf '\377\377\377\377'; cat >/dev/null";
    let nonsense = r#"printf '\005\000\000\000{"a":'; cat >/dev/null"#;
    let huge = r#"frame '"thumb"'; printf '\003\000\000\000\377\330\377'; frame '{"photo":{"width":999999,"height":1,"phash":0,"captured_at":null,"camera":null,"orientation":1,"source_format":"jpeg"}}'; cat >/dev/null"#;
    let early = r#"frame '{"photo":{"width":9,"height":9,"phash":0,"captured_at":null,"camera":null,"orientation":1,"source_format":"jpeg"}}'; cat >/dev/null"#;
    for (what, script) in [
        ("length", too_long),
        ("text", nonsense),
        ("size", huge),
        ("order", early),
    ] {
        let args = vec!["-c".into(), format!("{READY}{script}").into()];
        let command = WorkerCommand {
            program: "/bin/sh".into(),
            args,
        };
        let error = Decoder::new(command, 1, Limits::default())
            .process(small())
            .await;
        let error = error.expect_err("a lie is no photo");
        assert_eq!(error.code(), "decode_failed", "{what}: {error}");
    }
}

#[tokio::test]
async fn a_worker_that_runs_over_its_own_memory_says_that_the_file_is_damaged() {
    let script = format!("{READY} kill -SEGV $$");
    let command = WorkerCommand {
        program: "/bin/sh".into(),
        args: vec!["-c".into(), script.into()],
    };
    let error = Decoder::new(command, 1, Limits::default())
        .process(small())
        .await
        .expect_err("no photo");
    assert_eq!(error.code(), "corrupt_image", "{error}");
}

#[tokio::test]
async fn the_thumbnail_is_there_first() {
    let decoder = decoder(1, Limits::default());
    let mut shown = Vec::new();
    let photo = decoder
        .process_showing(small(), |thumb| shown.push(thumb.to_vec()))
        .await
        .expect("processed");
    assert_eq!(shown, [photo.thumb], "once, and the same one");
}

#[tokio::test]
async fn a_program_that_is_no_worker_says_nothing_about_the_file() {
    for (program, args) in [
        ("/no/such/program", vec![]),
        ("/bin/cat", vec![]),
        ("/bin/true", vec![]),
    ] {
        let command = WorkerCommand {
            program: program.into(),
            args,
        };
        let error = Decoder::new(command, 1, Limits::default())
            .process(small())
            .await;
        let error = error.expect_err("no worker");
        assert_eq!(error.code(), "decoder_unavailable", "{program}: {error}");
        assert!(
            error.to_string().contains(program),
            "the program is named: {error}"
        );
    }
}

#[tokio::test]
async fn a_batch_shares_its_workers() {
    let decoder = decoder(2, Limits::default());
    let batch = (0..12).map(|_| {
        let decoder = decoder.clone();
        tokio::spawn(async move { decoder.process(small()).await.map(|_| children().len()) })
    });
    let batch: Vec<_> = batch.collect();
    for file in batch {
        let workers = file.await.expect("the task ends").expect("processed");
        assert!(
            (1..=2).contains(&workers),
            "{workers} workers for a pool of 2"
        );
    }
}

#[tokio::test]
async fn workers_without_work_are_ended() {
    let limits = Limits::default();
    let decoder = Decoder::with_idle_limit(worker(), 1, limits, Duration::from_millis(50));
    for round in 0..2 {
        decoder
            .process(small())
            .await
            .unwrap_or_else(|error| panic!("round {round}: {error}"));
        until("the idle worker is gone", || children().is_empty()).await;
    }
}

#[tokio::test]
async fn who_stops_waiting_stops_the_worker() {
    let decoder = decoder(1, Limits::default());
    let waiting = tokio::spawn({
        let decoder = decoder.clone();
        async move { decoder.process(wide_png(9_900)).await }
    });
    until("a worker is decoding", || {
        children().iter().any(|pid| resident(*pid) > 40_000)
    })
    .await;
    let pid = only_child();
    waiting.abort();
    until("the worker is gone", || !is_alive(pid)).await;
    decoder
        .process(small())
        .await
        .expect("its place is free again");
}

/// The worker's pipe stays open here: only the signal at its parent's death can end it.
#[tokio::test]
async fn a_worker_dies_with_its_parent() {
    let mut shell = Command::new("/bin/sh")
        .args(["-c", r#""$0" decode-worker; :"#])
        .arg(Path::new(env!("CARGO_BIN_EXE_decode-worker")))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("a shell");
    let mut pipe = shell.stdin.take().expect("its input");
    let limits = serde_json::to_vec(&Limits::default()).expect("limits");
    pipe.write_all(&(limits.len() as u32).to_le_bytes())
        .expect("written");
    pipe.write_all(&limits).expect("written");

    let shell_pid = shell.id();
    let worker = move || -> Option<i32> {
        let path = format!("task/{shell_pid}/children");
        proc(shell_pid as i32, &path)
            .split_whitespace()
            .next()?
            .parse()
            .ok()
    };
    until("the worker is confined", || {
        worker().is_some_and(|pid| value(pid, "status", "NoNewPrivs") == "1")
    })
    .await;
    let pid = worker().expect("the worker");
    shell.kill().expect("killed");
    shell.wait().expect("ended");
    until("the worker is gone", || !is_alive(pid)).await;
    drop(pipe);
}
