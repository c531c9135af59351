//! A vision model of the person's own, at a server that can misbehave: what it answers is data, and no more.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use acceptance::{Bed, Ran, files_below, samples};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
};

const KEY: &str = "sk-canary-5d1f0c77";

/// What the server does with its next question.
#[derive(Clone)]
enum Does {
    /// Says this, and counts tokens.
    Says(Value),
    /// Sends these bytes.
    Sends(String),
    /// Never answers.
    Hangs,
}

/// A server of a model; every question is kept, and what it does next is set by the story.
struct Model {
    url: String,
    next: Mutex<VecDeque<Does>>,
    asked: Mutex<Vec<(String, Value)>>,
    arrived: Notify,
}

impl Model {
    async fn start() -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let model = Arc::new(Self {
            url: format!("http://{}/v1", listener.local_addr().unwrap()),
            next: Mutex::default(),
            asked: Mutex::default(),
            arrived: Notify::new(),
        });
        let serving = Arc::clone(&model);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(Arc::clone(&serving).answer(stream));
            }
        });
        model
    }

    async fn answer(self: Arc<Self>, mut stream: TcpStream) {
        let mut bytes = Vec::new();
        let (head, body) = loop {
            let mut piece = vec![0; 64 * 1024];
            let read = stream.read(&mut piece).await.unwrap_or(0);
            bytes.extend_from_slice(&piece[..read]);
            let end = bytes.windows(4).position(|w| w == b"\r\n\r\n");
            if let Some(end) = end
                && let Ok(body) = serde_json::from_slice(&bytes[end + 4..])
            {
                break (String::from_utf8_lossy(&bytes[..end]).into_owned(), body);
            }
            if read == 0 {
                return;
            }
        };
        self.asked.lock().unwrap().push((head, body));
        self.arrived.notify_one();
        let does = self.next.lock().unwrap().pop_front();
        let answer = match does.unwrap_or_else(|| Does::Says(good())) {
            Does::Hangs => return std::future::pending().await,
            Does::Sends(bytes) => bytes,
            Does::Says(said) => ok(&json!({
                "choices": [{ "message": { "content": said.to_string() }, "finish_reason": "stop" }],
                "usage": { "prompt_tokens": 10_000, "completion_tokens": 100 },
            })),
        };
        let _ = stream.write_all(answer.as_bytes()).await;
    }

    fn then(&self, does: Does) {
        self.next.lock().unwrap().push_back(does);
    }

    fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

fn ok(body: &Value) -> String {
    status("200 OK", &body.to_string())
}

