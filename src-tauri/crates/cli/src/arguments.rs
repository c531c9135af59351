//! What can be typed after `studio`.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

#[derive(Parser)]
#[command(
    name = "studio",
    version,
    about = "From photos of second-hand clothes to listings of your own, in two steps: prepare, then publish on your word.",
    after_help = "The marketplace's terms restrict tools such as this one; nobody can promise an account's safety."
)]
pub(crate) struct Arguments {
    /// Data folder [env: STUDIO_DATA_DIR]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// One JSON document on stdout, nothing else there
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Import photos and make drafts of them, filled from what the photos show
    Import {
        /// Files and folders
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// One draft per group, one for all, or one a photo
        #[arg(long, value_enum, default_value = "auto")]
        group: Group,
    },
    /// List, show, change, check and remove drafts
    #[command(subcommand)]
    Drafts(Drafts),
    /// Fill what is open in drafts from what their photos show; what was typed stays
    Analyze {
        /// Drafts
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
        /// Who looks at the photos; the setting photo_analysis where nobody says
        #[arg(long, value_enum)]
        provider: Option<Provider>,
    },
    /// A vision model of your own: its key, your consent, a test, what it cost
    #[command(subcommand)]
    Model(Model),
    /// Runs over photos: which there are, stop, go on, change their piles, make drafts
    #[command(subcommand)]
    Plans(Plans),
    /// Turn and crop photos; each change can be taken back
    #[command(subcommand)]
    Photos(Photos),
    /// Phones that may add photos: list them, shut one out
    #[command(subcommand)]
    Phones(Phones),
    /// Your own session on the site
    #[command(subcommand)]
    Session(Session),
    /// Your accounts, their countries, budgets and health
    Accounts(Accounts),
    /// Fill the site's form and stop before the publish button
    Prepare {
        /// The draft
        id: String,
        /// Where to save the picture of the filled form
        #[arg(long, value_name = "FILE.png")]
        screenshot: Option<PathBuf>,
        /// Fill the form without photos; the token then serves dry runs only
        #[arg(long)]
        without_photos: bool,
        #[command(flatten)]
        account: Account,
    },
    /// Publish what was prepared; without --live nothing is published
    Publish(Publish),
    /// The queue
    #[command(subcommand)]
    Queue(Queue),
    /// Say what works here
    Doctor {
        /// Also walk the site's form, without publishing
        #[arg(long)]
        site: bool,
        /// Walk it with the site profile in this file
        #[arg(long, value_name = "FILE", requires = "site")]
        profile: Option<PathBuf>,
    },
    /// The browser that is driven
    #[command(subcommand)]
    Browser(Browser),
    /// Read and change settings
    #[command(subcommand)]
    Settings(Settings),
    /// Write all drafts, photos and listings to one file
    Export {
        /// A ZIP file; one of that name is replaced
        #[arg(value_name = "FILE.zip")]
        file: PathBuf,
    },
    /// Put back what an export holds; what is here already stays
    Restore {
        /// A file that `export` wrote
        #[arg(value_name = "FILE.zip")]
        file: PathBuf,
    },
    /// Run the local HTTP API and the queue worker in the foreground; prints its address first
    Serve {
        /// Address; another than this machine's own needs `settings set api_lan=true`
        #[arg(long, default_value = "127.0.0.1:5000", value_name = "ADDR")]
        listen: SocketAddr,
        /// Make another token; the old one opens nothing any more
        #[arg(long)]
        new_token: bool,
        /// Show the window's page to a browser of this machine; prints the link that opens it
        #[arg(long)]
        page: bool,
        /// Work on the practice marketplace instead of the site, as the window does after its first start
        #[arg(long)]
        practice: bool,
        #[command(flatten)]
        phone: Phone,
    },
    /// Run the practice marketplace in the foreground; prints its address first
    Sandbox {
        /// Address on this machine; port 0 takes a free one
        #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDR")]
        listen: SocketAddr,
        /// Keep what is published there in this file
        #[arg(long, value_name = "FILE")]
        state: Option<PathBuf>,
    },
}

