use crate::setup::{Bench, SOON, crash, end, in_one_browser, sections};
use browser::{BrowserError, CrashOf, UrlPattern};
use std::time::Duration;

#[cfg(unix)]
fn kill(pid: u32, signal: i32) {
    // SAFETY: a plain system call on a process that this test started.
    assert_eq!(unsafe { libc::kill(pid.try_into().unwrap(), signal) }, 0);
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn the_browser_goes_when_the_app_is_killed_and_the_next_start_is_clean() {
    use crate::processes::{left_after_5_s, left_of};
    use crate::setup::{executable, launch_on};
    use std::io::BufRead;
    use std::process::{Command, Stdio};

    let profile = tempfile::tempdir().unwrap();
    let folder = profile.path().join("profile");
    let browser = executable().await;
    // KILLS=100 for the figure of docs/measurements.md.
    let kills: u64 = std::env::var("KILLS").map_or(6, |kills| kills.parse().unwrap());
    let signals = [libc::SIGKILL, libc::SIGTERM, libc::SIGABRT];
    let mut in_the_start = 0;
    for round in 0..kills {
        let signal = signals[usize::try_from(round).unwrap() % signals.len()];
        let mut app = Command::new(env!("CARGO_BIN_EXE_browser-probe"))
            .arg(&browser.path)
            .arg(&folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let groups = if round % 2 == 0 {
            // With pages open.
            let mut line = String::new();
            std::io::BufReader::new(app.stdout.take().unwrap())
                .read_line(&mut line)
                .unwrap();
            let pid = line.trim().strip_prefix("pid ");
            let pid: u32 = pid.unwrap_or_else(|| panic!("{line}")).parse().unwrap();
            assert!(left_of(pid, &folder).len() >= 3, "the browser runs");
            vec![pid]
        } else {
            // Somewhere in the start.
            let until = std::time::Instant::now() + SOON;
            while left_of(u32::MAX, &folder).len() < 2 {
                assert!(
                    std::time::Instant::now() < until,
                    "the browser does not start"
                );
                std::thread::sleep(Duration::from_millis(2));
            }
            std::thread::sleep(Duration::from_millis(round * 37 % 400));
            in_the_start += 1;
            left_of(u32::MAX, &folder)
        };
        kill(app.id(), signal);
        app.wait().unwrap();
        for group in groups {
            assert_eq!(
                left_after_5_s(group, &folder),
                [0u32; 0],
                "left after kill {round}, signal {signal}"
            );
        }
    }
    assert_eq!(in_the_start, kills / 2, "kills at every stage");
    let next = browser::Browser::launch(launch_on(&profile).await)
        .await
        .unwrap();
    next.close().await.unwrap();
}

/// Chromium also quits when its pipe closes; a program that does not care is ended by the kernel alone.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn the_kernel_ends_the_browser_with_the_app() {
    use crate::processes::{child_of, left_after_5_s};
    use std::os::unix::fs::PermissionsExt;
    use std::process::Command;

    let root = tempfile::tempdir().unwrap();
    let (stubborn, folder) = (root.path().join("stubborn"), root.path().join("profile"));
    let script = "#!/bin/sh\n[ \"$1\" = --version ] && echo Chromium 150.0.1.2 || exec sleep 300\n";
    fs_err::write(&stubborn, script).unwrap();
    fs_err::set_permissions(&stubborn, std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut app = Command::new(env!("CARGO_BIN_EXE_browser-probe"))
        .args([&stubborn, &folder])
        .spawn()
        .unwrap();
    let until = std::time::Instant::now() + SOON;
    // The program itself, no longer the question for its version.
    let browser = loop {
        assert!(std::time::Instant::now() < until, "nothing was started");
        match child_of(app.id(), "sleep") {
            Some(pid) => break pid,
            None => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    };
    kill(app.id(), libc::SIGKILL);
    app.wait().unwrap();
    let left = left_after_5_s(browser, &folder);
    if !left.is_empty() {
        kill(browser, libc::SIGKILL);
    }
    assert_eq!(left, [0u32; 0], "a browser outlives the app");
}

#[cfg(target_os = "linux")]
struct EndOf(u32);

#[cfg(target_os = "linux")]
impl Drop for EndOf {
    fn drop(&mut self) {
        let what = fs_err::read(format!("/proc/{}/cmdline", self.0)).unwrap_or_default();
        if String::from_utf8_lossy(&what).contains("--remote-debugging-port=0") {
            kill(self.0, libc::SIGKILL);
        }
    }
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_browser_left_behind_on_the_profile_is_ended_at_the_next_start() {
    use crate::processes::left_of;
    use crate::setup::{executable, launch_on};
    use std::process::{Command, Stdio};

    let profile = tempfile::tempdir().unwrap();
    let folder = profile.path().join("profile");
    fs_err::create_dir(&folder).unwrap();
    let mut orphan = Command::new(executable().await.path)
        .args([
            "--headless=new",
            "--no-sandbox",
            "--disable-quic",
            "--no-first-run",
        ])
        .args([
            "--disable-background-networking",
            "--disable-component-update",
        ])
        .args(["--disable-sync", "--remote-debugging-port=0", "about:blank"])
        .arg(format!("--user-data-dir={}", folder.display()))
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let end = std::time::Instant::now() + SOON;
    while fs_err::read_link(folder.join("SingletonLock")).is_err()
        || fs_err::metadata(folder.join("DevToolsActivePort")).is_err()
    {
        assert!(std::time::Instant::now() < end, "the orphan does not start");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let old = orphan.id();
    // Ends it if this test fails before its end.
    let _end = EndOf(old);
    let reaper = std::thread::spawn(move || orphan.wait().unwrap());

    let next = browser::Browser::launch(launch_on(&profile).await)
        .await
        .unwrap();

    reaper.join().unwrap();
    assert!(
        !left_of(next.pid(), &folder).contains(&old),
        "two browsers on one profile"
    );
    let context = next.new_context(Vec::new()).await.unwrap();
    let page = context.new_page("about:blank").await.unwrap();
    assert_eq!(page.eval::<i64>("1").await.unwrap(), 1);
    next.close().await.unwrap();
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn every_call_ends_when_the_browser_dies() {
    let bench = Bench::at("plain").await;
    let page = bench.page.clone();
    let script = tokio::spawn(async move { page.eval::<()>("new Promise(() => {})").await });
    let page = bench.page.clone();
    let wait = tokio::spawn(async move { page.wait_for("#never", Duration::from_secs(60)).await });
    let page = bench.page.clone();
    let hang = bench.site.url("/hang");
    let load = tokio::spawn(async move { page.goto(&hang, Duration::from_secs(60)).await });
    let mut watch = bench
        .page
        .watch(vec![UrlPattern::any("*/never")])
        .await
        .unwrap();
    let watched = tokio::spawn(async move { watch.next(Duration::from_secs(60)).await.map(drop) });
    while bench.site.arrived("GET /hang") == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    kill(bench.browser.pid(), libc::SIGKILL);

    let all = async { tokio::join!(script, wait, load, watched) };
    let (script, wait, load, watched) = tokio::time::timeout(Duration::from_secs(5), all)
        .await
        .expect("a call still waits");
    for result in [
        script.unwrap(),
        wait.unwrap(),
        load.unwrap(),
        watched.unwrap(),
    ] {
        let error = result.unwrap_err();
        let BrowserError::Crashed { of, reason } = &error else {
            panic!("{error}")
        };
        assert_eq!((*of, reason.as_str()), (CrashOf::Browser, "signal 9"));
    }
    assert!(bench.browser.died().is_cancelled());
    assert_eq!(
        bench.page.url().await.unwrap_err().code(),
        "browser_crashed"
    );
    assert_eq!(
        bench.context.cookies().await.unwrap_err().code(),
        "browser_crashed"
    );
    let none = bench.context.new_page("about:blank").await.unwrap_err();
    assert_eq!(none.code(), "browser_crashed");
    assert_eq!(
        bench
            .browser
            .new_context(Vec::new())
            .await
            .unwrap_err()
            .code(),
        "browser_crashed"
    );
    end(bench.browser).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn crashed_pages() {
    in_one_browser(
        2,
        sections![
            a_crashed_page_is_noticed_and_brought_back,
            a_crashed_page_can_be_closed
        ],
    )
    .await;
}

async fn a_crashed_page_is_noticed_and_brought_back() {
    let bench = Bench::at("plain").await;
    let page = bench.page.clone();
    let waiting = tokio::spawn(async move { page.eval::<()>("new Promise(() => {})").await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    crash(&bench.page).await;
    let error = waiting.await.unwrap().unwrap_err();
    let BrowserError::Crashed { of, .. } = &error else {
        panic!("{error}")
    };
    assert_eq!(
        *of,
        CrashOf::Page,
        "a pending call hangs for ever otherwise"
    );
    let dead = bench.page.eval::<i64>("1").await.unwrap_err();
    assert_eq!(
        dead.code(),
        "browser_crashed",
        "commands to a dead page hang for ever otherwise"
    );
    assert!(
        !bench.browser.died().is_cancelled(),
        "the browser itself lives"
    );

    bench
        .page
        .goto(&bench.site.url("/page/click"), SOON)
        .await
        .unwrap();
    bench.page.click("#plain").await.unwrap();
    assert_eq!(bench.page.eval::<i64>("counts.plain").await.unwrap(), 1);
    bench.page.close().await.unwrap();
}

async fn a_crashed_page_can_be_closed() {
    let bench = Bench::at("plain").await;
    bench.page.goto("chrome://crash", SOON).await.unwrap_err();
    bench.page.close().await.unwrap();
    assert!(bench.page.gone().is_cancelled());
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_crashed_page_leaves_no_picture_of_its_memory() {
    let home = tempfile::tempdir().unwrap();
    // SAFETY: no other thread of this test reads the environment at this moment; nextest gives
    // each test a process of its own.
    unsafe {
        std::env::set_var("HOME", home.path());
        std::env::remove_var("XDG_CONFIG_HOME");
    }
    let bench = Bench::at("plain").await;
    crash(&bench.page).await;
    bench
        .page
        .goto(&bench.site.url("/page/plain"), SOON)
        .await
        .unwrap();
    end(bench.browser).await;
    let mut folders = vec![home.path().to_owned(), bench.profile.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs_err::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            let dump = path.extension().is_some_and(|kind| kind == "dmp");
            assert!(!dump, "memory of the page lies in {}", path.display());
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
            }
        }
    }
}
