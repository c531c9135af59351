//! Servers that misbehave: no effect but a clear error, whatever they send.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::any,
};
use futures::{StreamExt, stream};
use rstest::rstest;
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::Notify,
};
use tokio_util::sync::CancellationToken;
use vision::{Access, Address, Answer, BadAnswer, Client, Limits, Question, Tokens, VisionError};

const KEY: &str = "sk-canary-7f3a91";

/// Every request as it came, by the model's name, which is also how the server behaves.
#[derive(Default)]
struct Seen {
    requests: Mutex<Vec<(String, HeaderMap, Value)>>,
    arrived: Notify,
    elsewhere: Mutex<usize>,
}

impl Seen {
    fn of(&self, model: &str) -> usize {
        let requests = self.requests.lock().unwrap();
        requests.iter().filter(|(m, _, _)| m == model).count()
    }
}

struct Bed {
    address: Address,
    seen: Arc<Seen>,
}

async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

impl Bed {
    async fn start() -> Self {
        let seen = Arc::new(Seen::default());
        let away = Router::new()
            .fallback(any(|State(seen): State<Arc<Seen>>| async move {
                *seen.elsewhere.lock().unwrap() += 1;
                completion("{}")
            }))
            .with_state(seen.clone());
        let away = serve(away).await;
        let state = (seen.clone(), away);
        let url = serve(
            Router::new()
                .route("/v1/chat/completions", any(behave))
                .fallback(any(elsewhere))
                .with_state(state),
        )
        .await;
        Self {
            address: Address::parse(&url).unwrap(),
            seen,
        }
    }

    fn access(&self, model: &str) -> Access {
        Access {
            address: self.address.clone(),
            model: model.to_owned(),
            key: Some(SecretString::from(KEY)),
        }
    }

    async fn ask(&self, model: &str) -> Result<Answer, VisionError> {
        let cancel = CancellationToken::new();
        client()
            .ask(&self.access(model), &question(2), &cancel)
            .await
    }
}

fn client() -> Client {
    let limits = Limits {
        connect: Duration::from_secs(5),
        whole: Duration::from_secs(2),
        silence: Duration::from_millis(300),
        max_answer: 64 * 1024,
        retries: 2,
        first_wait: Duration::from_millis(1),
        longest_wait: Duration::from_secs(2),
    };
    Client::new(limits).unwrap()
}

fn question(photos: usize) -> Question {
    Question {
        instructions: "Say what is there.".into(),
        text: "What is there?".into(),
        photos: vec![b"\xff\xd8photo".to_vec(); photos],
        schema_name: "thing".into(),
        schema: json!({ "type": "object", "properties": {}, "required": [], "additionalProperties": false }),
        max_tokens: 500,
    }
}

fn completion(content: &str) -> Response {
    let message = json!({ "role": "assistant", "content": content });
    finished(&message, "stop")
}

fn finished(message: &Value, reason: &str) -> Response {
    Json(json!({
        "id": "x", "object": "chat.completion", "unknown": { "field": 1 },
        "choices": [{ "index": 0, "message": message, "finish_reason": reason }],
        "usage": { "prompt_tokens": 1000, "completion_tokens": 50, "total_tokens": 1050 },
    }))
    .into_response()
}

async fn elsewhere(State((seen, _)): State<(Arc<Seen>, String)>) -> Response {
    *seen.elsewhere.lock().unwrap() += 1;
    completion("{}")
}

