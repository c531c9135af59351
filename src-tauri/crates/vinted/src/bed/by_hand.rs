//! By hand: the person presses the site's own button; the app lets one call out and hears its answer.

use std::time::Duration;

use app::ports::{FilledPage, Submitted};
use sandbox::{
    Switches,
    switches::{FieldError, Refused, Times},
};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::Bed;
use crate::{filled::FilledTab, submit};

const PATIENCE: Duration = Duration::from_secs(15);

/// A person's press, by the page's own script: the app's clicks are not used.
const PRESS: &str = "document.querySelector('[data-testid=\"upload-form-save-button\"]').click()";
/// Presses until the page takes it (it ignores presses while an earlier one is under way), and asks twice more right
/// after the page's own call, as a page gone wild would.
const PRESS_AND_MORE: &str = "(() => { const asks = window.fetch; \
     const press = () => document.querySelector('[data-testid=\"upload-form-save-button\"]').click(); \
     const pressing = setInterval(press, 50); \
     window.fetch = (to, how) => { const first = asks(to, how); \
       if (how?.method === 'POST' && to === '/api/v2/item_upload/items') { \
         clearInterval(pressing); window.fetch = asks; \
         for (let more = 0; more < 2; more++) asks(to, {method: 'POST', body: '{}'}).catch(() => 0); } \
       return first; }; \
     press(); return 1 })()";

/// Waits until the app has said for the nth time that the person may press.
async fn may_press(bed: &Bed, nth: usize) {
    for _ in 0..600 {
        let told = bed
            .told
            .0
            .lock()
            .unwrap()
            .iter()
            .filter(|s| *s == "await_person")
            .count();
        if told >= nth {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}

/// Does it once the app has said for the nth time that the person may press.
async fn person(
    bed: &Bed,
    nth: usize,
    tab: &FilledTab,
    script: &str,
) -> Result<Value, browser::BrowserError> {
    may_press(bed, nth).await;
    tab.visit.after_all().tab.eval::<Value>(script).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_persons_press_is_heard_and_lets_one_call_out() {
    let browser = Bed::sharing(Switches::default()).await;
    let bed = browser.beside(Switches::default()).await;
    let mut tab = bed.filled(bed.bag()).await;
    let wait = |tab, patience, cancel| submit::by_person(tab, patience, cancel);

    // A refusal is the site's word on that press; the form stays.
    bed.switch(|s| {
        s.refused = Some(Refused {
            errors: vec![FieldError {
                field: "title".into(),
                value: "no".into(),
            }],
            times: Some(1),
        });
    });
    let (submitted, pressed) = tokio::join!(
        wait(&tab.visit, PATIENCE, CancellationToken::new()),
        person(&bed, 1, &tab, PRESS)
    );
    pressed.unwrap();
    assert!(
        matches!(submitted, Submitted::Rejected { .. }),
        "{submitted:?}"
    );

    // Nobody presses; then somebody does, too late.
    let short = Duration::from_millis(600);
    let submitted = wait(&tab.visit, short, CancellationToken::new()).await;
    assert!(
        matches!(submitted, Submitted::NotSent { .. }),
        "{submitted:?}"
    );
    person(&bed, 2, &tab, PRESS).await.unwrap();
    let stopped = CancellationToken::new();
    stopped.cancel();
    let submitted = wait(&tab.visit, PATIENCE, stopped).await;
    assert!(
        matches!(submitted, Submitted::NotSent { .. }),
        "{submitted:?}"
    );
    assert_eq!(
        bed.market.publish_calls(),
        1,
        "only the first press left the browser"
    );

    // Three calls at once: one leaves.
    let (submitted, pressed) = tokio::join!(
        wait(&tab.visit, PATIENCE, CancellationToken::new()),
        person(&bed, 4, &tab, PRESS_AND_MORE)
    );
    pressed.unwrap();
    assert_eq!(bed.market.publish_calls(), 2, "one call for one press");
    let Submitted::Published { listing_id, .. } = submitted else {
        panic!("{submitted:?}")
    };
    let back = tab.read_back(&listing_id).await.unwrap();
    assert!(
        back.readback.values().all(|(.., same)| *same),
        "{:?}",
        back.readback
    );
    Box::new(tab).close().await;
    assert_eq!(bed.market.created().len(), 1, "one listing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_that_the_person_leaves_sent_nothing() {
    let browser = Bed::sharing(Switches::default()).await;
    for (closes, word) in [
        (false, "the form was left"),
        (true, "the window was closed"),
    ] {
        let bed = browser.beside(Switches::default()).await;
        let tab = bed.filled(bed.bag()).await;
        let page = tab.visit.after_all().tab;
        let (submitted, ()) = tokio::join!(
            submit::by_person(&tab.visit, PATIENCE, CancellationToken::new()),
            async {
                may_press(&bed, 1).await;
                if closes {
                    page.close().await.unwrap();
                } else {
                    // The page that would answer is just being left.
                    let _ = page.eval::<Value>("location.assign('/')").await;
                }
            }
        );
        let Submitted::NotSent { messages } = submitted else {
            panic!("{word}: {submitted:?}")
        };
        assert_eq!(messages, [word], "it is noticed, not waited out");
        tab.visit.end().await;
        assert_eq!(bed.market.publish_calls(), 0, "{word}: no call left");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_to_the_persons_press_may_be_lost() {
    let bed = Bed::sharing(Switches {
        answer_lost: Some(Times::once()),
        ..Switches::default()
    })
    .await;
    let tab = bed.filled(bed.bag()).await;
    let (submitted, _) = tokio::join!(
        submit::by_person(&tab.visit, PATIENCE, CancellationToken::new()),
        person(&bed, 1, &tab, PRESS)
    );
    assert!(matches!(submitted, Submitted::NoAnswer), "{submitted:?}");
    tab.visit.end().await;
    assert_eq!(bed.market.created().len(), 1, "it exists all the same");
}
