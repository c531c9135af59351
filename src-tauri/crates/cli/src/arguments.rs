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
    /// Import photos and make drafts of them
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
    /// Your own session on the site
    #[command(subcommand)]
    Session(Session),
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
    },
    /// Read and change settings
    #[command(subcommand)]
    Settings(Settings),
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

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Group {
    Auto,
    One,
    None,
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
    /// The same key never publishes twice
    #[arg(long, value_name = "K")]
    pub(crate) idempotency_key: Option<String>,
    #[command(subcommand)]
    pub(crate) command: Option<PublishCommand>,
}

#[derive(Subcommand)]
pub(crate) enum PublishCommand {
    /// Say yourself what became of a publish whose outcome is unknown
    Resolve {
        /// The draft
        draft: String,
        #[command(flatten)]
        outcome: Outcome,
    },
}

#[derive(Args)]
#[group(required = true, multiple = false)]
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
        /// Not before
        #[arg(long, value_name = "TIME")]
        at: Option<String>,
        /// Spread over a window
        #[arg(long, num_args = 2, value_names = ["FROM", "TO"], conflicts_with = "at")]
        between: Option<Vec<String>>,
    },
    /// All jobs
    List,
    /// Work in the foreground
    Run {
        /// Stop when nothing is left that could run
        #[arg(long)]
        until_empty: bool,
    },
    /// Let a job wait
    Pause {
        /// The job
        job: String,
    },
    /// Let a paused job go on
    Resume {
        /// The job
        job: String,
    },
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
            !parsed(&["studio", "publish", "resolve", "D"]),
            "the person must say which"
        );
    }
}
