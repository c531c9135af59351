//! Typing with real key events.
use super::click::{ACTION_BOUND, PAUSE};
use super::script::{Verdict, document_gone};
use super::{Locator, Page};
use crate::BrowserError;
use crate::connection::CALL_BOUND;
use chromiumoxide_cdp::cdp::browser_protocol::input::{
    DispatchKeyEventParams, DispatchKeyEventType, InsertTextParams,
};
use tokio::time::Instant;

/// A key that is no character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names on the keys")]
pub enum Key {
    Enter,
    Tab,
    Escape,
    Backspace,
    Delete,
    Home,
    End,
    PageUp,
    PageDown,
    ArrowUp,
    ArrowDown,
    ArrowLeft,
    ArrowRight,
    Space,
}

impl Key {
    /// DOM `key`, DOM `code`, Windows key code, and the text it types.
    fn parts(self) -> (&'static str, &'static str, i64, Option<&'static str>) {
        match self {
            Self::Enter => ("Enter", "Enter", 13, Some("\r")),
            Self::Tab => ("Tab", "Tab", 9, None),
            Self::Escape => ("Escape", "Escape", 27, None),
            Self::Backspace => ("Backspace", "Backspace", 8, None),
            Self::Delete => ("Delete", "Delete", 46, None),
            Self::Home => ("Home", "Home", 36, None),
            Self::End => ("End", "End", 35, None),
            Self::PageUp => ("PageUp", "PageUp", 33, None),
            Self::PageDown => ("PageDown", "PageDown", 34, None),
            Self::ArrowUp => ("ArrowUp", "ArrowUp", 38, None),
            Self::ArrowDown => ("ArrowDown", "ArrowDown", 40, None),
            Self::ArrowLeft => ("ArrowLeft", "ArrowLeft", 37, None),
            Self::ArrowRight => ("ArrowRight", "ArrowRight", 39, None),
            Self::Space => (" ", "Space", 32, Some(" ")),
        }
    }

    /// macOS turns keys into editing commands outside the page, which synthetic events never pass.
    fn mac_command(self) -> Option<&'static str> {
        Some(match self {
            Self::Enter => "insertNewline:",
            Self::Backspace => "deleteBackward:",
            Self::Delete => "deleteForward:",
            Self::Home => "moveToBeginningOfLine:",
            Self::End => "moveToEndOfLine:",
            Self::ArrowUp => "moveUp:",
            Self::ArrowDown => "moveDown:",
            Self::ArrowLeft => "moveLeft:",
            Self::ArrowRight => "moveRight:",
            _ => return None,
        })
    }
}

impl Page {
    /// Gives the element the focus (scrolled into view, no click); tried for at most 10 s.
    ///
    /// # Errors
    /// `ElementNotFound`, `NotVisible`, `Disabled`, `NotFocusable`.
    pub async fn focus(&self, target: impl Into<Locator>) -> Result<(), BrowserError> {
        self.focused(&target.into()).await
    }

    /// Focuses the element and types the text at the cursor with real key events, one per
    /// character (any script, emoji included; a line break is Enter). ~3 ms per character.
    /// Read the value back afterwards.
    ///
    /// # Errors
    /// As [`focus`](Self::focus).
    pub async fn type_text(
        &self,
        target: impl Into<Locator>,
        text: &str,
    ) -> Result<(), BrowserError> {
        self.pause(PAUSE).await?;
        self.focused(&target.into()).await?;
        for character in text.chars() {
            match character {
                '\r' => {}
                '\n' => self.stroke(Key::Enter).await?,
                '\t' => self.stroke(Key::Tab).await?,
                character => self.type_char(character).await?,
            }
        }
        Ok(())
    }

    /// Focuses the element and puts the text in at the cursor in one go, as an input method does:
    /// for long texts. Read the value back afterwards.
    ///
    /// # Errors
    /// As [`focus`](Self::focus).
    pub async fn insert_text(
        &self,
        target: impl Into<Locator>,
        text: &str,
    ) -> Result<(), BrowserError> {
        self.pause(PAUSE).await?;
        self.focused(&target.into()).await?;
        self.call(&InsertTextParams::new(text), CALL_BOUND).await?;
        Ok(())
    }

