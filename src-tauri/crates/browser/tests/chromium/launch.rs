use crate::setup::{Bench, end, executable, launch_on};
use browser::{Browser, BrowserError};
use std::process::{Command, Stdio};
use std::time::Duration;

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn the_browser_keeps_to_itself() {
    use crate::processes::{left_of, listening};
    use std::os::unix::fs::PermissionsExt;

    // The variable is set for this whole process; nextest gives each test its own.
    // SAFETY: no other thread of this test reads the environment at this moment.
    unsafe { std::env::set_var("SOME_API_KEY", "k3y-canary") };
    let profile = tempfile::tempdir().unwrap();
    let log = profile.path().join("net.json");
    let mut launch = launch_on(&profile).await;
    launch
        .extra_args
        .push(format!("--log-net-log={}", log.display()));
    let browser = Browser::launch(launch).await.unwrap();
    let site = crate::site::Site::start().await;
    let context = browser.new_context(Vec::new()).await.unwrap();
    let page = context.new_page(&site.url("/page/typing")).await.unwrap();
    // Chromium would fetch a dictionary now.
    page.type_text("#one", "robe").await.unwrap();
    let started = std::time::Instant::now();

    let folder = profile.path().join("profile");
    let mode = fs_err::metadata(&folder).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700, "others may not read the profile");
    let pids = left_of(browser.pid(), &folder);
    assert!(
        pids.len() >= 3,
        "zygotes, renderer …: this test looks at the wrong processes"
    );
    assert!(browser.version().contains('/'), "{}", browser.version());
    let environment = fs_err::read(format!("/proc/{}/environ", browser.pid())).unwrap();
    let environment = String::from_utf8_lossy(&environment);
    assert!(environment.contains("PATH="), "this is no environment");
    assert!(
        !environment.contains("k3y-canary"),
        "the browser inherited a secret"
    );
    assert!(
        page.eval::<bool>("navigator.webdriver").await.unwrap(),
        "the site may know that a program drives"
    );
    let agent: String = page.eval("navigator.userAgent").await.unwrap();
    assert!(
        agent.contains("HeadlessChrome"),
        "the user agent was overridden: {agent}"
    );
    // Its own errands, and a port if there is one, start within the first seconds.
    while started.elapsed() < Duration::from_secs(5) {
        let ports = listening(&left_of(browser.pid(), &folder));
        assert!(
            ports.is_empty(),
            "any local process could drive the browser by {ports:?}"
        );
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    browser.close().await.unwrap();

    let log = fs_err::read_to_string(log).unwrap();
    let urls: Vec<&str> = log
        .split("\"url\":\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|url| url.starts_with("http"))
        .collect();
    assert!(
        urls.iter().any(|url| url.ends_with("/page/typing")),
        "the log is not what it was"
    );
    let foreign: Vec<_> = urls
        .iter()
        .filter(|url| !url.starts_with("http://127.0.0.1:"))
        .collect();
    assert!(foreign.is_empty(), "{foreign:#?}");
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn root_is_told_instead_of_losing_the_sandbox() {
    if !browser::running_as_root() {
        return;
    }
    let profile = tempfile::tempdir().unwrap();
    let mut launch = launch_on(&profile).await;
    launch.extra_args.retain(|arg| arg != "--no-sandbox");
    let error = Browser::launch(launch).await.unwrap_err();
    assert_eq!(error.code(), "browser_runs_as_root");
    assert!(error.advice().unwrap().contains("ordinary user"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_profile_is_for_one_browser() {
    let bench = Bench::new().await;
    let second = Browser::launch(launch_on(&bench.profile).await)
        .await
        .unwrap_err();
    assert_eq!(second.code(), "profile_in_use");
    assert_eq!(
        bench.page.eval::<i64>("1").await.unwrap(),
        1,
        "the first was not disturbed"
    );
    end(bench.browser).await;
    let again = Browser::launch(launch_on(&bench.profile).await)
        .await
        .unwrap();
    again.close().await.unwrap();
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_does_not_start_says_why() {
    use std::os::unix::fs::PermissionsExt;
    let profile = tempfile::tempdir().unwrap();
    let script = profile.path().join("broken");
    fs_err::write(
        &script,
        "#!/bin/sh\necho libnss3.so: cannot open shared object >&2\nexit 127\n",
    )
    .unwrap();
    fs_err::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut launch = launch_on(&profile).await;
    launch.executable.path = script;
    let error = Browser::launch(launch.clone()).await.unwrap_err();
    let BrowserError::NotStarted { reason, output } = &error else {
        panic!("{error}")
    };
    assert_eq!(reason, "exit code 127");
    assert!(
        output.contains("libnss3.so"),
        "the person needs this line: {output}"
    );

    launch.executable.path = profile.path().join("nothing");
    let error = Browser::launch(launch).await.unwrap_err();
    assert_eq!(error.code(), "browser_not_started");
}

/// First line of the probe with a visible browser, under the given display.
fn visible(display: Option<&str>, browser: &browser::Executable) -> String {
    let profile = tempfile::tempdir().unwrap();
    let mut probe = Command::new(env!("CARGO_BIN_EXE_browser-probe"));
    probe
        .arg(&browser.path)
        .arg(profile.path().join("profile"))
        .arg("visible");
    probe
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .stdout(Stdio::piped());
    if let Some(display) = display {
        probe.env("DISPLAY", display);
    }
    let mut probe = probe.spawn().unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(
        &mut std::io::BufReader::new(probe.stdout.take().unwrap()),
        &mut line,
    )
    .unwrap();
    probe.kill().unwrap();
    probe.wait().unwrap();
    line
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_visible_browser_needs_a_display_and_works_on_one() {
    let browser = executable().await;
    let line = visible(None, &browser);
    assert!(line.starts_with("error no_display"), "{line}");
    let line = visible(Some(":7654"), &browser);
    assert!(
        line.starts_with("error no_display"),
        "a display that is not there: {line}"
    );

    let mut server = Command::new("Xvfb")
        .args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1400x1000x24",
            "-nolisten",
            "tcp",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("Xvfb, which the set-up installs");
    let mut number = String::new();
    std::io::BufRead::read_line(
        &mut std::io::BufReader::new(server.stdout.take().unwrap()),
        &mut number,
    )
    .unwrap();
    let line = visible(Some(&format!(":{}", number.trim())), &browser);
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(line.starts_with("pid "), "{line}");
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn closing_and_dropping_leave_no_process() {
    use crate::processes::left_after_5_s;
    let bench = Bench::at("plain").await;
    let profile = bench.profile.path().join("profile");
    let pid = bench.browser.pid();
    let died = bench.browser.died();
    end(bench.browser).await;
    assert!(died.is_cancelled());
    assert_eq!(left_after_5_s(pid, &profile), [0u32; 0], "left after close");

    let again = Browser::launch(launch_on(&bench.profile).await)
        .await
        .unwrap();
    let pid = again.pid();
    let died = again.died();
    drop(again);
    tokio::time::timeout(Duration::from_secs(5), died.cancelled())
        .await
        .unwrap();
    assert_eq!(left_after_5_s(pid, &profile), [0u32; 0], "left after drop");
}
