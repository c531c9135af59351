//! The main job without a window: the sample photos become a listing on the practice marketplace.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io::{BufRead, BufReader, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::place::Place;
use crate::{http, process, run};

/// What a person would add to the draft.
const ADDED_BY_HAND: &str = include_str!("../practice.toml");
/// Kept beside the session, as the site would see it.
const USER_AGENT: &str = "Mozilla/5.0 (practice)";

const START: Duration = Duration::from_secs(30);
const COMMAND: Duration = Duration::from_secs(5 * 60);

/// The command line of the app, logged in at a practice marketplace of its own, with a fresh data folder.
pub(crate) struct Practice<'a> {
    studio: Studio<'a>,
    /// Ends with this value.
    market: Market,
    folder: PathBuf,
}

impl<'a> Practice<'a> {
    /// Starts the marketplace and logs in.
    pub(crate) fn start(place: &'a Place, release: bool) -> Result<Self> {
        let folder = new_folder(&place.target.join("practice"))?;
        let mut studio = Studio {
            place,
            program: place.built("studio", release),
            environment: vec![
                (
                    "STUDIO_DATA_DIR".into(),
                    folder.join("data").display().to_string(),
                ),
                ("STUDIO_HEADLESS".into(), "1".into()),
                // Nobody watches: no pauses between the actions.
                ("STUDIO_PACE".into(), "0".into()),
            ],
        };
        if let Some((name, value, why)) = run::needed_by_root(place)? {
            println!("{why}");
            studio.environment.push((name.into(), value.into()));
        }
        let market = Market::start(&studio)?;
        println!("The practice marketplace runs at {}.", market.url);
        studio
            .environment
            .push(("STUDIO_SITE_URL".into(), market.url.clone()));
        choose_vault(&mut studio)?;
        let account = log_in(&studio, &market, &folder)?;
        println!("Logged in there as {account}.");
        Ok(Self {
            studio,
            market,
            folder,
        })
    }

    /// Runs `studio ARGUMENTS --json`.
    pub(crate) fn json(&self, arguments: &[&str]) -> Result<Value> {
        self.studio.json(arguments)
    }

    /// Sets switches of the marketplace: a JSON object with the ones to change.
    pub(crate) fn switch(&self, switches: &str) -> Result<()> {
        http::post(&format!("{}/practice/switches", self.market.url), switches)
    }

    /// A ready draft of these samples, and how long their import took.
    pub(crate) fn draft(&self, photos: &[&str]) -> Result<(String, Duration)> {
        let folder = self.studio.place.root.join("src-tauri").join("samples");
        let paths: Vec<String> = photos
            .iter()
            .map(|name| folder.join(name).display().to_string())
            .collect();
        let mut import = vec!["import", "--group", "one"];
        import.extend(paths.iter().map(String::as_str));
        let start = Instant::now();
        let imported = self.json(&import)?;
        let took = start.elapsed();
        let draft = imported["drafts"][0]["id"]
            .as_str()
            .context("`studio import` named no draft")?;
        let set = Added::read()?.set_arguments(draft);
        self.json(&set.iter().map(String::as_str).collect::<Vec<_>>())?;
        Ok((draft.to_owned(), took))
    }
}

