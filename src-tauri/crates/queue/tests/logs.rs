//! A job's log, read from any byte while it grows.
#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests: a failed step fails the test"
)]

mod common;

use common::{Bed, job};
use queue::{MAX_LINE_BYTES, MAX_LOG_BYTES, Queue, QueueError, QueueEvent};
use uuid::Uuid;

async fn read_all(queue: &Queue, id: Uuid) -> String {
    let mut text = String::new();
    loop {
        let chunk = queue.logs(id, text.len() as u64).await.unwrap();
        if chunk.text.is_empty() {
            return text;
        }
        text.push_str(&chunk.text);
        assert_eq!(
            chunk.next_offset,
            text.len() as u64,
            "the offset counts bytes"
        );
    }
}

#[tokio::test]
async fn every_byte_offset_reads_from_the_next_whole_character() {
    let bed = Bed::new().await;
    let queue = bed.queue().await;
    let id = queue.enqueue(job("s", "lane")).await.unwrap().id;
    assert_eq!(
        queue.logs(id, 0).await.unwrap().text,
        "",
        "a new log is empty"
    );
    for line in ["Pull été 12 €", "👕👖 ok", "two\nlines\tand a tab", "", "ꙮ"] {
        queue.log(id, line).await.unwrap();
    }
    let whole = read_all(&queue, id).await;
    assert_eq!(
        whole.lines().count(),
        5,
        "a line break in a line would forge a second one"
    );
    assert!(whole.contains("Z two lines and a tab\n"), "{whole}");
    for offset in 0..=whole.len() {
        let chunk = queue.logs(id, offset as u64).await.unwrap();
        let from = (offset..=whole.len())
            .find(|at| whole.is_char_boundary(*at))
            .unwrap();
        assert_eq!(chunk.text, whole[from..], "offset {offset}");
        assert_eq!(chunk.next_offset, whole.len() as u64, "offset {offset}");
    }
    for beyond in [whole.len() as u64 + 1, 1 << 40, u64::MAX] {
        let chunk = queue.logs(id, beyond).await.unwrap();
        assert_eq!(chunk.text, "", "nothing is beyond the end");
        assert_eq!(
            chunk.next_offset,
            whole.len() as u64,
            "reading goes on at the end"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_follows_sees_every_byte_once() {
    let bed = Bed::new().await;
    let writer = bed.queue().await;
    let reader = bed.queue().await;
    let id = writer.enqueue(job("s", "lane")).await.unwrap().id;
    let writing = tokio::spawn(async move {
        for number in 0..300 {
            writer.log(id, &format!("étape {number} 👕")).await.unwrap();
        }
    });
    let mut text = String::new();
    let mut offset = 0;
    while text.lines().count() < 300 {
        let chunk = reader.logs(id, offset).await.unwrap();
        assert!(chunk.next_offset >= offset, "a growing log never goes back");
        text.push_str(&chunk.text);
        offset = chunk.next_offset;
        tokio::task::yield_now().await;
    }
    writing.await.unwrap();
    for (number, line) in text.lines().enumerate() {
        assert!(
            line.ends_with(&format!(" étape {number} 👕")),
            "line {number}: {line}"
        );
    }
    assert_eq!(text, read_all(&reader, id).await);
}

#[tokio::test]
async fn logs_of_different_jobs_do_not_mix() {
    let bed = Bed::new().await;
    let queue = bed.queue().await;
    let a = queue.enqueue(job("a", "a")).await.unwrap().id;
    let b = queue.enqueue(job("b", "b")).await.unwrap().id;
    let mut events = queue.subscribe();
    queue.log(a, "one").await.unwrap();
    queue.log(b, "two").await.unwrap();
    queue.log(a, "three").await.unwrap();
    assert_eq!(read_all(&queue, a).await.lines().count(), 2);
    assert_eq!(read_all(&queue, b).await.lines().count(), 1);
    let mut told = Vec::new();
    while let Ok(QueueEvent::Logged {
        job_id,
        next_offset,
        line,
    }) = events.try_recv()
    {
        let text = read_all(&queue, job_id).await;
        assert!(text[..usize::try_from(next_offset).unwrap()].ends_with(&format!("{line}\n")));
        told.push(job_id);
    }
    assert_eq!(
        told,
        [a, b, a],
        "each line is told with the place where reading goes on"
    );
    let nobody = queue.logs(Uuid::now_v7(), 0).await;
    assert!(matches!(nobody, Err(QueueError::NotFound(_))), "{nobody:?}");
}

#[tokio::test]
async fn a_log_and_its_lines_are_bounded() {
    let bed = Bed::new().await;
    let queue = bed.queue().await;
    let id = queue.enqueue(job("s", "lane")).await.unwrap().id;
    let long = "é".repeat(MAX_LINE_BYTES);
    for _ in 0..MAX_LOG_BYTES / MAX_LINE_BYTES as u64 + 5 {
        queue.log(id, &long).await.unwrap();
    }
    queue.log(id, "one more").await.unwrap();
    let text = read_all(&queue, id).await;
    assert!(
        text.len() as u64 <= MAX_LOG_BYTES + MAX_LINE_BYTES as u64,
        "{} bytes",
        text.len()
    );
    assert!(
        text.lines().all(|line| line.len() <= MAX_LINE_BYTES),
        "a line is too long"
    );
    assert!(
        text.lines().next().unwrap().ends_with("é…"),
        "a cut line says that it was cut"
    );
    assert_eq!(text.matches("the log is full").count(), 1, "said once");
    assert!(
        text.trim_end().ends_with("later lines were dropped)"),
        "nothing comes after it"
    );
}
