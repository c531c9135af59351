//! Frames inside the page and windows it opened: where a challenge may show.
use super::script::document_gone;
use super::{Page, PageState};
use crate::BrowserError;
use crate::connection::CALL_BOUND;
use crate::targets::{TargetInfo, targets};
use chromiumoxide_cdp::cdp::browser_protocol::page::GetFrameTreeParams;
use serde_json::Value;
use std::collections::VecDeque;

const POPUPS_KEPT: usize = 100;
const FRAMES_KEPT: usize = 500;

/// A window or tab that the page opened. It is under the same bans as the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PopupSeen {
    /// The address it has gone to last; empty before its first.
    pub url: String,
}

/// How a frame was noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameSource {
    /// `src` of an iframe in the page's document (open shadow roots included).
    Dom,
    /// The page's frame tree (same process).
    Tree,
    /// A target of its own (an iframe of another site).
    Target,
}

/// A frame inside the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameSeen {
    /// Full address.
    pub url: String,
    /// How it was noticed.
    pub source: FrameSource,
}

/// An iframe of another site, or a worker, of a page.
pub(crate) struct Child {
    pub(crate) target: String,
    pub(crate) kind: String,
}

/// Target id and address of each popup.
#[derive(Default)]
pub(crate) struct Popups(VecDeque<(String, String)>);

impl Page {
    /// Windows the page opened so far (the last 100).
    pub fn popups(&self) -> Vec<PopupSeen> {
        let popups = self.state().popups.lock();
        popups
            .0
            .iter()
            .map(|(_, url)| PopupSeen { url: url.clone() })
            .collect()
    }

    /// All frames now (at most 500), seen in three ways: an iframe of another site may show in one
    /// only.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn frames(&self) -> Result<Vec<FrameSeen>, BrowserError> {
        let seen = |source| move |url: String| FrameSeen { url, source };
        let in_dom = match self.eval::<Vec<String>>(include_str!("js/frames.js")).await {
            Err(error) if document_gone(&error) => Vec::new(),
            other => other?,
        };
        let mut frames: Vec<_> = in_dom.into_iter().map(seen(FrameSource::Dom)).collect();

        let tree = self
            .call(&GetFrameTreeParams::default(), CALL_BOUND)
            .await?;
        let mut urls = Vec::new();
        below(&tree["frameTree"], &mut urls);
        frames.extend(urls.into_iter().map(seen(FrameSource::Tree)));

        let all = async { Ok(targets(self.state().connection()).await?) };
        let all = self.bounded("the list of frames", CALL_BOUND, all).await?;
        let children = self.state().children.lock();
        let own = all.into_iter().filter(|target| {
            children
                .values()
                .any(|c| c.kind == "iframe" && c.target == target.target_id)
        });
        frames.extend(own.map(|target| target.url).map(seen(FrameSource::Target)));
        frames.truncate(FRAMES_KEPT);
        Ok(frames)
    }
}

/// Addresses of all frames below this one.
fn below(node: &Value, urls: &mut Vec<String>) {
    for child in node["childFrames"].as_array().into_iter().flatten() {
        if let Some(url) = child["frame"]["url"].as_str() {
            urls.push(url.to_owned());
        }
        below(child, urls);
    }
}

impl PageState {
    pub(crate) fn popup_opened(&self, info: &TargetInfo) {
        let mut popups = self.popups.lock();
        if popups.0.len() == POPUPS_KEPT {
            popups.0.pop_front();
        }
        popups
            .0
            .push_back((info.target_id.clone(), info.url.clone()));
    }

    pub(crate) fn target_changed(&self, info: &TargetInfo) {
        let mut popups = self.popups.lock();
        if let Some(popup) = popups
            .0
            .iter_mut()
            .find(|(target, _)| *target == info.target_id)
        {
            popup.1.clone_from(&info.url);
        }
    }
}
