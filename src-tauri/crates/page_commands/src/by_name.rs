//! The commands by name, as they come over HTTP.

use std::{future::ready, pin::Pin};

use contract::{Code, Failure};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::{Answer, Engine};

type Answering<'a> = Pin<Box<dyn Future<Output = Answer<Value>> + Send + 'a>>;

/// What only a window can do, with what to do instead.
pub const WINDOW_ONLY: &[(&str, &str)] = &[
    (
        "answer_close",
        "Close the tab: `studio serve` goes on until it is ended.",
    ),
    ("close_phone_door", DOOR),
    (
        "export_backup",
        "Run `studio export FILE`, or do it in the window.",
    ),
    ("hide_phone_code", DOOR),
    ("local_api", API),
    ("local_api_token", API),
    (
        "open_data_dir",
        "Open the folder yourself; the settings name it.",
    ),
    ("open_phone_door", DOOR),
    ("phone_code", DOOR),
    ("phone_door", DOOR),
    ("pick_folder", PICK),
    ("pick_photos", PICK),
    ("pick_site_profile", "Choose a site profile in the window."),
    ("pick_table", PICK),
    (
        "restore_backup",
        "Run `studio restore FILE`, or do it in the window.",
    ),
    ("save_problem_report", "The browser saves it."),
    ("set_local_api", API),
    (
        "set_practice",
        "`studio serve --page` works on your own account, with --practice on the practice marketplace: end it and start \
         it again.",
    ),
];

const API: &str = "`studio serve` is the local API: its terminal shows the address and the token.";
const DOOR: &str = "Phones are let in by `studio serve --phone`, or in the window.";
const PICK: &str = "The browser chooses files itself.";

/// One line a command: its name, and its arguments as the function calls them.
macro_rules! commands {
    ($($name:ident($($argument:ident),*);)*) => {
        /// Every command that is answered by name, with its arguments.
        pub const COMMANDS: &[(&str, &[&str])] =
            &[$((stringify!($name), &[$(stringify!($argument)),*])),*];

        /// Calls a command with its arguments, named as the page names them (`draftId`).
        ///
        /// # Errors
        /// `not_available` for what only a window can do, `not_found` for no command at all, `invalid_field` for
        /// arguments of another shape, and whatever the command refuses.
        pub fn answer<'a>(
            engine: &'a Engine,
            command: &str,
            given: Map<String, Value>,
        ) -> Answering<'a> {
            let mut given = Given(given);
            match command {
                $(stringify!($name) => Box::pin(async move {
                    $(let $argument = given.take(stringify!($argument))?;)*
                    given.end()?;
                    told(&crate::$name(engine, $($argument),*).await?)
                }),)*
                other => Box::pin(ready(Err(none(other)))),
            }
        }
    };
}

commands! {
    about();
    doctor(site);
    settings();
    set_settings(values);
    vocabulary();
    open_external(url);
    browser_status();
    download_browser();
    own_model();
    set_model_key(address, key);
    consent_to_model(address);
    withdraw_model_consent();
    test_model();
    analyze_with_model(ids);
    accounts();
    account_add(change);
    account_change(change);
    session_check(account);
    session_login(account);
    session_set(cookie, user_agent, account);
    session_forget(account);
    stop(what);
    paired_phones();
    shut_phone_out(id);
    close_phone_import();
    stop_import(import_id);
    unfinished_imports();
    resume_import(id, import_id);
    close_import(id);
    turn_photo(id, quarter_turns);
    crop_photo(id, part);
    undo_photo_edit(id);
    sample_paths();
    import_photos(import_id, paths, grouping);
    add_draft_photos(id, paths);
    start_plan(photo_ids);
    photo_plan(id);
    photo_plans();
    cancel_plan(id);
    resume_plan(id);
    edit_piles(id, edits);
    undo_piles(id, redo);
    make_plan_drafts(id, minimal, skip_validation);
    analyze_draft(id, provider);
    accept_suggestions(id, fields);
    list_drafts(filter);
    show_draft(id);
    change_draft(id, revision, changes);
    check_draft(id);
    draft_suggestions(id);
    draft_proposals(id);
    remove_draft(id);
    restore_draft(id);
    set_draft_photos(id, photo_ids);
    draft_rows(request);
    draft_ids(query);
    draft_counts(query);
    draft_place(id);
    change_many(change);
    undo_many(undo);
    draft_versions(id);
    revert_draft(id, revision, seen);
    find_brands(typed);
    find_categories(typed, language);
    prepare(draft_id, account);
    publish(token, live);
    publish_by_hand(token);
    publish_evidence(draft_id, look);
    resolve_publish(draft_id, resolution);
    show_browser();
    answer_challenge(draft_id);
    site_check(account, profile);
    queue_add(request);
    queue_plan(request);
    queue_page(query);
    queue_state();
    queue_pause_account(account, paused);
    queue_list();
    queue_act(job_id, action);
    queue_logs(job_id, offset);
    queue_pause_all(paused);
    queue_move(job_id, at);
    own_log(query);
    problem_report();
    import_table(path, request);
}

