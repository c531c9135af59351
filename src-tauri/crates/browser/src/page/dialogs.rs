//! Dialogs of the page: while one is open everything waits, so each is answered at once.
use super::{Page, PageState};
use chromiumoxide_cdp::cdp::browser_protocol::page::HandleJavaScriptDialogParams;
use serde_json::Value;
use std::collections::VecDeque;

const KEPT: usize = 100;
const MESSAGE_KEPT: usize = 1000;

/// Kind of a dialog of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the functions that open them")]
pub enum DialogKind {
    Alert,
    Confirm,
    Prompt,
    BeforeUnload,
}

/// A dialog that the page opened; it was answered at once (dismissed; leaving the page accepted).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DialogSeen {
    /// Kind.
    pub kind: DialogKind,
    /// Its text, at most 1,000 characters.
    pub message: String,
}

#[derive(Default)]
pub(crate) struct Dialogs(VecDeque<DialogSeen>);

impl Page {
    /// Dialogs so far (the last 100).
    pub fn dialogs(&self) -> Vec<DialogSeen> {
        self.state().dialogs.lock().0.iter().cloned().collect()
    }
}

impl PageState {
    pub(super) fn dialog_opened(&self, session: &str, params: &Value) {
        let kind = match params["type"].as_str() {
            Some("confirm") => DialogKind::Confirm,
            Some("prompt") => DialogKind::Prompt,
            Some("beforeunload") => DialogKind::BeforeUnload,
            _ => DialogKind::Alert,
        };
        let accept = kind == DialogKind::BeforeUnload;
        self.connection()
            .fire(Some(session), &HandleJavaScriptDialogParams::new(accept));
        let message = params["message"].as_str().unwrap_or_default();
        let mut dialogs = self.dialogs.lock();
        if dialogs.0.len() == KEPT {
            dialogs.0.pop_front();
        }
        dialogs.0.push_back(DialogSeen {
            kind,
            message: message.chars().take(MESSAGE_KEPT).collect(),
        });
    }
}
