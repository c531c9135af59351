//! Pages that want more than a page may have: one browser, a table.
//!
//! After each: it got nothing of what it tried, the tab can be led away, the neighbour in another context answers,
//! and no file lies where downloads would.
use crate::setup::{Bench, SOON, end};
use futures::StreamExt;
use std::path::Path;
use std::time::{Duration, Instant};

/// One page: what its script tries, and what must be true of the page a moment later.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// Runs as the page loads. `PLAIN` is a page of this site.
    pub(crate) script: &'static str,
    /// In the page, after the script; empty where the page may be too busy to be asked.
    holds: &'static str,
}

const fn case(name: &'static str, script: &'static str, holds: &'static str) -> Case {
    Case {
        name,
        script,
        holds,
    }
}

pub(crate) const CASES: &[Case] = &[
    case(
        "file-location",
        "setTimeout(() => { location.href = 'file:///etc/passwd' })",
        "location.protocol === 'http:'",
    ),
    case(
        "file-frame",
        "document.write('<iframe src=\"file:///etc/passwd\"></iframe>')",
        "(() => { try { return !frames[0].document.body.textContent.includes('root:') } catch { return true } })()",
    ),
    case(
        "file-fetch",
        "window.got = ''; fetch('file:///etc/passwd').then(r => r.text()).then(t => { got = t }).catch(() => {})",
        "got === ''",
    ),
    case(
        "file-xhr",
        "window.got = ''; try { const x = new XMLHttpRequest(); x.open('GET', 'file:///etc/passwd', false); x.send(); got = x.responseText } catch {}",
        "got === ''",
    ),
    case(
        "file-window",
        "window.w = window.open('file:///etc/passwd')",
        "(() => { try { return !w || !w.document.body.textContent.includes('root:') } catch { return true } })()",
    ),
    case(
        "file-worker",
        "window.got = 'none'; try { new Worker('file:///etc/passwd') } catch (e) { got = e.name }",
        "got === 'SecurityError'",
    ),
    case(
        "chrome-location",
        "setTimeout(() => { location.href = 'chrome://settings' })",
        "location.protocol === 'http:'",
    ),
    case(
        "devtools-location",
        "setTimeout(() => { location.href = 'devtools://devtools/bundled/inspector.html' })",
        "location.protocol === 'http:'",
    ),
    case(
        "view-source",
        "setTimeout(() => { location.href = 'view-source:http://127.0.0.1/' })",
        "location.protocol === 'http:'",
    ),
    case(
        "data-location",
        "setTimeout(() => { location.href = 'data:text/html,x' })",
        "location.protocol === 'http:'",
    ),
    case(
        "other-program",
        "setTimeout(() => { location.href = 'mailto:a@b.c' }); setTimeout(() => { location.href = 'unknown-scheme://x' }, 50)",
        "location.protocol === 'http:'",
    ),
    case(
        "popup-storm",
        "for (let i = 0; i < 50; i++) window.open('/page/plain?' + i)",
        "true",
    ),
    case(
        "popup-by-key",
        "setInterval(() => window.open('/page/plain'), 5)",
        "true",
    ),
    case(
        "opener",
        "const w = window.open('/page/plain'); if (w) setTimeout(() => { try { w.opener.location.hash = 'x' } catch {} }, 50)",
        "location.pathname.startsWith('/hostile/')",
    ),
    case(
        "download",
        "const a = document.createElement('a'); a.href = '/download'; a.download = 'x.bin'; document.body.append(a); a.click()",
        "true",
    ),
    case(
        "download-storm",
        "for (let i = 0; i < 30; i++) { const f = document.createElement('iframe'); f.src = '/download?' + i; document.body.append(f) }",
        "true",
    ),
    case(
        "download-blob",
        "const b = document.createElement('a'); b.href = URL.createObjectURL(new Blob(['x'.repeat(1e6)])); b.download = 'x.exe'; document.body.append(b); b.click()",
        "true",
    ),
    case(
        "notification",
        "window.said = ''; Notification.requestPermission().then(p => { said = p })",
        "said === 'denied'",
    ),
    case(
        "location",
        "window.said = ''; navigator.geolocation.getCurrentPosition(() => { said = 'got' }, e => { said = 'refused' })",
        "said === 'refused'",
    ),
    case(
        "camera",
        "window.said = ''; navigator.mediaDevices.getUserMedia({ video: true, audio: true }).then(() => { said = 'got' }, () => { said = 'refused' })",
        "said === 'refused'",
    ),
    case(
        "clipboard",
        "window.said = ''; navigator.clipboard.readText().then(() => { said = 'got' }, () => { said = 'refused' })",
        "said === 'refused'",
    ),
    case(
        "midi",
        "window.said = ''; navigator.requestMIDIAccess({ sysex: true }).then(() => { said = 'got' }, () => { said = 'refused' })",
        "said === 'refused'",
    ),
    case(
        "fullscreen",
        "document.documentElement.requestFullscreen().catch(() => {})",
        "!document.fullscreenElement",
    ),
    case(
        "dialog-storm",
        "setTimeout(() => { for (;;) alert('again') })",
        "",
    ),
    case(
        "confirm-storm",
        "setTimeout(() => { for (;;) { confirm('x'); prompt('y') } })",
        "",
    ),
    case(
        "leave-me-not",
        "onbeforeunload = e => { e.preventDefault(); e.returnValue = 'stay' }",
        "true",
    ),
    case("print", "setTimeout(() => window.print())", ""),
    case("endless-loop", "setTimeout(() => { for (;;); })", ""),
    case("reload-loop", "setTimeout(() => location.reload(), 1)", ""),
    case(
        "history-flood",
        "for (let i = 0; i < 5000; i++) history.pushState({}, '', '?' + i)",
        "true",
    ),
    case(
        "huge-dom",
        "for (let i = 0; i < 200000; i++) document.body.append(document.createElement('b'))",
        "document.querySelectorAll('b').length === 200000",
    ),
    case(
        "deep-frames",
        "if (location.search.length < 40) { const f = document.createElement('iframe'); f.src = location.pathname + '?' + 'x'.repeat(location.search.length + 1); document.body.append(f) }",
        "true",
    ),
    case(
        "console-flood",
        "for (let i = 0; i < 50000; i++) console.log('x'.repeat(100))",
        "true",
    ),
    case("long-title", "document.title = 'x'.repeat(5e6)", "true"),
    case(
        "eats-memory",
        "window.all = []; const eat = setInterval(() => { all.push(new Uint8Array(1e7).fill(1)); if (all.length > 60) clearInterval(eat) })",
        "",
    ),
];