/// Imports the samples, completes a draft, prepares it, publishes it, and says where all of it lies.
pub(crate) fn publish_a_sample(place: &Place, release: bool) -> Result<()> {
    let practice = Practice::start(place, release)?;
    let (studio, folder) = (&practice.studio, &practice.folder);

    let samples = samples(place)?;
    let mut import = vec!["import", "--group", "auto"];
    import.extend(samples.iter().map(String::as_str));
    let imported = studio.json(&import)?;
    let drafts = imported["drafts"]
        .as_array()
        .context("`studio import` named no drafts")?;
    let photos = &imported["photos"]["stored"];
    println!("{photos} sample photos became {} drafts.", drafts.len());
    for refused in imported["rejected"].as_array().into_iter().flatten() {
        println!("Not taken: {} ({})", refused["path"], refused["code"]);
    }

    let added = Added::read()?;
    let draft = added.draft_of(drafts)?;
    let set = added.set_arguments(draft);
    let completed = studio.json(&set.iter().map(String::as_str).collect::<Vec<_>>())?;
    println!("Completed the draft {}.", completed["title"]);
    if completed["flags"]["publish_ready"] != true {
        bail!(
            "The completed draft is not ready: {}",
            completed["missing_fields"]
        );
    }

    let picture = folder.join("filled-form.png");
    let prepared = studio.json(&[
        "prepare",
        draft,
        "--screenshot",
        &picture.display().to_string(),
    ])?;
    if prepared["needs_manual"] == true {
        bail!(
            "The practice marketplace asked for a person: {}",
            prepared["reason"]
        );
    }
    let token = prepared["confirm_token"]
        .as_str()
        .context("`studio prepare` gave no token")?;
    println!("Filled the form and stopped before the publish button.");
    for (field, report) in prepared["fields"].as_object().into_iter().flatten() {
        if report["state"] == "failed" {
            println!("Not filled: {field} ({report})");
        }
    }

    let key = format!("practice-{draft}");
    let published = studio.json(&["publish", token, "--live", "--idempotency-key", &key])?;
    let listing = published["listing_url"].as_str();
    let listing = listing.with_context(|| format!("nothing was published: {published}"))?;
    let page = http::page(listing)?;
    if page.status != 200 {
        bail!(
            "{listing} answers with {} instead of the listing.",
            page.status
        );
    }

    println!("\nPublished on the practice marketplace: {listing}");
    println!("The picture of the filled form: {}", picture.display());
    println!(
        "Drafts, photos and log of this run: {}",
        folder.join("data").display()
    );
    if std::io::stdin().is_terminal() {
        println!("The address works until you press Enter here.");
        std::io::stdin().read_line(&mut String::new())?;
    } else {
        println!("The practice marketplace ends with this command, and the address with it.");
    }
    Ok(())
}

/// The command line of the app, with the environment of this run.
struct Studio<'a> {
    place: &'a Place,
    program: PathBuf,
    environment: Vec<(String, String)>,
}

impl Studio<'_> {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.place.command(&self.program);
        command
            .args(arguments)
            .envs(self.environment.iter().cloned());
        command
    }

    /// Runs `studio ARGUMENTS --json`; a refusal becomes an error with its code and message.
    fn json(&self, arguments: &[&str]) -> Result<Value> {
        let what = format!("studio {}", arguments.first().unwrap_or(&""));
        let (answer, status) = process::read_any(self.command(arguments).arg("--json"), COMMAND)?;
        let answer: Value = serde_json::from_str(&answer)
            .with_context(|| format!("`{what}` ({status}) did not answer with JSON: {answer}"))?;
        if status.success() {
            return Ok(answer);
        }
        let error = &answer["error"];
        bail!(
            "`{what}` refused: {} ({}) {}",
            error["message"],
            error["code"],
            error["details"]
        )
    }
}

/// The practice marketplace; ends when this value goes.
struct Market {
    process: Child,
    url: String,
}

