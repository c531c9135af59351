//! The files that a page names: places of this machine, or what it sent before.

use std::{
    collections::{HashMap, HashSet},
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use app::App;
use parking_lot::Mutex;
use uuid::Uuid;

/// How a sent file is named to the page that sent it.
const SENT: &str = "sent:";
/// Longest file names that are kept (characters; four bytes each at most, and file systems take 255 bytes).
const MAX_NAME: usize = 60;
/// Files that wait at once, and their bytes: what a stranger with the key could fill the disk with.
const MOST: usize = 2_000;
const MOST_BYTES: u64 = 8 * 1024 * 1024 * 1024;
/// How long a file stays that no command was given.
const KEPT: Duration = Duration::from_secs(24 * 3600);

/// Where the files lie that a page names.
#[derive(Clone, Debug)]
pub enum Files {
    /// Where the page says: the window itself chose them, or they were dropped on it.
    Here,
    /// Here, and nowhere else of the disk: the page sent them.
    Sent(SentFiles),
}

/// Files that a page sent, each in a folder of its own.
#[derive(Clone, Debug)]
pub struct SentFiles {
    folder: PathBuf,
    /// Bytes of those that wait, by the names of their folders.
    waiting: Arc<Mutex<HashMap<PathBuf, u64>>>,
}

impl SentFiles {
    /// A page of this installation sent files once.
    #[must_use]
    pub fn are_there(app: &App) -> bool {
        folder(app).is_dir()
    }

    /// Of this installation.
    ///
    /// # Errors
    /// The disk's.
    pub async fn of(app: &App) -> io::Result<Self> {
        Self::open(folder(app)).await
    }

    /// Removes files of earlier days that no import needs, one under way in another process included.
    pub async fn tidy(&self, app: &App) {
        let swept = match app.paths_of_open_imports().await {
            Ok(needed) => self.sweep(&needed).await.map_err(|e| e.to_string()),
            Err(failure) => Err(failure.to_string()),
        };
        if let Err(error) = swept {
            tracing::warn!(%error, "files that a page sent could not be swept");
        }
    }

    /// In this folder, which is made.
    async fn open(folder: PathBuf) -> io::Result<Self> {
        fs_err::tokio::create_dir_all(&folder).await?;
        let mut waiting = HashMap::new();
        let mut entries = fs_err::tokio::read_dir(&folder).await?;
        while let Some(entry) = entries.next_entry().await? {
            let bytes = bytes_in(&entry.path()).await?;
            waiting.insert(entry.path(), bytes);
        }
        Ok(Self {
            folder,
            waiting: Arc::new(Mutex::new(waiting)),
        })
    }

    /// A further file of so many bytes may wait here.
    #[must_use]
    pub fn has_room(&self, bytes: u64) -> bool {
        let waiting = self.waiting.lock();
        let there: u64 = waiting.values().sum();
        waiting.len() < MOST && there.saturating_add(bytes) <= MOST_BYTES
    }

    /// Takes over a file that lies on the same disk, and names it for the page. None: too many wait already.
    ///
    /// # Errors
    /// The disk's.
    pub async fn keep(&self, name: &str, file: &Path) -> io::Result<Option<String>> {
        let bytes = fs_err::tokio::metadata(file).await?.len();
        if !self.has_room(bytes) {
            return Ok(None);
        }
        let (id, name) = (Uuid::now_v7(), file_name(name));
        let own = self.folder.join(id.to_string());
        self.waiting.lock().insert(own.clone(), bytes);
        fs_err::tokio::create_dir(&own).await?;
        fs_err::tokio::rename(file, own.join(&name)).await?;
        Ok(Some(format!("{SENT}{id}/{name}")))
    }

    /// Where a sent file lies.
    pub(crate) fn place(&self, named: &str) -> Option<PathBuf> {
        let (id, name) = named.strip_prefix(SENT)?.split_once('/')?;
        let id = Uuid::parse_str(id).ok()?;
        (file_name(name) == name).then(|| self.folder.join(id.to_string()).join(name))
    }

    /// Removes files that are needed no more.
    pub(crate) async fn forget(&self, named: &[String]) {
        let places: Vec<PathBuf> = named.iter().filter_map(|n| self.place(n)).collect();
        self.forget_places(&places).await;
    }

    /// The same by where they lie. What lies elsewhere stays.
    pub(crate) async fn forget_places(&self, places: &[PathBuf]) {
        for own in places.iter().filter_map(|place| place.parent()) {
            if own.parent() == Some(self.folder.as_path()) {
                self.remove(own).await;
            }
        }
    }

    /// Removes files that have waited for a day, but for those `needed` by something that can still be gone on with.
    ///
    /// # Errors
    /// The disk's.
    async fn sweep(&self, needed: &HashSet<PathBuf>) -> io::Result<()> {
        let kept: HashSet<&Path> = needed.iter().filter_map(|file| file.parent()).collect();
        let now = SystemTime::now();
        let mut entries = fs_err::tokio::read_dir(&self.folder).await?;
        while let Some(entry) = entries.next_entry().await? {
            let own = entry.path();
            let age = entry.metadata().await?.modified()?;
            let is_old = now.duration_since(age).is_ok_and(|age| age > KEPT);
            if is_old && !kept.contains(own.as_path()) {
                self.remove(&own).await;
            }
        }
        Ok(())
    }

    async fn remove(&self, own: &Path) {
        match fs_err::tokio::remove_dir_all(own).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(%error, "a file that a page sent stays");
                return;
            }
            _ => {}
        }
        self.waiting.lock().remove(own);
    }
}