/// Letting phones in beside the API.
#[derive(Args)]
pub(crate) struct Phone {
    /// Let a phone of this network add photos; shows the code that pairs it
    #[arg(long)]
    pub(crate) phone: bool,
    /// This machine's address that the phone reaches; found where nothing is said
    #[arg(long, value_name = "ADDR", requires = "phone")]
    pub(crate) phone_address: Option<SocketAddr>,
    /// Encrypt what the phone sends, with a certificate of this installation
    #[arg(long, requires = "phone")]
    pub(crate) phone_encrypted: bool,
    /// Close the phones' door after this time without a photo
    #[arg(long, default_value = "1800", value_name = "SECONDS", requires = "phone",
          value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) phone_idle: u64,
}

/// Who looks at the photos.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Provider {
    /// The analyser that ships with the program; nothing leaves this machine
    Offline,
    /// A model of your own
    Openai,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Group {
    Auto,
    One,
    None,
}

#[derive(Subcommand)]
pub(crate) enum Model {
    /// What is set, what is missing, what it cost this month
    Show,
    /// Keep the key in the vault; it is read from standard input
    Key {
        /// Forget the key that is stored
        #[arg(long)]
        forget: bool,
    },
    /// Without an address: say what would be sent where. With it: allow that
    Consent {
        /// The address, as `studio model consent` shows it
        address: Option<String>,
        /// Take your word back: no photo goes there any more
        #[arg(long, conflicts_with = "address")]
        withdraw: bool,
    },
    /// One tiny question without photos
    Test,
}

#[derive(Subcommand)]
pub(crate) enum Drafts {
    /// All drafts, newest first
    List {
        /// Only those whose gates all hold
        #[arg(long)]
        ready: bool,
        /// Words in title, description, brand or category
        #[arg(long, default_value = "")]
        search: String,
    },
    /// One draft
    Show {
        /// The draft
        id: String,
    },
    /// Change values, all or none
    Set {
        /// The draft
        id: String,
        /// title, description, price_min_cents, price_target_cents, price_max_cents, currency, brand, size, condition,
        /// category, color, material, package_size; an empty value empties the field
        #[arg(required = true, value_name = "KEY=VALUE", value_parser = key_value)]
        values: Vec<(String, String)>,
    },
    /// Take what `analyze` suggests as your own word
    Accept {
        /// The draft
        id: String,
        /// Fields, such as brand; without any: all empty ones of which you said nothing
        #[arg(value_name = "FIELD")]
        fields: Vec<String>,
    },
    /// What the gates say
    Check {
        /// The draft
        id: String,
    },
    /// Take a draft out of the list
    Remove {
        /// The draft
        id: String,
    },
    /// Make drafts of a table (CSV), one a row
    FromTable {
        /// As a spreadsheet writes it, with a head; - reads stdin
        #[arg(value_name = "FILE.csv")]
        file: PathBuf,
        /// Which column holds a field (title=Titre), where its name does not say; an empty column leaves the field out
        #[arg(long = "column", value_name = "FIELD=COLUMN", value_parser = key_value)]
        columns: Vec<(String, String)>,
        /// Only say what would be made
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Subcommand)]
pub(crate) enum Plans {
    /// Those that are kept, newest first
    List,
    /// One with its piles
    Show {
        /// The run
        id: String,
    },
    /// Look at photos that are stored and put them into piles; Ctrl-C stops it
    Start {
        /// Photos (`studio drafts show` names them), 1 to 500
        #[arg(required = true, value_name = "PHOTO")]
        photos: Vec<String>,
    },
    /// Stop a run after the photo that it is at; what was seen is kept
    Stop {
        /// The run
        id: String,
    },
    /// Go on with a run that was stopped or cut short, to its end; Ctrl-C stops it
    Resume {
        /// The run
        id: String,
    },
    /// Join piles: all photos go into the first
    Merge {
        /// The run
        id: String,
        /// Numbers of piles, two or more
        #[arg(required = true, num_args = 2.., value_name = "PILE")]
        piles: Vec<u32>,
    },
    /// Give some photos of a pile one of their own
    Split {
        /// The run
        id: String,
        /// The pile's number
        pile: u32,
        /// Some of its photos, not all
        #[arg(required = true, value_name = "PHOTO")]
        photos: Vec<String>,
    },
    /// Move photos into a pile, from whichever piles they are in
    Move {
        /// The run
        id: String,
        /// The pile's number
        pile: u32,
        /// The photos
        #[arg(required = true, value_name = "PHOTO")]
        photos: Vec<String>,
    },
    /// Take back the latest merge, split or move
    Undo {
        /// The run
        id: String,
        /// Do again what was taken back last
        #[arg(long)]
        redo: bool,
    },
    /// Make a draft of each pile and fill it from its photos
    Drafts {
        /// The run
        id: String,
        /// Descriptions of short facts only
        #[arg(long)]
        minimal: bool,
        /// Also of piles in which no garment or label is seen
        #[arg(long)]
        skip_validation: bool,
    },
}

