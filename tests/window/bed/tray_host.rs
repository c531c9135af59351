//! A desktop's place for tray icons, as the app sees it on the session bus: the watcher of
//! https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem/ and a hand for the menu (com.canonical.dbusmenu).

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use zbus::{
    Connection, Proxy, connection,
    message::Header,
    proxy::{Builder, CacheProperties},
    zvariant::{ObjectPath, OwnedObjectPath, OwnedValue, Structure, Value},
};

/// For the app to register or answer.
const ANSWER: Duration = Duration::from_secs(30);

/// An icon's place on the bus: who, and where in it.
type Place = (String, String);
/// A menu's entry: number, properties, entries below.
type Entry = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

struct Watcher {
    places: Arc<Mutex<Vec<Place>>>,
}

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, service: String, #[zbus(header)] header: Header<'_>) {
        let sender = header.sender().map(ToString::to_string).unwrap_or_default();
        // An app names its object, or a bus name with the object at the usual place.
        let place = if service.starts_with('/') {
            (sender, service)
        } else {
            (service, "/StatusNotifierItem".to_owned())
        };
        self.places
            .lock()
            .expect("no story panics here")
            .push(place);
    }

    fn register_status_notifier_host(&self, _service: String) {}

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        let places = self.places.lock().expect("no story panics here");
        places
            .iter()
            .map(|(name, path)| format!("{name}{path}"))
            .collect()
    }
}

/// A tray that shows icons.
pub(crate) struct TrayHost {
    connection: Connection,
    places: Arc<Mutex<Vec<Place>>>,
}

impl TrayHost {
    /// Takes the watcher's name on the bus.
    pub(crate) async fn new(bus: &str) -> Self {
        let places = Arc::new(Mutex::new(Vec::new()));
        let watcher = Watcher {
            places: Arc::clone(&places),
        };
        let connection = connection::Builder::address(bus)
            .and_then(|b| b.name("org.kde.StatusNotifierWatcher"))
            .and_then(|b| b.serve_at("/StatusNotifierWatcher", watcher))
            .expect("the watcher's place is well formed")
            .build()
            .await
            .expect("the bus takes a watcher");
        Self { connection, places }
    }

    /// The names of the app's menu, as soon as its icon is there; lines between them left out.
    pub(crate) async fn menu(&self) -> Vec<String> {
        self.entries()
            .await
            .into_iter()
            .map(|(_, name)| name)
            .collect()
    }

    /// Waits until the menu is exactly this, then until the icon is the one of this state.
    pub(crate) async fn shows(&self, state: &str, menu: &[&str]) {
        let until = Instant::now() + ANSWER;
        let wanted = pixels(&picture_of(state));
        loop {
            let now = self.menu().await;
            let icon = self.icon().await;
            if now == menu && icon.as_ref() == Some(&wanted) {
                return;
            }
            assert!(
                Instant::now() < until,
                "the icon of {state} ({}) and {menu:?}, not {now:?}",
                icon == Some(wanted)
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The pixels that are shown; none while the file is being written.
    async fn icon(&self) -> Option<Vec<u8>> {
        let (name, path) = self.place().await;
        let item = self.proxy(name, path, "org.kde.StatusNotifierItem").await;
        // A property is asked for each time: nothing here says when it changed.
        let icon: String = item.get_property("IconName").await.ok()?;
        let png = fs_err::read(icon).ok()?;
        pixels_of(&png)
    }

    /// Clicks on an entry of the menu.
    pub(crate) async fn click(&self, name: &str) {
        let entries = self.entries().await;
        let (id, _) = entries
            .iter()
            .find(|(_, n)| n == name)
            .unwrap_or_else(|| panic!("{name} is in {entries:?}"));
        let menu = self.menu_of(&self.place().await).await;
        // The app may be gone before it answers: that is what Quit is for.
        let click = (*id, "clicked", Value::from(0_i32), 0_u32);
        let clicked = menu.call::<_, _, ()>("Event", &click);
        let _ = tokio::time::timeout(ANSWER, clicked)
            .await
            .expect("the menu answers");
    }

    async fn place(&self) -> Place {
        let until = Instant::now() + ANSWER;
        loop {
            let place = self
                .places
                .lock()
                .expect("no story panics here")
                .first()
                .cloned();
            if let Some(place) = place {
                return place;
            }
            assert!(Instant::now() < until, "the app shows an icon in the tray");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn menu_of(&self, (name, path): &Place) -> Proxy<'static> {
        let item = self
            .proxy(name.clone(), path.clone(), "org.kde.StatusNotifierItem")
            .await;
        let menu: OwnedObjectPath = item
            .get_property("Menu")
            .await
            .expect("the icon has a menu");
        self.proxy(name.clone(), menu.to_string(), "com.canonical.dbusmenu")
            .await
    }

    async fn entries(&self) -> Vec<(i32, String)> {
        let menu = self.menu_of(&self.place().await).await;
        let everything = (0_i32, -1_i32, Vec::<&str>::new());
        let asked = menu.call::<_, _, (u32, Entry)>("GetLayout", &everything);
        let (_, (_, _, entries)) = tokio::time::timeout(ANSWER, asked)
            .await
            .expect("the menu answers")
            .expect("the menu has entries");
        entries.into_iter().filter_map(named).collect()
    }

    async fn proxy(&self, name: String, path: String, interface: &'static str) -> Proxy<'static> {
        let path = ObjectPath::try_from(path).expect("the path is well formed");
        Builder::new(&self.connection)
            .destination(name)
            .and_then(|b| b.path(path))
            .and_then(|b| b.interface(interface))
            .expect("the object is well named")
            // What changed since is asked for anew.
            .cache_properties(CacheProperties::No)
            .build()
            .await
            .expect("the object is there")
    }
}

/// The picture of a state that the app has in it.
fn picture_of(state: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../icons/tray");
    fs_err::read(folder.join(format!("{state}-on-dark.png"))).expect("a state's picture")
}

fn pixels(png: &[u8]) -> Vec<u8> {
    pixels_of(png).expect("a picture of ours can be read")
}

/// Red, green, blue and opacity of each pixel.
fn pixels_of(png: &[u8]) -> Option<Vec<u8>> {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
    decoder.set_transformations(
        png::Transformations::normalize_to_color8() | png::Transformations::ALPHA,
    );
    let mut reader = decoder.read_info().ok()?;
    let mut pixels = vec![0; reader.output_buffer_size()?];
    reader.next_frame(&mut pixels).ok()?;
    Some(pixels)
}

/// Number and name of an entry; lines have none.
fn named(entry: OwnedValue) -> Option<(i32, String)> {
    let (id, mut properties, _): Entry = Structure::try_from(entry).ok()?.try_into().ok()?;
    Some((id, properties.remove("label")?.try_into().ok()?))
}
