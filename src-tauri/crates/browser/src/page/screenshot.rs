//! Pictures of the page.
use super::{Locator, Page};
use crate::BrowserError;
use crate::connection::CALL_BOUND;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chromiumoxide_cdp::cdp::browser_protocol::page::{
    CaptureScreenshotFormat, CaptureScreenshotParams, GetLayoutMetricsParams, Viewport,
};
use serde::Deserialize;
use std::time::Duration;

const SHOT_BOUND: Duration = Duration::from_secs(15);
/// Longest side of a picture, in CSS pixels: GPU textures end there.
const LONGEST_SIDE: f64 = 16_000.0;

/// What a picture shows.
#[derive(Debug, Clone)]
pub enum Shot {
    /// What is in the window.
    Window,
    /// The whole page, at most 16,000 pixels high.
    FullPage,
    /// One element.
    Element(Locator),
}

#[derive(Deserialize)]
struct Area {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

impl Page {
    /// A PNG picture, at most 15 s.
    ///
    /// # Errors
    /// `ElementNotFound` or `NotVisible` for the picture of an element.
    pub async fn screenshot_png(&self, shot: Shot) -> Result<Vec<u8>, BrowserError> {
        let area = match &shot {
            Shot::Window => None,
            Shot::FullPage => Some(self.whole_page().await?),
            Shot::Element(target) => Some(self.area_of(target).await?),
        };
        let capture = CaptureScreenshotParams {
            format: Some(CaptureScreenshotFormat::Png),
            capture_beyond_viewport: Some(area.is_some()),
            clip: area.map(|area| {
                let within = |side: f64| side.clamp(1.0, LONGEST_SIDE);
                Viewport {
                    x: area.x,
                    y: area.y,
                    width: within(area.width),
                    height: within(area.height),
                    scale: 1.0,
                }
            }),
            ..CaptureScreenshotParams::default()
        };
        let result = self.call(&capture, SHOT_BOUND).await?;
        let data = result["data"].as_str().unwrap_or_default();
        STANDARD
            .decode(data)
            .map_err(|error| BrowserError::Protocol {
                method: "Page.captureScreenshot".to_owned(),
                message: error.to_string(),
            })
    }

    async fn whole_page(&self) -> Result<Area, BrowserError> {
        let metrics = self
            .call(&GetLayoutMetricsParams::default(), CALL_BOUND)
            .await?;
        serde_json::from_value(metrics["cssContentSize"].clone()).map_err(|error| {
            BrowserError::Protocol {
                method: "Page.getLayoutMetrics".to_owned(),
                message: error.to_string(),
            }
        })
    }

    async fn area_of(&self, target: &Locator) -> Result<Area, BrowserError> {
        let script = format!(
            "(async () => {{ {common} const el = {find}; if (!isElement(el)) return null; \
             show(el); await frames(); const r = el.getBoundingClientRect(); \
             return {{ x: r.x + scrollX, y: r.y + scrollY, width: r.width, height: r.height }}; \
             }})()",
            common = include_str!("js/common.js"),
            find = target.expression(),
        );
        let area: Option<Area> = self.eval(&script).await?;
        let area = area.ok_or_else(|| BrowserError::ElementNotFound {
            what: target.to_string(),
        })?;
        if area.width < 1.0 || area.height < 1.0 {
            return Err(BrowserError::NotVisible {
                what: target.to_string(),
            });
        }
        Ok(area)
    }
}