#[derive(Subcommand)]
pub(crate) enum Photos {
    /// Turn a photo clockwise
    Turn {
        /// The photo (`studio drafts show` names it)
        id: String,
        /// Quarter turns; negative ones go against the clock
        #[arg(
            long,
            default_value = "1",
            allow_hyphen_values = true,
            value_name = "TURNS"
        )]
        by: i32,
    },
    /// Keep a part of a photo
    Crop {
        /// The photo
        id: String,
        /// In pixels of the photo as it is
        #[arg(value_name = "LEFT,TOP,WIDTH,HEIGHT", value_parser = photo_part)]
        part: contract::PhotoPart,
    },
    /// Take back the last turn or crop
    Undo {
        /// The photo
        id: String,
    },
}

fn photo_part(text: &str) -> Result<contract::PhotoPart, String> {
    let numbers: Result<Vec<u32>, _> = text.split(',').map(|n| n.trim().parse()).collect();
    match numbers.as_deref() {
        Ok(&[left, top, width, height]) => Ok(contract::PhotoPart {
            left,
            top,
            width,
            height,
        }),
        _ => Err("four whole numbers with commas between them".to_owned()),
    }
}

#[derive(Subcommand)]
pub(crate) enum Phones {
    /// Those that may add photos, newest first
    List,
    /// Shut one out; what it sent stays
    Remove {
        /// The phone
        id: String,
    },
}

#[derive(Subcommand)]
pub(crate) enum Session {
    /// Take over cookies of your own browser
    Set {
        /// A raw Cookie header, a Netscape cookie file or a browser's JSON export; - reads stdin
        #[arg(long, value_name = "FILE")]
        cookie_file: PathBuf,
        /// The user agent of that browser
        #[arg(long, value_name = "UA")]
        user_agent: String,
        #[command(flatten)]
        account: Account,
    },
    /// Log in yourself in a visible browser
    Login(Account),
    /// Ask the site who you are
    Check(Account),
    /// Erase the stored session
    Forget(Account),
}

#[derive(Args)]
pub(crate) struct Account {
    /// The account's name
    #[arg(long, value_name = "NAME")]
    pub(crate) account: Option<String>,
}

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Publish {
    /// The token that `prepare` gave
    #[arg(required = true)]
    pub(crate) token: Option<String>,
    /// Really publish
    #[arg(long)]
    pub(crate) live: bool,
    /// Press the site's own button yourself, in the browser that opens; the listing is noted here
    #[arg(long, conflicts_with = "live")]
    pub(crate) by_hand: bool,
    /// The same key never publishes twice
    #[arg(long, value_name = "K")]
    pub(crate) idempotency_key: Option<String>,
    #[command(subcommand)]
    pub(crate) command: Option<PublishCommand>,
}

#[derive(Subcommand)]
pub(crate) enum PublishCommand {
    /// Show what is known of a publish whose outcome is unknown, or say yourself what became of it
    Resolve {
        /// The draft
        draft: String,
        #[command(flatten)]
        outcome: Outcome,
    },
}

#[derive(Args)]
#[group(multiple = false)]
pub(crate) struct Outcome {
    /// It was published, under this id
    #[arg(long, value_name = "LISTING_ID")]
    pub(crate) published: Option<String>,
    /// It was not published
    #[arg(long)]
    pub(crate) not_published: bool,
}