/// This call may make a listing: it counts on the limit of live publishes.
#[must_use]
pub fn publishes(command: &str, given: &Map<String, Value>) -> bool {
    command == "publish" && given.get("live") == Some(&Value::Bool(true))
}

/// Arguments that were not read yet.
struct Given(Map<String, Value>);

impl Given {
    fn take<T: DeserializeOwned>(&mut self, argument: &str) -> Answer<T> {
        let name = as_the_page_writes(argument);
        let value = self.0.remove(&name).unwrap_or(Value::Null);
        // The parser's own sentence may quote a value, which may be a secret.
        serde_json::from_value(value).map_err(|_| wrong(&name))
    }

    fn end(&self) -> Answer<()> {
        match self.0.keys().next() {
            Some(name) => Err(wrong(name)),
            None => Ok(()),
        }
    }
}

/// `draft_id` as `draftId`.
fn as_the_page_writes(argument: &str) -> String {
    let mut words = argument.split('_');
    let mut name = words.next().unwrap_or_default().to_owned();
    for word in words {
        let (first, rest) = word.split_at(word.len().min(1));
        name.push_str(&first.to_ascii_uppercase());
        name.push_str(rest);
    }
    name
}

fn wrong(name: &str) -> Failure {
    let name: String = name
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '_')
        .take(64)
        .collect();
    Failure::new(
        Code::InvalidField,
        format!("The argument `{name}` has the wrong shape."),
    )
    .with(serde_json::json!({ "fields": { name: Code::InvalidField } }))
}

fn told(answer: &impl Serialize) -> Answer<Value> {
    serde_json::to_value(answer).map_err(|error| {
        tracing::error!(%error, "an answer could not be written");
        Failure::new(
            Code::Internal,
            "Something unforeseen happened. The log has it.",
        )
    })
}

fn none(command: &str) -> Failure {
    match WINDOW_ONLY.iter().find(|(name, _)| *name == command) {
        Some((_, instead)) => Failure::new(Code::NotAvailable, *instead),
        None => Failure::new(Code::NotFound, "There is no such command."),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Of `draftRows: (…) => typedError<…>(__TAURI_INVOKE("draft_rows", { request })),` the name and the arguments.
    fn of_the_page() -> BTreeMap<String, Vec<String>> {
        let bindings = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../../ui/src/lib/host/bindings.ts"
        );
        let text = fs_err::read_to_string(bindings).unwrap();
        let called = text.split("INVOKE(\"").skip(1).map(|call| {
            let call = &call[..call.find("))").unwrap()];
            let (name, given) = call.split_once('"').unwrap();
            let given = given.trim_matches([',', ' ', '{', '}']);
            let arguments = given.split(", ").filter(|a| !a.is_empty());
            (name.to_owned(), arguments.map(str::to_owned).collect())
        });
        called.collect()
    }

    #[test]
    fn every_command_of_the_page_is_answered_or_named_as_the_window_s() {
        let page = of_the_page();
        assert!(page.len() >= 100, "the page's commands are read");
        for (name, arguments) in &page {
            let window = WINDOW_ONLY.iter().any(|(only, _)| only == name);
            let ours = COMMANDS.iter().find(|(ours, _)| ours == name);
            assert!(
                window != ours.is_some(),
                "{name}: put it into `commands!` of page_commands, or into WINDOW_ONLY with what to do instead"
            );
            if let Some((_, ours)) = ours {
                let ours: Vec<String> = ours.iter().map(|a| as_the_page_writes(a)).collect();
                assert_eq!(&ours, arguments, "{name} is called with the same arguments");
            }
        }
        let all = COMMANDS.iter().map(|(name, _)| name);
        for name in all.chain(WINDOW_ONLY.iter().map(|(name, _)| name)) {
            assert!(page.contains_key(*name), "{name} is no command of the page");
        }
    }

    #[test]
    fn a_wrong_argument_is_named_and_its_value_is_not() {
        let mut given = Map::new();
        given.insert("userAgent".into(), Value::String("hunter2".into()));
        let mut given = Given(given);
        let failure = given.take::<u32>("user_agent").unwrap_err();
        assert_eq!(failure.details["fields"]["userAgent"], "invalid_field");
        assert!(!failure.to_string().contains("hunter2"), "{failure}");
        assert!(given.take::<Option<u32>>("account").unwrap().is_none());
        assert!(given.take::<u32>("account").is_err(), "missing");
        given.0.insert("further".into(), Value::Null);
        assert!(given.end().is_err(), "an argument that is none");
    }

    #[test]
    fn a_live_publish_counts_and_a_dry_run_does_not() {
        let live = |live| Map::from_iter([("live".to_owned(), Value::Bool(live))]);
        assert!(publishes("publish", &live(true)));
        assert!(!publishes("publish", &live(false)));
        assert!(!publishes("prepare", &live(true)));
    }
}