/// At once: most of a case is waiting.
const AT_ONCE: usize = 4;

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_page_gets_nothing_and_is_left_behind() {
    let bench = Bench::at("plain").await;
    let home = bench.profile.path().to_owned();
    let failed: Vec<String> = futures::stream::iter(CASES)
        .map(|case| meet(&bench, case))
        .buffer_unordered(AT_ONCE)
        .filter_map(|met| std::future::ready(met.err()))
        .collect()
        .await;
    assert!(failed.is_empty(), "{failed:#?}");
    assert_eq!(downloads(&home), [""; 0], "a page put a file onto the disk");
    let downloads_of_home = std::env::var_os("HOME").map(|home| Path::new(&home).join("Downloads"));
    assert!(
        !downloads_of_home.is_some_and(|folder| folder.join("x.bin").exists()),
        "a page put a file into the person's folder"
    );
    end(bench.browser).await;
}

async fn meet(bench: &Bench, case: &Case) -> Result<(), String> {
    let name = case.name;
    let say = |what: &str| format!("{name}: {what}");
    // A context each: what one page leaves open, the next does not meet.
    let context = bench
        .browser
        .new_context(Vec::new())
        .await
        .map_err(|e| say(&e.to_string()))?;
    let page = context
        .new_page("about:blank")
        .await
        .map_err(|e| say(&e.to_string()))?;
    let hostile = bench.site.url(&format!("/hostile/{name}"));
    if case.holds.is_empty() {
        // Some never let their document become ready.
        let _ = page.goto(&hostile, Duration::from_secs(1)).await;
    } else {
        page.goto(&hostile, SOON)
            .await
            .map_err(|e| say(&e.to_string()))?;
        // What the script set off has begun.
        tokio::time::sleep(Duration::from_millis(100)).await;
        let until = Instant::now() + SOON;
        while page.eval::<bool>(case.holds).await.ok() != Some(true) {
            if Instant::now() > until {
                return Err(say("does not hold"));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    for tab in context.pages() {
        let url = tab.url().await.unwrap_or_default();
        if !url.starts_with("http://127.0.0.1:") && url != "about:blank" && !url.is_empty() {
            return Err(say(&format!("led a tab to {url}")));
        }
    }
    if bench.page.eval::<i64>("1 + 1").await.ok() != Some(2) {
        return Err(say("the neighbour suffers"));
    }
    if page.dialogs().len() > 100 || page.popups().len() > 200 {
        return Err(say("fills the memory"));
    }
    // To another site, as only this may need a new renderer. A page that navigates all the time may overtake ours.
    let until = Instant::now() + SOON;
    let mut left = page.goto(&bench.site.other_site("/page/plain"), SOON).await;
    while left.is_err() || page.text("p").await.ok().as_deref() != Some("plain") {
        if Instant::now() > until {
            return Err(say(&format!("the tab cannot be led away: {left:?}")));
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        left = page.goto(&bench.site.other_site("/page/plain"), SOON).await;
    }
    context.close().await.map_err(|e| say(&e.to_string()))
}

/// Files that a download would have left below the profile's parent.
fn downloads(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs_err::read_dir(folder).unwrap().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else if name == "x.bin" || name == "x.exe" || name.ends_with(".crdownload") {
                found.push(name);
            }
        }
    }
    found
}
