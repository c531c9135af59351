//! The page as a person meets it: by what things are and how they are called.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use fantoccini::{
    Client, ClientBuilder,
    elements::{Element, ElementRef},
    error::CmdError,
};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use super::outside::Drag;

/// For something to appear. Filling the form takes a browser's start on a busy machine.
const APPEARS: Duration = Duration::from_secs(40);
/// From the moment at which the window shows that it takes a drop to the hand's letting go.
const HAND: Duration = Duration::from_millis(400);
/// For the driver to answer.
const ANSWER: Duration = Duration::from_secs(30);
/// How keys are written in typed text (https://www.w3.org/TR/webdriver2/#keyboard-actions): Control is held until it
/// comes again.
const CONTROL: &str = "\u{e009}";
const ENTER: &str = "\u{e007}";
/// How the driver names an element: https://www.w3.org/TR/webdriver2/#elements
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// What a thing on the page is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Role {
    Button,
    Field,
    Heading,
    Link,
    Option,
    Radio,
    Switch,
}

impl Role {
    fn selector(self) -> &'static str {
        match self {
            Self::Button => "button",
            Self::Field => "input:not([type=radio]), textarea",
            Self::Heading => "h1, h2",
            Self::Link => "a",
            Self::Option => "[role=option]",
            Self::Radio => "input[type=radio]",
            Self::Switch => "input[role=switch]",
        }
    }
}

/// The shown, enabled thing whose name begins with the one sought; no-break spaces count as spaces.
const FIND: &str = r"
    const [selector, name] = arguments;
    const plain = (text) => (text ?? '').replace(/\s+/g, ' ').trim();
    const named = (element) => {
      const ids = element.getAttribute('aria-labelledby');
      if (ids) return ids.split(' ').map((id) => document.getElementById(id)?.textContent).join(' ');
      const labels = [...(element.labels ?? [])].map((label) => label.textContent).join(' ');
      return element.getAttribute('aria-label') ?? (labels || element.innerText);
    };
    const shown = (element) => element.checkVisibility({ visibilityProperty: true });
    const drawn = (element) => element.type === 'radio' || element.role === 'switch';
    const label = (element) => (drawn(element) ? element.labels?.[0] : null) ?? element;
    return [...document.querySelectorAll(selector)]
      .filter((element) => shown(label(element)) && !element.disabled && plain(named(element)).startsWith(name))
      .map(label)[0] ?? null;";

/// The element lies still for three frames: a list that is being filtered moves under the mouse.
const STILL: &str = r"
    const [element, done] = arguments;
    let [place, same] = ['', 0];
    const look = () => {
      const { x, y, width, height } = element.getBoundingClientRect();
      const now = [x, y, width, height].join();
      same = now === place ? same + 1 : 0;
      place = now;
      if (same === 3) done(true);
      else requestAnimationFrame(look);
    };
    look();";

/// Everything shown has been painted: pictures and fonts are there, and two frames have passed.
const PAINTED: &str = r"
    const done = arguments[arguments.length - 1];
    const ready = () =>
      document.fonts.status === 'loaded' &&
      [...document.images].every((image) => image.loading === 'lazy' || (image.complete && image.naturalWidth > 0));
    const frame = () => new Promise((next) => requestAnimationFrame(next));
    (async () => {
      for (let tries = 0; tries < 200 && !ready(); tries += 1) await new Promise((next) => setTimeout(next, 50));
      const shown = ready();
      // A large picture is decoded beside the page and would still be a grey field.
      await Promise.allSettled([...document.images].map((image) => image.decode()));
      await frame();
      await frame();
      setTimeout(() => done(shown), 50);
    })();";

const INVOKE: &str = r"
    const [command, values, done] = arguments;
    window.__TAURI_INTERNALS__.invoke(command, values).then((ok) => done({ ok }), (refused) => done({ refused }));";

/// The page in the app's window.
pub(crate) struct Page {
    client: Client,
    pictures: PathBuf,
}

impl Page {
    /// Lets the driver at `port` start the app.
    pub(super) async fn open(port: u16, app: &Path, arguments: &[&str], pictures: PathBuf) -> Self {
        let wanted = json!({ "webkitgtk:browserOptions": { "binary": app, "args": arguments } });
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(wanted.as_object().cloned().unwrap_or_default());
        let address = format!("http://127.0.0.1:{port}");
        let connecting = tokio::time::timeout(ANSWER, builder.connect(&address));
        let client = connecting
            .await
            .expect("the app starts in time")
            .expect("the driver starts the app");
        Self { client, pictures }
    }

    /// The thing called `name`, as soon as it is there.
    pub(crate) async fn find(&self, role: Role, name: &str) -> Element {
        let why = format!("there is a {role:?} called {name}");
        let found = self
            .until_with(&why, FIND, vec![json!(role.selector()), json!(name)])
            .await;
        let id = found[ELEMENT]
            .as_str()
            .expect("the driver names the element")
            .to_owned();
        Element::from_element_id(self.client.clone(), ElementRef::from(id))
    }

    /// Waits until a text is shown.
    pub(crate) async fn find_text(&self, text: &str) {
        let script = "return document.body.innerText.includes(arguments[0])";
        self.until_with(&format!("{text} is shown"), script, vec![json!(text)])
            .await;
    }