impl Market {
    fn start(studio: &Studio<'_>) -> Result<Self> {
        let mut command = studio.command(&["sandbox", "--listen", "127.0.0.1:0"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let process = command
            .spawn()
            .context("`studio sandbox` could not be started")?;
        let mut market = Self {
            process,
            url: String::new(),
        };
        let stdout = market
            .process
            .stdout
            .take()
            .context("stdout was asked for")?;
        let (send, receive) = mpsc::channel();
        thread::spawn(move || {
            let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
            // Where the receiver is gone, the run is over.
            let _ = send.send(lines.next());
            // Read on, so that the marketplace never waits for a full pipe.
            lines.for_each(drop);
        });
        let line = receive.recv_timeout(START).ok().flatten();
        let line = line.context("`studio sandbox` did not print its address within 30 s")?;
        line.trim()
            .trim_end_matches('/')
            .clone_into(&mut market.url);
        Ok(market)
    }
}

impl Drop for Market {
    fn drop(&mut self) {
        // Both fail only where it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Takes the passphrase file for this run where there is no keyring to ask.
fn choose_vault(studio: &mut Studio<'_>) -> Result<()> {
    if std::env::var_os("STUDIO_VAULT").is_some() {
        return Ok(());
    }
    let report = studio.json(&["doctor"])?;
    let checks = report["checks"]
        .as_array()
        .context("`studio doctor` named no checks")?;
    if checks
        .iter()
        .any(|check| check["name"] == "vault" && check["ok"] == true)
    {
        return Ok(());
    }
    println!(
        "No keyring answers here: the practice session is sealed with a passphrase made for this \
         run (STUDIO_VAULT=file)."
    );
    studio
        .environment
        .push(("STUDIO_VAULT".into(), "file".into()));
    studio
        .environment
        .push(("STUDIO_VAULT_PASSPHRASE".into(), random_word()));
    Ok(())
}

/// A session of the practice seller, handed over as a person would: in a file.
fn log_in(studio: &Studio<'_>, market: &Market, folder: &Path) -> Result<String> {
    let answer = http::send("POST", &format!("{}/practice/session", market.url))?;
    let session: Value = serde_json::from_str(&answer.body)
        .context("the practice marketplace did not answer with a session")?;
    let cookie = session["cookie"]
        .as_str()
        .context("the session has no cookie")?;
    let file = folder.join("practice-cookie.txt");
    fs_err::write(&file, cookie)?;
    let path = file.display().to_string();
    let outcome = studio.json(&[
        "session",
        "set",
        "--cookie-file",
        &path,
        "--user-agent",
        USER_AGENT,
    ]);
    fs_err::remove_file(&file)?;
    let session = outcome?;
    if session["authenticated"] != true {
        bail!("the practice session was not accepted: {session}");
    }
    Ok(session["username"]
        .as_str()
        .unwrap_or("the practice seller")
        .to_owned())
}

/// The photos of src-tauri/samples, without what is written about them.
fn samples(place: &Place) -> Result<Vec<String>> {
    let mut photos = Vec::new();
    for entry in fs_err::read_dir(place.root.join("src-tauri").join("samples"))? {
        let path = entry?.path();
        let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
        if ["heic", "jpg", "png", "webp"]
            .iter()
            .any(|photo| ending == *photo)
        {
            photos.push(path.display().to_string());
        }
    }
    photos.sort();
    Ok(photos)
}

/// The values of practice.toml.
struct Added(toml::Table);

impl Added {
    fn read() -> Result<Self> {
        Ok(Self(
            ADDED_BY_HAND
                .parse()
                .context("practice.toml cannot be read")?,
        ))
    }

    /// The id of the draft that holds the named photo.
    fn draft_of<'a>(&self, drafts: &'a [Value]) -> Result<&'a str> {
        let photo = self
            .0
            .get("photo")
            .and_then(toml::Value::as_str)
            .unwrap_or_default();
        let holds = |draft: &&Value| {
            let mut photos = draft["photos"].as_array().into_iter().flatten();
            photos.any(|found| found["filename"] == photo)
        };
        let draft = drafts.iter().find(holds);
        let draft = draft.with_context(|| format!("no draft was made of the sample {photo}"))?;
        draft["id"].as_str().context("a draft has no id")
    }

    /// `drafts set ID KEY=VALUE...`
    fn set_arguments(&self, draft: &str) -> Vec<String> {
        let fields = self.0.get("draft").and_then(toml::Value::as_table);
        let values = fields
            .into_iter()
            .flatten()
            .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default().trim()));
        ["drafts", "set", draft]
            .map(str::to_owned)
            .into_iter()
            .chain(values)
            .collect()
    }
}

/// A folder of its own for every run, so that none overwrites another.
fn new_folder(parent: &Path) -> Result<PathBuf> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    fs_err::create_dir_all(parent)?;
    (seconds..seconds + 1000)
        .map(|name| parent.join(name.to_string()))
        .find(|folder| fs_err::create_dir(folder).is_ok())
        .with_context(|| format!("no new folder could be made in {}", parent.display()))
}

/// 256 bits from the system's source of randomness, which seeds every `RandomState`.
fn random_word() -> String {
    (0..4)
        .map(|_| format!("{:016x}", RandomState::new().build_hasher().finish()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_values_added_by_hand_are_whole() {
        let arguments = Added::read().unwrap().set_arguments("some-id");
        assert_eq!(arguments[..3], ["drafts", "set", "some-id"]);
        let keys = [
            "title",
            "category",
            "brand",
            "size",
            "condition",
            "price_target_cents",
        ];
        for key in keys {
            let start = format!("{key}=");
            let given = arguments
                .iter()
                .any(|argument| argument.len() > start.len() && argument.starts_with(&start));
            assert!(given, "the site requires {key}, and photos do not tell it");
        }
    }

    #[test]
    fn the_draft_of_the_named_photo_is_completed() {
        let added = Added::read().unwrap();
        let photo = added.0["photo"].as_str().unwrap();
        let drafts: Vec<Value> = serde_json::from_str(&format!(
            r#"[{{"id":"a","photos":[{{"filename":"x"}}]}},
                {{"id":"b","photos":[{{"filename":"y"}},{{"filename":"{photo}"}}]}}]"#
        ))
        .unwrap();
        assert_eq!(added.draft_of(&drafts).unwrap(), "b");
        assert!(
            added.draft_of(&drafts[..1]).is_err(),
            "another garment must not get its values"
        );
    }
}
