//! A whole run with secrets everywhere, and the search afterwards.

use std::path::Path;

use acceptance::{Bed, COMPLETE, Ran, files_below, sample};
use sandbox::switches::{Challenge, ChallengeKind, Stage, Switches, Times};
use secrecy::{ExposeSecret, SecretString};

use crate::{
    needles::{Canary, Hit, Scanner},
    photo::{Told, rationals, telling},
    watch::Watch,
};

/// Errors that are forced, beside the run; `SWEEP=full` forces 300.
const SHORT: usize = 30;
const LONG: usize = 300;

/// What was printed, by command; files are searched where they lie.
#[derive(Default)]
struct Printed(Vec<(String, String)>);

impl Printed {
    fn of(&mut self, arguments: &[&str], ran: Ran) -> Ran {
        let name = arguments[..arguments.len().min(2)].join(" ");
        self.0
            .push((format!("stdout of {name}"), ran.stdout.clone()));
        self.0
            .push((format!("stderr of {name}"), ran.stderr.clone()));
        ran
    }
}

fn secret(name: &str) -> String {
    format!(
        "{name}-{:016x}{:016x}",
        rand::random::<u64>(),
        rand::random::<u64>()
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_is_in_anything_that_was_written() {
    // The person's own files, and nothing of the app's.
    let given = tempfile::tempdir().unwrap();
    // On the disk of the run, so that links keep what is deleted.
    let kept = tempfile::tempdir().unwrap();
    // The first page load goes through the refresh: rotated tokens are written too.
    let switches = Switches {
        stale_access_token: Some(Times::once()),
        ..Switches::default()
    };
    let mut bed = Bed::with(switches).await;
    let passphrase = secret("passphrase");
    let (token, api_key) = (secret("studio"), secret("sk"));
    for (name, value) in [
        ("STUDIO_LOG", "trace"),
        ("STUDIO_VAULT_PASSPHRASE", &passphrase),
        ("STUDIO_TOKEN", &token),
        ("OPENAI_API_KEY", &api_key),
    ] {
        bed.set(name, value);
    }
    // Temporary files, caches and configuration of all programs lie below, too.
    for (name, folder) in [
        ("TMPDIR", "tmp"),
        ("HOME", "home"),
        ("XDG_CACHE_HOME", "home/cache"),
        ("XDG_CONFIG_HOME", "home/config"),
        ("XDG_DATA_HOME", "home/share"),
        ("XDG_RUNTIME_DIR", "run"),
    ] {
        let folder = bed.folder.path().join(folder);
        fs_err::create_dir_all(&folder).unwrap();
        bed.set(name, &folder.display().to_string());
    }
    let told = Told {
        owner: secret("owner"),
        artist_email: format!("{}@example.org", secret("mail")),
        phone: "+33 6 98 76 54 32 10".to_owned(),
        address: format!("17 rue {}, 59000 Lille", secret("des")),
        iban: "FR7630006000011234567890189".to_owned(),
        body_serial: secret("body"),
        lens_serial: secret("lens"),
        document_id: secret("xmp.did"),
        gps_text: "50,37.8417231N".to_owned(),
        latitude: [50, 37, 1749],
        longitude: [3, 4, 2911],
    };
    let photo = given.path().join("IMG_0001.JPG");
    let jpeg = fs_err::read(sample("IMG_2043.JPG")).unwrap();
    fs_err::write(&photo, telling(&jpeg, &told)).unwrap();

    let session = bed.market.session_cookie(sandbox::DEMO_LOGIN);
    let of_session = |name: &str| {
        let value = session
            .split("; ")
            .find_map(|pair| pair.strip_prefix(&format!("{name}=")));
        value
            .unwrap_or_else(|| panic!("the session has {name}"))
            .to_owned()
    };
    let (datadome, clearance, fr_session, bank) = (
        secret("dd"),
        secret("cf"),
        secret("frsession"),
        secret("bank"),
    );
    let cookies = given.path().join("cookies.txt");
    fs_err::write(
        &cookies,
        format!("{session}; datadome={datadome}; cf_clearance={clearance}; _vinted_fr_session={fr_session}"),
    )
    .unwrap();
    let export = given.path().join("cookies.json");
    fs_err::write(
        &export,
        serde_json::json!([
            { "name": "sid", "value": bank, "domain": ".bank.example", "path": "/" },
            { "name": "access_token_web", "value": of_session("access_token_web"), "domain": "127.0.0.1", "path": "/" },
        ])
        .to_string(),
    )
    .unwrap();

    let watch = Watch::start(bed.folder.path(), kept.path());
    let mut printed = Printed::default();
    let text = |path: &Path| path.display().to_string();
    let set = ["session", "set", "--user-agent", "Story/1", "--cookie-file"];
    let first = text(&cookies);
    let view = step(&bed, &mut printed, &[&set[..], &[&first]].concat())
        .await
        .done();
    assert_eq!(view["authenticated"], true, "the session works: {view}");
    let second = text(&export);
    let other = [&set[..], &[&second, "--account", "second"]].concat();
    let _ = step(&bed, &mut printed, &other).await;

    let imported = step(
        &bed,
        &mut printed,
        &["import", &text(&photo), "--group", "one"],
    )
    .await
    .done();
    assert_eq!(
        imported["photos"]["stored"], 1,
        "the photo is taken: {imported}"
    );
    let id = imported["drafts"][0]["id"].as_str().unwrap().to_owned();
    let complete = [&["drafts", "set", &id], &COMPLETE[..]].concat();
    let _ = step(&bed, &mut printed, &complete).await.done();
    let _ = step(&bed, &mut printed, &["session", "check"]).await.done();
    // The token goes to the person: stdout of `prepare` is the one place where it may stand.
    let prepare = bed.studio(&["prepare", &id, "--account", "main"]).await;
    let confirm = prepare.json["confirm_token"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    assert!(
        !confirm.is_empty(),
        "a token: {} {}",
        prepare.stdout,
        prepare.stderr
    );
    let mut without_token = prepare;
    assert_eq!(
        without_token.stdout.matches(&confirm).count(),
        1,
        "the token is told once"
    );
    without_token.stdout = without_token.stdout.replace(&confirm, "");
    let _ = printed.of(&["prepare"], without_token);
    let _ = step(&bed, &mut printed, &["publish", &confirm])
        .await
        .done();
    let _ = step(&bed, &mut printed, &["queue", "add", &id])
        .await
        .done();
    let ran = step(&bed, &mut printed, &["queue", "run", "--until-empty"])
        .await
        .done();
    let job = ran["jobs"][0]["id"].as_str().unwrap().to_owned();
    let _ = step(&bed, &mut printed, &["queue", "logs", &job])
        .await
        .done();
    let live = step(&bed, &mut printed, &["publish", &confirm, "--live"])
        .await
        .done();
    assert!(live["listing_id"].is_string(), "published: {live}");
    let zip = text(&bed.folder.path().join("all.zip"));
    let _ = step(&bed, &mut printed, &["export", &zip]).await.done();
    for arguments in [
        vec!["doctor"],
        vec!["settings", "get"],
        vec!["drafts", "list"],
        vec!["queue", "list"],
    ] {
        let _ = step(&bed, &mut printed, &arguments).await.done();
    }
    let canaries = {
        let id_file = bed.data().join("installation-id");
        let scope = vault::VaultScope {
            service: "VintedBot Studio".to_owned(),
            name: fs_err::read_to_string(id_file).unwrap().trim().to_owned(),
        };
        let kind = vault::VaultKind::File {
            path: bed.data().join("vault.key"),
            passphrase: SecretString::from(passphrase.clone()),
        };
        let opened = vault::Vault::open(kind, scope, vault::OpenOptions::default())
            .await
            .unwrap();
        vec![
            Canary::new("access token", of_session("access_token_web")),
            // What the site rotated to begins like the first one.
            Canary::new(
                "rotated access token",
                &of_session("access_token_web")[..60],
            ),
            Canary::new("refresh token", of_session("refresh_token_web")),
            Canary::new("v_udt cookie", of_session("v_udt")),
            Canary::new("anon_id cookie", of_session("anon_id")),
            Canary::new("datadome cookie", &datadome),
            Canary::new("cf_clearance cookie", &clearance),
            Canary::new("site's session cookie", &fr_session),
            Canary::new("another site's cookie", &bank),
            Canary::new("STUDIO_TOKEN", &token),
            Canary::new("vault passphrase", &passphrase),
            Canary::new("OPENAI_API_KEY", &api_key),
            Canary::new(
                "key of confirm tokens",
                opened.token_key().unwrap().expose_secret(),
            ),
            Canary::new("confirm token", &confirm),
            Canary::new("e-mail", &told.artist_email),
            Canary::new("phone", &told.phone),
            Canary::new("address", &told.address),
            Canary::new("IBAN", &told.iban),
            Canary::new("latitude", rationals(told.latitude)),
            Canary::new("longitude", rationals(told.longitude)),
            Canary::new("latitude as text", &told.gps_text),
            Canary::new("camera serial", &told.body_serial),
            Canary::new("lens serial", &told.lens_serial),
            Canary::new("owner", &told.owner),
        ]
    };
    assert_eq!(canaries.len(), 24);
    let errors = force_errors(
        &mut bed,
        &mut printed,
        &canaries,
        given.path(),
        &photo,
        &cookies,
        &id,
    )
    .await;

    let processes = watch.end();
    let studio = acceptance::studio();
    let scanner = Scanner::new(&canaries);
    let mut hits: Vec<Hit> = Vec::new();
    let (mut files, mut bytes) = (0_usize, 0_usize);
    let mut all = files_below(bed.folder.path());
    all.extend(files_below(kept.path()));
    for path in &all {
        // A browser's socket or a file of another's making may not open; ours all do.
        let Ok(content) = fs_err::read(path) else {
            continue;
        };
        files += 1;
        bytes += content.len();
        hits.extend(scanner.scan(&path.display().to_string(), &content));
    }
    for (place, content) in &printed.0 {
        bytes += content.len();
        hits.extend(scanner.scan(place, content.as_bytes()));
    }
    let mut children = 0_usize;
    for process in &processes {
        let of_studio = process.program == studio;
        let decoder = of_studio && !process.arguments.windows(6).any(|w| w == b"--json");
        let arguments = scanner.scan(
            &format!("arguments of {}", shown(&process.arguments)),
            &process.arguments,
        );
        // The test itself gave the token to `studio publish TOKEN`, as the contract has it.
        hits.extend(
            arguments
                .into_iter()
                .filter(|h| !(of_studio && h.canary == "confirm token")),
        );
        if of_studio && !decoder {
            // The test itself gave these to `studio`: STUDIO_TOKEN, STUDIO_VAULT_PASSPHRASE, OPENAI_API_KEY.
            continue;
        }
        children += 1;
        hits.extend(scanner.scan(
            &format!("environment of {}", shown(&process.arguments)),
            &process.environment,
        ));
    }
    hits.sort();
    hits.dedup();
    println!(
        "secrets: {} canaries, 10 encodings, {files} files, {:.1} MB, {} processes ({children} children), \
         {errors} forced errors, {} hits",
        canaries.len(),
        bytes as f64 / 1e6,
        processes.len(),
        hits.len()
    );
    assert!(
        files > 20 && children > 2,
        "what was searched is hardly a run: {files} files, {children} children"
    );
    assert!(hits.is_empty(), "secrets were written: {hits:#?}");

    // The search can find: a control in the data folder is seen on the same way.
    let control = bed.data().join("logs/control");
    fs_err::write(
        &control,
        crate::needles::encoded(&canaries[0].value, "base64 shifted by 1").concat(),
    )
    .unwrap();
    let found = files_below(bed.folder.path())
        .iter()
        .flat_map(|p| scanner.scan("control", &fs_err::read(p).unwrap_or_default()))
        .count();
    assert!(found > 0, "the planted control is found");
}

async fn step(bed: &Bed, printed: &mut Printed, arguments: &[&str]) -> Ran {
    let ran = bed.studio(arguments).await;
    printed.of(arguments, ran)
}

/// 1 where the command was refused, or refused a file.
fn failed(ran: &Ran) -> usize {
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    usize::from(ran.code != 0 || ran.stdout.contains("\"rejected\":[{"))
}

/// Commands that fail with a secret in their hands.
async fn force_errors(
    bed: &mut Bed,
    printed: &mut Printed,
    canaries: &[Canary],
    given: &Path,
    photo: &Path,
    cookies: &Path,
    id: &str,
) -> usize {
    let wanted = if std::env::var("SWEEP").is_ok_and(|v| v == "full") {
        LONG
    } else {
        SHORT
    };
    let mut forced = 0;
    // A site that asks for a person, at the form.
    let mut switches = bed.market.switches();
    switches.challenge = Some(Challenge {
        kind: ChallengeKind::DatadomePage,
        stage: Stage::Open,
        status: None,
        times: None,
    });
    bed.market.set_switches(switches);
    forced += failed(&step(bed, printed, &["prepare", id]).await);
    let mut round = 0;
    while round < wanted {
        let before = forced;
        let value = &canaries[round % canaries.len()].value;
        let ugly = given.join(format!("{round}.bin"));
        let path = ugly.display().to_string();
        let set_from_file = [
            "session",
            "set",
            "--user-agent",
            "Story/1",
            "--cookie-file",
            &path,
        ];
        match round % 5 {
            // A token that is none, cut out of secret bytes.
            0 => {
                // The argument itself is the test's own gift, so it is no canary but looks like the real token.
                let forged = format!("v4.local.{}", "A".repeat(80 + round));
                forced += failed(&step(bed, printed, &["publish", &forged, "--live"]).await);
            }
            // A cookie file that holds a secret and no cookie.
            1 => {
                fs_err::write(&ugly, value).unwrap();
                let ran = bed
                    .command(&set_from_file)
                    .env("STUDIO_SITE_URL", "http://127.0.0.1:9")
                    .output()
                    .await
                    .unwrap();
                forced += usize::from(!ran.status.success());
                printed.0.push((
                    "stdout of a broken session set".into(),
                    String::from_utf8_lossy(&ran.stdout).into(),
                ));
                printed.0.push((
                    "stderr of a broken session set".into(),
                    String::from_utf8_lossy(&ran.stderr).into(),
                ));
            }
            // A photo that is none, or ends in the middle of what it tells.
            2 => {
                fs_err::write(&ugly, [b"\xff\xd8\xff\xe1", value.as_slice()].concat()).unwrap();
                forced += failed(&step(bed, printed, &["import", &path]).await);
            }
            3 => {
                let whole = fs_err::read(photo).unwrap();
                fs_err::write(&ugly, &whole[..600 + round]).unwrap();
                forced += failed(&step(bed, printed, &["import", &path]).await);
            }
            // A passphrase that does not fit, a site that does not answer, a session file that is damaged JSON.
            _ => {
                let whole = fs_err::read(cookies).unwrap();
                fs_err::write(
                    &ugly,
                    [b"[{\"name\":\"a\",\"value\":\"".as_slice(), &whole].concat(),
                )
                .unwrap();
                forced += failed(&step(bed, printed, &set_from_file).await);
                let wrong = bed
                    .command(&["publish", "v4.local.AAAA"])
                    .env("STUDIO_VAULT_PASSPHRASE", "another one")
                    .output()
                    .await
                    .unwrap();
                forced += usize::from(!wrong.status.success());
                printed.0.push((
                    "stdout of a wrong passphrase".into(),
                    String::from_utf8_lossy(&wrong.stdout).into(),
                ));
                printed.0.push((
                    "stderr of a wrong passphrase".into(),
                    String::from_utf8_lossy(&wrong.stderr).into(),
                ));
            }
        }
        assert!(forced > before, "round {round} ends in an error");
        round += 1;
    }
    forced
}

fn shown(arguments: &[u8]) -> String {
    let text = String::from_utf8_lossy(&arguments[..arguments.len().min(120)]).into_owned();
    text.replace('\0', " ")
}