    /// Clicks on it once it lies still.
    pub(crate) async fn click(&self, role: Role, name: &str) -> Element {
        // What was found may be drawn anew before the click arrives: then it is looked for again.
        for _ in 0..2 {
            let element = self.find(role, name).await;
            let id = json!({ ELEMENT: *element.element_id() });
            self.ask_later(STILL, vec![id]).await;
            match tokio::time::timeout(ANSWER, element.click()).await {
                Ok(Ok(())) => return element,
                Ok(Err(error)) => eprintln!("the click on {name} is repeated: {error}"),
                Err(_) => panic!("the driver does not answer: a click"),
            }
        }
        let element = self.find(role, name).await;
        answered("a click", element.click()).await;
        element
    }

    /// Types into a field, key by key, over what was there.
    pub(crate) async fn fill(&self, field: &str, text: &str) {
        let element = self.click(Role::Field, field).await;
        type_into(&element, &format!("{CONTROL}a{CONTROL}")).await;
        // Line by line: a whole text takes a busy machine longer than one answer may.
        for line in text.split_inclusive('\n') {
            type_into(&element, &line.replace('\n', ENTER)).await;
        }
    }

    /// Types on in the field that has the caret.
    pub(crate) async fn type_on(&self, field: &str, text: &str) {
        type_into(&self.find(Role::Field, field).await, text).await;
    }

    /// Opens a field's list, types to narrow it where that helps, and takes an entry.
    pub(crate) async fn choose(&self, field: &str, typed: &str, entry: &str) {
        let element = self.click(Role::Field, field).await;
        if !typed.is_empty() {
            type_into(&element, typed).await;
        }
        self.click(Role::Option, entry).await;
    }

    /// A field's text now.
    pub(crate) async fn value(&self, field: &str) -> String {
        let element = self.find(Role::Field, field).await;
        answered("a value", element.prop("value"))
            .await
            .unwrap_or_default()
    }

    /// Waits until everything typed in the editor is stored.
    pub(crate) async fn saved(&self) {
        self.until(
            "the page says it is saved",
            "return document.querySelector('[data-save=saved]') !== null",
        )
        .await;
    }

    /// Waits until `script` answers something that is neither null nor false.
    pub(crate) async fn until(&self, why: &str, script: &str) -> Value {
        self.until_with(why, script, Vec::new()).await
    }

    async fn until_with(&self, why: &str, script: &str, values: Vec<Value>) -> Value {
        let until = Instant::now() + APPEARS;
        loop {
            let answer = self.ask(script, values.clone()).await;
            if !answer.is_null() && answer != json!(false) {
                return answer;
            }
            if Instant::now() > until {
                self.picture("failed").await;
                let text = self.ask("return document.body.innerText", Vec::new()).await;
                panic!(
                    "{why}; the window shows: {}",
                    text.as_str().unwrap_or_default()
                );
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// What a script answers in the page.
    pub(crate) async fn ask(&self, script: &str, values: Vec<Value>) -> Value {
        answered("a script", self.client.execute(script, values)).await
    }

    /// What a script hands to its last argument.
    pub(crate) async fn ask_later(&self, script: &str, values: Vec<Value>) -> Value {
        answered("a script", self.client.execute_async(script, values)).await
    }

    /// Calls a command of the app as the page's own code does; its refusal as text where it refuses.
    pub(crate) async fn invoke(&self, command: &str, values: Value) -> Result<Value, String> {
        let mut answer = self.ask_later(INVOKE, vec![json!(command), values]).await;
        match answer.get("refused") {
            Some(refused) => Err(refused
                .as_str()
                .map_or_else(|| refused.to_string(), str::to_owned)),
            None => Ok(answer["ok"].take()),
        }
    }

    /// What the window shows, as a PNG.
    pub(crate) async fn seen(&self) -> Vec<u8> {
        answered("a picture", self.client.screenshot()).await
    }

    /// Keeps a picture of the window.
    pub(crate) async fn picture(&self, name: &str) {
        let painted = self.ask_later(PAINTED, Vec::new()).await;
        assert!(
            name == "failed" || painted == json!(true),
            "every picture on the screen {name} can be shown"
        );
        let png = self.seen().await;
        fs_err::write(self.pictures.join(format!("{name}.png")), png).expect("the picture is kept");
    }

    /// Drops files on the window once it has shown that it takes them, as slowly as a hand does: a drop that comes
    /// while WebKit still asks for the files reaches nobody (wry 0.57, `drag_drop.rs`: the answer counts as a new
    /// entering).
    pub(crate) async fn take(&self, drag: Drag) {
        self.find_text("Lâchez pour importer").await;
        tokio::time::sleep(HAND).await;
        drag.let_go().await;
    }

    /// Leaves the first start behind: French, and straight to the photos.
    pub(crate) async fn settle_in(&self) {
        let settings = json!({ "values": { "settings": { "language": "fr", "welcomed": true } } });
        self.invoke("set_settings", settings)
            .await
            .expect("the settings are taken");
        self.ask("location.hash = '#/photos'; location.reload()", Vec::new())
            .await;
        self.find(Role::Heading, "Déposez vos photos").await;
    }
}

async fn type_into(element: &Element, keys: &str) {
    answered("typing", element.send_keys(keys)).await;
}

async fn answered<T>(what: &str, asked: impl Future<Output = Result<T, CmdError>>) -> T {
    tokio::time::timeout(ANSWER, asked)
        .await
        .unwrap_or_else(|_| panic!("the driver does not answer: {what}"))
        .unwrap_or_else(|error| panic!("the driver refuses {what}: {error}"))
}
