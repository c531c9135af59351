//! The walls around a worker: what it tries is denied, and without walls HEIC is refused.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by them")]
#![cfg(target_os = "linux")]

mod common;

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::os::unix::net::UnixListener;
use std::process::{Command, Output};

use common::{decoder, fixture};
use images::{ImageError, Limits, codec_versions};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};

/// Whether the probe can succeed where nothing holds it back: else its denial proves nothing.
/// Attaching to a process and mounting need rights of their own.
#[rstest::rstest]
#[case("connect", true)]
#[case("unix_socket", true)]
#[case("read_home", true)]
#[case("read_parent", true)]
#[case("write_file", true)]
#[case("exec", true)]
#[case("fork", true)]
#[case("four_gigabytes", true)]
#[case("spin", true)]
#[case("kill_parent", true)]
#[case("ptrace", false)]
#[case("mount", false)]
fn a_worker_that_is_taken_over_reaches_nothing(#[case] probe: &str, #[case] with_control: bool) {
    let folder = tempfile::tempdir().expect("a folder");
    let tcp = TcpListener::bind("127.0.0.1:0").expect("a port");
    let socket = folder.path().join("socket");
    let _unix = UnixListener::bind(&socket).expect("a socket");
    let home = folder.path().join("letter");
    fs_err::write(&home, "dear diary").expect("written");
    let new = folder.path().join("new");
    let text = |path: &std::path::Path| path.display().to_string();
    let argument = match probe {
        "connect" => tcp.local_addr().expect("its address").to_string(),
        "unix_socket" => text(&socket),
        "read_home" => text(&home),
        "read_parent" => format!("/proc/{}/environ", std::process::id()),
        "write_file" => text(&new),
        "exec" => "/bin/echo".to_owned(),
        "mount" => text(folder.path()),
        _ => String::new(),
    };
    let run = |walls: &str| -> Output {
        Command::new(env!("CARGO_BIN_EXE_decode-worker"))
            .args(["probe", walls, probe, &argument])
            .output()
            .expect("the probe ran")
    };
    let said = |output: &Output| String::from_utf8_lossy(&output.stdout).trim().to_owned();

    if with_control {
        // Eight seconds of spinning need not be watched to the end to know that they begin.
        let control = if probe == "spin" {
            None
        } else {
            Some(run("open"))
        };
        if let Some(control) = control {
            assert_eq!(said(&control), "allowed", "{probe} works without walls");
            let _ = fs_err::remove_file(&new);
        }
    }
    let tried = run("walls");
    if probe == "spin" {
        assert!(
            !tried.status.success() && said(&tried).is_empty(),
            "the processor limit ends it: {tried:?}"
        );
        return;
    }
    assert!(
        said(&tried).starts_with("denied"),
        "{probe} is to be denied: {tried:?}"
    );
    assert!(!new.exists(), "no file was made");
}

/// This process and its children from now on: as in a container that forbids both walls.
fn forbid_isolation() {
    let calls = [
        libc::SYS_seccomp,
        libc::SYS_landlock_create_ruleset,
        libc::SYS_landlock_restrict_self,
    ];
    let calls: BTreeMap<_, _> = calls.into_iter().map(|call| (call, Vec::new())).collect();
    let filter = SeccompFilter::new(
        calls,
        SeccompAction::Allow,
        SeccompAction::Errno(libc::EPERM.cast_unsigned()),
        std::env::consts::ARCH.try_into().expect("a known machine"),
    );
    let program: BpfProgram = filter.expect("a filter").try_into().expect("compiled");
    seccompiler::apply_filter_all_threads(&program).expect("forbidden");
}

#[tokio::test]
async fn without_isolation_heic_is_refused_unless_the_person_allows_it() {
    let shut = decoder(1, Limits::default()).isolation().await;
    let shut = shut.expect("a worker");
    assert!(
        shut.is_whole() && shut.walls.contains(&"seccomp".to_owned()),
        "this machine can isolate, so the rest of this test means something: {shut}"
    );

    forbid_isolation();
    let strict = decoder(1, Limits::default());
    let isolation = strict.isolation().await.expect("a worker all the same");
    assert!(!isolation.is_whole(), "it is said: {isolation}");
    let error = strict.process(fixture("plain.heic")).await;
    let error = error.expect_err("refused");
    assert_eq!(error.code(), "isolation_unavailable", "{error}");
    strict
        .process(fixture("gray.jpg"))
        .await
        .expect("JPEG is read in a child with limits");

    let limits = Limits {
        unisolated: true,
        ..Limits::default()
    };
    let allowed = decoder(1, limits);
    allowed
        .process(fixture("plain.heic"))
        .await
        .expect("the person allowed it");

    // What needs a native codec is read only if that has no known holes.
    let safe = codec_versions().below_floor().is_empty();
    for name in ["ten_bit_422.heic", "plain.avif"] {
        match allowed.process(fixture(name)).await {
            Ok(_) => assert!(safe, "{name} went through a library with known holes"),
            Err(ImageError::IsolationUnavailable { allowable, .. }) => {
                assert!(
                    !safe && !allowable,
                    "{name} is refused for the library's sake"
                );
            }
            Err(other) => panic!("{name}: {other}"),
        }
    }
}