    /// Focuses the element and selects all its text.
    ///
    /// # Errors
    /// As [`focus`](Self::focus).
    pub async fn select_all(&self, target: impl Into<Locator>) -> Result<(), BrowserError> {
        let target = target.into();
        self.focused(&target).await?;
        self.verdict(&target, include_str!("js/select.js"), &())
            .await?
            .error(&target)
            .map_or(Ok(()), Err)
    }

    /// Empties a field the way a person does: select all, Backspace.
    ///
    /// # Errors
    /// As [`focus`](Self::focus).
    pub async fn clear(&self, target: impl Into<Locator>) -> Result<(), BrowserError> {
        self.pause(PAUSE).await?;
        self.select_all(target).await?;
        self.stroke(Key::Backspace).await
    }

    /// Presses and releases one key on whatever has the focus.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn press_key(&self, key: Key) -> Result<(), BrowserError> {
        self.pause(PAUSE).await?;
        self.stroke(key).await
    }

    async fn focused(&self, target: &Locator) -> Result<(), BrowserError> {
        let end = Instant::now() + ACTION_BOUND;
        loop {
            let verdict = match self.verdict(target, include_str!("js/focus.js"), &()).await {
                Ok(Verdict::Done) => return Ok(()),
                Ok(verdict) => verdict,
                Err(error) if document_gone(&error) => Verdict::Missing,
                Err(error) => return Err(error),
            };
            if Self::left(end).is_zero() {
                return verdict.error(target).map_or(Ok(()), Err);
            }
            self.wait_a_little().await?;
        }
    }

    async fn stroke(&self, key: Key) -> Result<(), BrowserError> {
        let (name, code, number, text) = key.parts();
        let commands = key.mac_command().filter(|_| cfg!(target_os = "macos"));
        self.down_and_up(DispatchKeyEventParams {
            key: Some(name.to_owned()),
            code: Some(code.to_owned()),
            windows_virtual_key_code: Some(number),
            text: text.map(str::to_owned),
            unmodified_text: text.map(str::to_owned),
            commands: commands.map(|command| vec![command.trim_end_matches(':').to_owned()]),
            ..DispatchKeyEventParams::new(match text {
                Some(_) => DispatchKeyEventType::KeyDown,
                None => DispatchKeyEventType::RawKeyDown,
            })
        })
        .await
    }

    /// A key event whose text is the character, as a keyboard that has it would send: no layout has
    /// them all, and Chromium takes the text as it is.
    async fn type_char(&self, character: char) -> Result<(), BrowserError> {
        let text = character.to_string();
        // Letters and digits have the key codes of their capital form.
        let number = character
            .is_ascii_alphanumeric()
            .then(|| i64::from(u32::from(character.to_ascii_uppercase())));
        let code = match character {
            'a'..='z' | 'A'..='Z' => Some(format!("Key{}", character.to_ascii_uppercase())),
            '0'..='9' => Some(format!("Digit{character}")),
            ' ' => Some("Space".to_owned()),
            _ => None,
        };
        self.down_and_up(DispatchKeyEventParams {
            key: Some(text.clone()),
            code,
            windows_virtual_key_code: number.or((character == ' ').then_some(32)),
            text: Some(text.clone()),
            unmodified_text: Some(text),
            ..DispatchKeyEventParams::new(DispatchKeyEventType::KeyDown)
        })
        .await
    }

    async fn down_and_up(&self, down: DispatchKeyEventParams) -> Result<(), BrowserError> {
        let up = DispatchKeyEventParams {
            key: down.key.clone(),
            code: down.code.clone(),
            windows_virtual_key_code: down.windows_virtual_key_code,
            ..DispatchKeyEventParams::new(DispatchKeyEventType::KeyUp)
        };
        // Both are sent before either is answered; the pipe keeps their order.
        let (down, up) =
            tokio::join!(biased; self.call(&down, CALL_BOUND), self.call(&up, CALL_BOUND));
        down?;
        up?;
        Ok(())
    }
}