fn status(status: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

/// An honest answer, and all that a dishonest one would try beside it.
fn good() -> Value {
    json!({
        "category": { "number": 0, "confidence": 0.95 },
        "colors": ["Noir"],
        "brand": { "text": "LEVI'S", "photo": 1, "confidence": 0.99 },
        "size": { "text": "M", "photo": 1, "confidence": 0.9 },
        "materials": { "names": ["Coton"], "photo": 1, "confidence": 0.9 },
        "condition": "very_good",
        "price": { "low": 0, "fair": 1_000_000_000, "high": 1_000_000_000 },
        "details": ["<b>Col rond</b> https://evil.test", "Superbe affaire !!!"],
        "draft_id": "0199e1a0-0000-7000-8000-000000000000",
        "status": "published", "publish": "now", "tool_calls": [{ "name": "publish" }],
    })
}

/// Two drafts of a photo each, and a model that is all set but for the consent.
async fn set_up() -> (Bed, Arc<Model>, Vec<String>) {
    let mut bed = Bed::new().await;
    bed.set("STUDIO_LOG", "trace");
    let model = Model::start().await;
    let (one, two) = (&samples()[0], &samples()[1]);
    let import = [
        "import",
        &one.display().to_string(),
        &two.display().to_string(),
        "--group",
        "none",
    ];
    let imported = bed.studio(&import).await.done();
    let drafts = imported["drafts"].as_array().unwrap();
    let ids: Vec<String> = drafts
        .iter()
        .map(|d| d["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), 2, "a draft a photo");
    let set = [
        "settings",
        "set",
        &format!("model_address={}", model.url),
        "model_name=eyes-1",
        "model_price_question=1",
        "model_price_answer=2",
    ];
    let argued = [&set[..], &["model_key=sk-another"]].concat();
    assert_eq!(
        bed.studio(&argued).await.refused(),
        "invalid_field",
        "arguments stand in every list of processes"
    );
    let shown = bed.studio(&["settings", "get"]).await.done();
    assert_eq!(
        shown["settings"]["model_address"],
        Value::Null,
        "all or none"
    );
    bed.studio(&set).await.done();
    let mut keep = bed.command(&["model", "key"]);
    keep.stdin(std::process::Stdio::piped());
    let mut keep = keep.spawn().unwrap();
    let mut input = keep.stdin.take().unwrap();
    input
        .write_all(format!("{KEY}\n").as_bytes())
        .await
        .unwrap();
    drop(input);
    assert!(keep.wait_with_output().await.unwrap().status.success());
    let shown = bed.studio(&["settings", "get"]).await.done();
    assert_eq!(
        shown["settings"]["model_key"], "********",
        "a secret is masked"
    );
    (bed, model, ids)
}

async fn analyze(bed: &Bed, ids: &[String]) -> Ran {
    let mut arguments = vec!["analyze", "--provider", "openai"];
    arguments.extend(ids.iter().map(String::as_str));
    bed.studio(&arguments).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_leaves_without_consent_and_an_answer_is_paid_once() {
    let (bed, model, ids) = set_up().await;
    let refused = analyze(&bed, &ids).await;
    assert_eq!(
        refused.refused(),
        "model_consent_missing",
        "{}",
        refused.stdout
    );
    assert!(
        refused.stdout.contains("on this computer"),
        "it says that loopback stays here: {}",
        refused.stdout
    );
    assert_eq!(model.asked(), 0, "nothing was sent");
    let elsewhere = bed
        .studio(&["model", "consent", "https://elsewhere.test/v1"])
        .await;
    assert_eq!(
        elsewhere.refused(),
        "model_consent_missing",
        "it holds for what was shown"
    );

    let test = bed.studio(&["model", "test"]).await;
    assert_eq!(
        test.refused(),
        "model_answer_invalid",
        "no object with ok is asked for: {}",
        test.stdout
    );
    bed.studio(&["model", "consent", &model.url]).await.done();

    // Killed while the second question is on its way.
    model.then(Does::Says(good()));
    model.then(Does::Hangs);
    let before = model.asked();
    let mut arguments = vec!["analyze", "--provider", "openai"];
    arguments.extend(ids.iter().map(String::as_str));
    let mut killed = bed.command(&arguments).spawn().unwrap();
    while model.asked() < before + 2 {
        model.arrived.notified().await;
    }
    killed.kill().await.unwrap();

    let again = analyze(&bed, &ids).await.done();
    assert_eq!(
        (&again["asked"], &again["reused"]),
        (&json!(1), &json!(1)),
        "{again}"
    );
    assert_eq!(model.asked(), before + 3, "the first answer was kept");
    let third = analyze(&bed, &ids).await.done();
    assert_eq!(
        (&third["asked"], &third["cost"]),
        (&json!(0), &json!(0.0)),
        "{third}"
    );

    let (head, body) = model.asked.lock().unwrap().last().unwrap().clone();
    assert!(
        head.to_lowercase()
            .contains(&format!("authorization: bearer {KEY}")),
        "the key that was typed last"
    );
    let photo = body["messages"][1]["content"][1]["image_url"]["url"]
        .as_str()
        .unwrap();
    let jpeg = STANDARD
        .decode(photo.strip_prefix("data:image/jpeg;base64,").unwrap())
        .unwrap();
    assert!(longer_side(&jpeg) <= 768, "photos are sent small");

    let spent = bed.studio(&["model", "show"]).await.done();
    let spent = &spent["spending"];
    assert!(
        spent["open"].as_f64().unwrap() > 0.0,
        "the question that was cut counts at its estimate: {spent}"
    );

    let draft = bed.studio(&["drafts", "show", &ids[0]]).await.done();
    assert_eq!(
        (&draft["size"], &draft["color"]),
        (&json!("M"), &json!("Noir")),
        "read values fill open fields"
    );
    assert_eq!(draft["brand"], Value::Null, "a brand waits for a click");
    assert_eq!(draft["condition"], Value::Null, "so does the condition");
    assert!(
        draft["price_target_cents"]
            .as_u64()
            .is_none_or(|p| p < 100_000),
        "a price out of this world is dropped: {draft}"
    );
    assert_eq!(draft["status"], "draft", "it cannot publish");
    let all = bed.studio(&["drafts", "list"]).await.done();
    assert_eq!(
        all["drafts"].as_array().unwrap().len(),
        2,
        "no other draft came to be"
    );
    let text = draft.to_string();
    assert!(
        !text.contains("evil.test") && !text.contains("<b>"),
        "{text}"
    );
    no_key_is_left(&bed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_misbehaves_changes_nothing() {
    let (bed, model, ids) = set_up().await;
    bed.studio(&["model", "consent", &model.url]).await.done();
    let before = bed.studio(&["drafts", "show", &ids[0]]).await.done();
    let one = &ids[..1];
    let told = format!("{{\"error\":\"Incorrect API key provided: {KEY}\"}}");
    let moved = "HTTP/1.1 307 Moved\r\nlocation: http://127.0.0.1:9/v1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    for (does, code) in [
        (Does::Says(json!({ "publish": "now", "draft_id": ids[1] })), "model_answer_invalid"),
        (Does::Sends(status("200 OK", "<html>welcome</html>")), "model_answer_invalid"),
        (Does::Sends(status("200 OK", &" ".repeat(300_000))), "model_answer_invalid"),
        (Does::Sends(status("401 Unauthorized", &told)), "model_key_refused"),
        (Does::Sends(status("404 Not Found", &told)), "model_refused"),
        (Does::Sends(moved.to_owned()), "model_refused"),
        (Does::Sends("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{".to_owned()), "model_unreachable"),
        (
            Does::Sends("HTTP/1.1 429 Wait\r\nretry-after: 3600\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned()),
            "model_busy",
        ),
    ] {
        model.then(does);
        let ran = analyze(&bed, one).await;
        assert_eq!(ran.refused(), code, "{}", ran.stdout);
        let after = bed.studio(&["drafts", "show", &ids[0]]).await.done();
        assert_eq!(after, before, "{code}: the draft is as it was");
    }

    #[cfg(target_os = "linux")]
    stopping_in_the_middle(&bed, &model, &ids[0]).await;

    let asked = model.asked();
    bed.studio(&["settings", "set", "model_budget_month=0.000001"])
        .await
        .done();
    let ran = analyze(&bed, one).await;
    assert_eq!(ran.refused(), "model_budget_reached", "{}", ran.stdout);
    assert_eq!(model.asked(), asked, "and it was not sent");

    // Another address: another consent, and the key stays with the first.
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let other = format!("http://{}/v1", closed.local_addr().unwrap());
    drop(closed);
    let set = [
        "settings",
        "set",
        &format!("model_address={other}"),
        "model_budget_month=5",
    ];
    bed.studio(&set).await.done();
    assert_eq!(analyze(&bed, one).await.refused(), "model_consent_missing");
    let shown = bed.studio(&["model", "show"]).await.done();
    assert_eq!(
        shown["key"], "other_address",
        "a key goes to the address that it was given for"
    );
    bed.studio(&["model", "consent", &other]).await.done();
    assert_eq!(analyze(&bed, one).await.refused(), "model_unreachable");
    no_key_is_left(&bed);
}

#[cfg(target_os = "linux")]
async fn stopping_in_the_middle(bed: &Bed, model: &Model, id: &str) {
    use rustix::process::{Pid, Signal, kill_process};
    model.then(Does::Hangs);
    let asked = model.asked();
    let running = bed
        .command(&["analyze", "--provider", "openai", id])
        .spawn()
        .unwrap();
    while model.asked() == asked {
        model.arrived.notified().await;
    }
    let pid = Pid::from_raw(running.id().unwrap().cast_signed()).unwrap();
    kill_process(pid, Signal::INT).unwrap();
    let stopped = tokio::time::timeout(
        std::time::Duration::from_secs(60),
        running.wait_with_output(),
    );
    let stopped = String::from_utf8(stopped.await.unwrap().unwrap().stdout).unwrap();
    assert!(stopped.contains("\"cancelled\""), "{stopped}");
}

/// In no file: neither in the database nor in a log of everything.
fn no_key_is_left(bed: &Bed) {
    let hits: Vec<_> = files_below(&bed.data())
        .into_iter()
        .filter(|path| {
            let bytes = fs_err::read(path).unwrap_or_default();
            bytes.windows(KEY.len()).any(|w| w == KEY.as_bytes())
        })
        .collect();
    assert!(hits.is_empty(), "the key lies sealed, or nowhere: {hits:?}");
}

/// From the frame header of a baseline JPEG.
fn longer_side(jpeg: &[u8]) -> u16 {
    let frame = jpeg.windows(2).position(|w| w == [0xff, 0xc0]).unwrap();
    let side = |at: usize| u16::from_be_bytes([jpeg[frame + at], jpeg[frame + at + 1]]);
    side(5).max(side(7))
}