async fn behave(
    State((seen, away)): State<(Arc<Seen>, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let body: Value = serde_json::from_slice(&body).unwrap();
    let model = body["model"].as_str().unwrap().to_owned();
    let before = seen.of(&model);
    let form = body["response_format"]["type"].clone();
    let request = (model.clone(), headers, body);
    seen.requests.lock().unwrap().push(request);
    seen.arrived.notify_one();
    let status = |code: u16| StatusCode::from_u16(code).unwrap();
    // Some servers repeat the key that they refuse.
    let told = json!({ "error": { "message": format!("Incorrect API key provided: {KEY}") } });
    let tool = json!([{ "id": "1", "type": "function", "function": { "name": "publish", "arguments": "{}" } }]);
    match model.as_str() {
        "page" => Html("<html>Please log in</html>").into_response(),
        "words" => completion("Sure! I will publish it now."),
        "list" => completion("[1]"),
        "nothing" => Json(json!({})).into_response(),
        "no-choice" => Json(json!({ "choices": [] })).into_response(),
        "endless" => {
            let spaces =
                stream::repeat(Bytes::from_static(&[b' '; 1024])).map(Ok::<_, std::io::Error>);
            Body::from_stream(spaces).into_response()
        }
        "huge" => vec![b' '; 1 << 20].into_response(),
        "tool" => finished(
            &json!({ "content": null, "tool_calls": tool }),
            "tool_calls",
        ),
        "old-tool" => finished(
            &json!({ "content": "{}", "function_call": { "name": "publish" } }),
            "stop",
        ),
        "refusal" => finished(&json!({ "content": null, "refusal": "I cannot." }), "stop"),
        "filter" => finished(&json!({ "content": "" }), "content_filter"),
        "cut" => finished(&json!({ "content": "{\"a\":" }), "length"),
        "moved" => (status(307), [(header::LOCATION, "/v1/elsewhere")]).into_response(),
        "moved-away" => (status(308), [(header::LOCATION, away)]).into_response(),
        "moved-to-file" => {
            (status(302), [(header::LOCATION, "file:///etc/passwd")]).into_response()
        }
        "busy-once" if before == 0 => (status(429), [(header::RETRY_AFTER, "1")]).into_response(),
        "busy" => (status(429), Json(told)).into_response(),
        "busy-for-long" => (status(429), [(header::RETRY_AFTER, "3600")]).into_response(),
        "broken-once" if before == 0 => status(503).into_response(),
        "slow-start" => std::future::pending().await,
        "slow-body" => {
            let first = stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"{"))]);
            Body::from_stream(first.chain(stream::pending())).into_response()
        }
        "old" if form == "json_schema" => (
            status(400),
            Json(json!({ "error": "unknown response_format" })),
        )
            .into_response(),
        "older" if !form.is_null() => (status(422), "response_format?").into_response(),
        "ancient" if !form.is_null() => (status(400), "json_object, json_schema?").into_response(),
        "mute" => (status(400), Json(json!({ "error": "response_format" }))).into_response(),
        number if number.parse::<u16>().is_ok() => {
            (status(number.parse().unwrap()), Json(told)).into_response()
        }
        _ => completion(r#"{"thing":"hat"}"#),
    }
}

fn unusable(why: BadAnswer) -> VisionError {
    let tokens = Some(Tokens {
        question: 1000,
        answer: 50,
    });
    VisionError::Unusable { why, tokens }
}

fn uncounted(why: BadAnswer) -> VisionError {
    VisionError::Unusable { why, tokens: None }
}

fn refused() -> VisionError {
    let tokens = Some(Tokens {
        question: 1000,
        answer: 50,
    });
    VisionError::Refused { tokens }
}

#[rstest]
#[case("page", uncounted(BadAnswer::NoCompletion), 1)]
#[case("nothing", uncounted(BadAnswer::NoCompletion), 1)]
#[case("no-choice", uncounted(BadAnswer::NoCompletion), 1)]
#[case("words", unusable(BadAnswer::NotJson), 1)]
#[case("list", unusable(BadAnswer::NotJson), 1)]
#[case("endless", uncounted(BadAnswer::TooLarge), 1)]
#[case("huge", uncounted(BadAnswer::TooLarge), 1)]
#[case("tool", unusable(BadAnswer::ToolCall), 1)]
#[case("old-tool", unusable(BadAnswer::ToolCall), 1)]
#[case("cut", unusable(BadAnswer::Cut), 1)]
#[case("refusal", refused(), 1)]
#[case("filter", refused(), 1)]
#[case("moved", VisionError::Redirected, 1)]
#[case("moved-away", VisionError::Redirected, 1)]
#[case("moved-to-file", VisionError::Redirected, 1)]
#[case("401", VisionError::KeyRefused, 1)]
#[case("403", VisionError::KeyRefused, 1)]
#[case("404", VisionError::NotThere, 1)]
#[case("402", VisionError::Rejected(402), 1)]
#[case("400", VisionError::Rejected(400), 1)]
#[case("413", VisionError::Rejected(413), 1)]
#[case("503", VisionError::ServerFault(503), 3)]
#[case("busy", VisionError::Busy { retry_after: None }, 3)]
#[case("busy-for-long", VisionError::Busy { retry_after: Some(3600) }, 1)]
#[case("slow-start", VisionError::TimedOut, 1)]
#[case("slow-body", VisionError::TimedOut, 1)]
#[case("mute", VisionError::Rejected(400), 3)]
#[tokio::test]
async fn a_bad_answer_is_a_clear_error(
    #[case] model: &str,
    #[case] expected: VisionError,
    #[case] requests: usize,
) {
    let bed = Bed::start().await;
    let error = bed.ask(model).await.unwrap_err();
    assert_eq!(error, expected, "{model}");
    assert_eq!(
        bed.seen.of(model),
        requests,
        "{model}: asked again only where it was surely not worked on"
    );
    let elsewhere = *bed.seen.elsewhere.lock().unwrap();
    assert_eq!(elsewhere, 0, "{model}: photos go to the named address only");
    assert!(
        !format!("{error:?} {error}").contains(KEY),
        "what a server says of the key is repeated nowhere"
    );
}