#[derive(Subcommand)]
pub(crate) enum Queue {
    /// Queue ready drafts
    Add {
        /// The drafts
        #[arg(required = true)]
        ids: Vec<String>,
        /// Publish: your confirmation of the content as it is now
        #[arg(long)]
        live: bool,
        /// Not before: 19:30, "2026-11-21 19:30" or 2026-11-21T19:30:00+01:00
        #[arg(long, value_name = "TIME")]
        at: Option<String>,
        /// Spread over a window; what it does not hold goes into the same window of the next days
        #[arg(long, num_args = 2, value_names = ["FROM", "TO"], conflicts_with = "at")]
        between: Option<Vec<String>>,
        /// Only say what would go out when; nothing is queued
        #[arg(long)]
        preview: bool,
        #[command(flatten)]
        account: Account,
    },
    /// All jobs
    List,
    /// Whether the queue goes on, and which accounts wait for what
    Status,
    /// Work in the foreground
    Run {
        /// Stop when nothing is left that could run
        #[arg(long)]
        until_empty: bool,
    },
    /// Let a job wait, or all of an account, or all
    Pause(Which),
    /// Let go on what was paused
    Resume(Which),
    /// Try a failed job again
    Retry {
        /// The job
        job: String,
    },
    /// Take a job out of the list
    Remove {
        /// The job
        job: String,
    },
    /// A job's log
    Logs {
        /// The job
        job: String,
        /// Go on until the job has ended
        #[arg(long)]
        follow: bool,
    },
}

#[derive(Clone, Copy, Subcommand)]
pub(crate) enum Browser {
    /// Which browser is driven, and whether one can be downloaded
    Status,
    /// Download the browser that was signed off for this system; goes on where it broke off
    Download,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Which {
    /// The job
    pub(crate) job: Option<String>,
    /// All jobs of this account
    #[arg(long, value_name = "NAME")]
    pub(crate) account: Option<String>,
    /// All jobs
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(Args)]
pub(crate) struct Accounts {
    #[command(subcommand)]
    pub(crate) command: Option<AccountsCommand>,
}

#[derive(Subcommand)]
pub(crate) enum AccountsCommand {
    /// All accounts with their health and budgets; without a command too
    List,
    /// Make an account; its session comes with `session login --account NAME`
    Add(AccountFacts),
    /// Change country or budgets
    Set(AccountFacts),
}

#[derive(Args)]
pub(crate) struct AccountFacts {
    /// The account's name
    pub(crate) name: String,
    /// Where it sells: fr, be, de, uk …
    #[arg(long, value_name = "CC")]
    pub(crate) country: Option<String>,
    /// New listings an hour, 1 to 20; 0: what the settings say
    #[arg(long, value_name = "N")]
    pub(crate) budget_hour: Option<u32>,
    /// New listings a day, 1 to 60; 0: what the settings say
    #[arg(long, value_name = "N")]
    pub(crate) budget_day: Option<u32>,
}

#[derive(Subcommand)]
pub(crate) enum Settings {
    /// All settings, or one
    Get {
        /// Only this one
        key: Option<String>,
    },
    /// Set values, all or none; an empty value removes the setting
    Set {
        /// Such as language=fr
        #[arg(required = true, value_name = "KEY=VALUE", value_parser = key_value)]
        values: Vec<(String, String)>,
    },
}

fn key_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => {
            Ok((key.trim().to_owned(), value.to_owned()))
        }
        _ => Err("expected KEY=VALUE".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn publish_takes_a_token_or_resolve() {
        let parsed = |words: &[&str]| Arguments::try_parse_from(words).is_ok();
        assert!(
            parsed(&["studio", "publish", "v4.local.x", "--live"]),
            "a token is published"
        );
        assert!(!parsed(&["studio", "publish"]), "nothing is not a token");
        assert!(
            parsed(&["studio", "publish", "resolve", "D", "--not-published"]),
            "an unknown outcome is settled"
        );
        assert!(
            parsed(&["studio", "publish", "resolve", "D"]),
            "without a word of the person the evidence is shown"
        );
    }
}