fn folder(app: &App) -> PathBuf {
    app.data_dir().join("uploads").join("page")
}

async fn bytes_in(own: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    let mut files = fs_err::tokio::read_dir(own).await?;
    while let Some(file) = files.next_entry().await? {
        bytes += file.metadata().await?.len();
    }
    Ok(bytes)
}

/// The last part of a name from outside, as every file system takes it.
fn file_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last
        .chars()
        .filter(|c| !c.is_control() && !r#"<>:"|?*"#.contains(*c))
        .collect();
    let name = name.trim().trim_matches('.');
    // The end of a long name has its kind.
    let skipped = name.chars().count().saturating_sub(MAX_NAME);
    let name: String = name.chars().skip(skipped).collect();
    let name = name.trim().trim_matches('.');
    let stem = name.split('.').next().unwrap_or_default();
    if name.is_empty() || is_device(stem) {
        return format!("photo{}", &name[stem.len().min(name.len())..]);
    }
    name.to_owned()
}

/// Names that Windows keeps for devices, whatever follows the dot.
fn is_device(stem: &str) -> bool {
    let stem = stem.trim_end().to_ascii_uppercase();
    let numbered = |kind: &str| {
        stem.strip_prefix(kind)
            .is_some_and(|n| n.len() == 1 && n.bytes().all(|b| b.is_ascii_digit()))
    };
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_from_outside_is_a_name_and_no_place() {
        let long = format!("{}.jpg", "é".repeat(300));
        for (given, kept) in [
            ("IMG_1.HEIC", "IMG_1.HEIC"),
            ("../../etc/passwd", "passwd"),
            (r"C:\Users\x\a b.jpg", "a b.jpg"),
            ("a\r\nb<>.jpg", "ab.jpg"),
            ("..", "photo"),
            ("photos/", "photo"),
            ("con.jpg", "photo.jpg"),
            ("COM1", "photo"),
            (".jpg", "jpg"),
        ] {
            assert_eq!(file_name(given), kept, "{given:?}");
            assert_eq!(file_name(kept), kept, "{kept:?} stays as it is");
        }
        let short = file_name(&long);
        assert!(short.len() <= 255 && short.ends_with(".jpg"), "{short}");
    }

    // A folder cannot be opened as a file everywhere.
    #[cfg(unix)]
    #[tokio::test]
    async fn so_many_bytes_wait_and_what_an_import_needs_stays() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("page");
        let sent = SentFiles::open(folder.clone()).await.unwrap();
        let mut places = Vec::new();
        for name in ["a.jpg", "b.jpg", "c.jpg"] {
            let file = root.path().join("body");
            fs_err::write(&file, "xyz").unwrap();
            let named = sent.keep(name, &file).await.unwrap().unwrap();
            places.push(sent.place(&named).unwrap());
        }
        let after_a_start = SentFiles::open(folder.clone()).await.unwrap();
        for sent in [&sent, &after_a_start] {
            assert!(sent.has_room(MOST_BYTES - 9), "nine bytes wait");
            assert!(!sent.has_room(MOST_BYTES - 8), "and count");
        }
        let long_ago = SystemTime::now() - 2 * KEPT;
        for own in &places[..2] {
            let own = fs_err::File::open(own.parent().unwrap()).unwrap();
            own.file().set_modified(long_ago).unwrap();
        }
        let needed = HashSet::from([places[0].clone()]);
        after_a_start.sweep(&needed).await.unwrap();
        let there: Vec<bool> = places.iter().map(|place| place.exists()).collect();
        assert_eq!(
            there,
            [true, false, true],
            "an import needs it, old, of today"
        );
        assert!(after_a_start.has_room(MOST_BYTES - 6), "room again");
        let elsewhere = root.path().join("mine").join("photo.jpg");
        fs_err::create_dir(root.path().join("mine")).unwrap();
        fs_err::write(&elsewhere, "x").unwrap();
        places.push(elsewhere.clone());
        after_a_start.forget_places(&places).await;
        assert!(elsewhere.exists(), "what nobody sent stays");
        assert_eq!(fs_err::read_dir(&folder).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn only_what_was_sent_can_be_named() {
        let root = tempfile::tempdir().unwrap();
        let sent = SentFiles::open(root.path().join("page")).await.unwrap();
        let file = root.path().join("body");
        fs_err::write(&file, "x").unwrap();
        let named = sent.keep("../a.jpg", &file).await.unwrap().unwrap();
        let place = sent.place(&named).unwrap();
        assert_eq!(fs_err::read(&place).unwrap(), b"x", "{named}");
        for other in [
            "/etc/passwd",
            "sent:",
            "sent:../a.jpg",
            "sent:0199e1a0-0000-7000-8000-000000000000/../../a.jpg",
            r"sent:0199e1a0-0000-7000-8000-000000000000/..\a.jpg",
            "sent:0199e1a0-0000-7000-8000-000000000000/",
            "sent:x/a.jpg",
        ] {
            assert_eq!(sent.place(other), None, "{other}");
        }
        sent.sweep(&HashSet::new()).await.unwrap();
        assert!(place.exists(), "it waits for its command");
        sent.forget(&[named, "sent:nonsense".to_owned()]).await;
        assert!(!place.exists(), "and goes with it");
        assert_eq!(
            fs_err::read_dir(root.path().join("page")).unwrap().count(),
            0
        );
    }
}