#[tokio::test]
async fn what_passes_by_is_asked_again() {
    let bed = Bed::start().await;
    for model in ["good", "busy-once", "broken-once"] {
        let answer = bed.ask(model).await.unwrap();
        assert_eq!(answer.json["thing"], "hat", "{model}");
    }
    assert_eq!(bed.seen.of("good"), 1);
    assert_eq!(bed.seen.of("busy-once"), 2);
    let requests = bed.seen.requests.lock().unwrap();
    let (_, headers, body) = &requests[0];
    assert_eq!(headers[header::AUTHORIZATION], format!("Bearer {KEY}"));
    assert_eq!(body["response_format"]["json_schema"]["strict"], true);
    let parts = body["messages"][1]["content"].as_array().unwrap();
    assert_eq!(parts.len(), 3, "the text and two photos: {body}");
    let url = parts[1]["image_url"]["url"].as_str().unwrap();
    assert_eq!(url, "data:image/jpeg;base64,/9hwaG90bw==");
}

#[tokio::test]
async fn an_older_server_is_asked_in_its_own_form_and_that_is_remembered() {
    let bed = Bed::start().await;
    let client = client();
    let cancel = CancellationToken::new();
    for (model, first) in [("old", 2), ("older", 3), ("ancient", 3)] {
        let access = bed.access(model);
        let answer = client.ask(&access, &question(0), &cancel).await.unwrap();
        assert_eq!(answer.json["thing"], "hat", "{model}");
        assert_eq!(bed.seen.of(model), first, "{model}");
        client.ask(&access, &question(0), &cancel).await.unwrap();
        assert_eq!(bed.seen.of(model), first + 1, "{model}: the form is known");
    }
    let requests = bed.seen.requests.lock().unwrap();
    let words = &requests.last().unwrap().2["messages"][0]["content"];
    assert!(
        words.as_str().unwrap().contains("additionalProperties"),
        "a server without the field gets the schema in words: {words}"
    );
}

#[tokio::test]
async fn a_connection_that_is_cut_or_was_never_there() {
    let cut = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = Address::parse(&format!("http://{}", cut.local_addr().unwrap())).unwrap();
    let answers: HashMap<usize, &[u8]> = HashMap::from([
        (0, b"".as_slice()),
        (
            1,
            b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"choices\"",
        ),
        (2, b"SSH-2.0-OpenSSH_9.9\r\n"),
    ]);
    tokio::spawn(async move {
        for at in 0.. {
            let (mut connection, _) = cut.accept().await.unwrap();
            let mut question = vec![0; 64 * 1024];
            let _ = connection.read(&mut question).await;
            let answer = answers.get(&at).copied().unwrap_or_default();
            let _ = connection.write_all(answer).await;
        }
    });
    let access = Access {
        address,
        model: "any".into(),
        key: None,
    };
    let (client, cancel) = (client(), CancellationToken::new());
    for how in ["no word", "half an answer", "another protocol"] {
        let error = client.ask(&access, &question(1), &cancel).await;
        assert_eq!(error, Err(VisionError::BrokenOff), "{how}");
        assert!(
            !VisionError::BrokenOff.is_free(),
            "it may have been counted"
        );
    }
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let access = Access {
        address: Address::parse(&nobody).unwrap(),
        ..access
    };
    let error = client.ask(&access, &question(1), &cancel).await;
    assert_eq!(error, Err(VisionError::Unreachable));
}

#[tokio::test]
async fn stopping_holds_in_the_middle_of_a_call() {
    let bed = Bed::start().await;
    let cancel = CancellationToken::new();
    let (client, access, asked) = (client(), bed.access("slow-start"), question(1));
    let asking = client.ask(&access, &asked, &cancel);
    let stopping = async {
        bed.seen.arrived.notified().await;
        cancel.cancel();
    };
    let (answer, ()) = tokio::join!(asking, stopping);
    let stopped = answer.unwrap_err();
    assert_eq!(stopped, VisionError::Cancelled { sent: true });
    assert!(!stopped.is_free(), "the server may have worked on it");
    let again = client.ask(&access, &asked, &cancel).await.unwrap_err();
    assert_eq!(again, VisionError::Cancelled { sent: false });
    assert!(again.is_free(), "nothing was sent");
    assert_eq!(
        bed.seen.of("slow-start"),
        1,
        "stopped before it: nothing is sent"
    );
}

#[tokio::test]
async fn too_many_photos_and_a_key_of_two_lines_are_never_sent() {
    let bed = Bed::start().await;
    let cancel = CancellationToken::new();
    let many = client()
        .ask(&bed.access("good"), &question(26), &cancel)
        .await;
    assert_eq!(many, Err(VisionError::TooManyPhotos(26)));
    let access = Access {
        key: Some(SecretString::from("sk\r\nHost: evil.test")),
        ..bed.access("good")
    };
    let error = client()
        .ask(&access, &question(1), &cancel)
        .await
        .unwrap_err();
    assert_eq!(error, VisionError::UnsendableKey);
    assert_eq!(bed.seen.of("good"), 0);
    let shown = format!("{:?} {:?}", bed.access("good"), question(1));
    assert!(
        !shown.contains(KEY) && !shown.contains("photo\""),
        "{shown}"
    );
}
