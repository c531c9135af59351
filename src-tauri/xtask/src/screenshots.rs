//! `cargo xtask screenshots`: pictures of every screen in both themes and languages, into docs/screens.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, ensure};

use crate::place::Place;
use crate::setup::{self, Purpose};
use crate::{browser, node, process};

/// For all pictures, on a slow machine.
const LIMIT: Duration = Duration::from_secs(20 * 60);
/// A picture of the repository is no larger (bytes): some hundred of them go with every clone.
const LARGEST: u64 = 200_000;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Where the pictures go; docs/screens where nothing is said.
    #[arg(long)]
    to: Option<PathBuf>,
    /// Every state of every screen, and the smallest window too.
    #[arg(long)]
    all: bool,
}

/// Builds the page on its fake host and has its own tests take the pictures: what is seen there is what is tested.
pub(crate) fn screenshots(place: &mut Place, options: &Options) -> Result<()> {
    setup::set_up(place, Purpose::Test)?;
    let folder = match &options.to {
        Some(folder) => std::path::absolute(folder)?,
        None => place.ui().with_file_name("docs").join("screens"),
    };
    fs_err::create_dir_all(&folder)?;
    // Of a folder that somebody named nothing is removed: their own pictures may lie there.
    if options.to.is_none() {
        for old in pictures(&folder)? {
            fs_err::remove_file(old)?;
        }
    }
    let mut command = node::script(place, "screens");
    command.env("STUDIO_SCREENS", &folder);
    if options.all {
        command.env("STUDIO_SCREENS_ALL", "1");
    }
    if let Some(browser) = browser::find(place) {
        command.env("STUDIO_BROWSER", browser);
    }
    process::run(&mut command, LIMIT)?;
    let made = pictures(&folder)?;
    ensure!(!made.is_empty(), "No picture was made.");
    let mut bytes = 0;
    for picture in &made {
        let length = fs_err::metadata(picture)?.len();
        ensure!(
            options.to.is_some() || length <= LARGEST,
            "{} has {length} bytes; a picture of the repository has {LARGEST} at most.",
            picture.display()
        );
        bytes += length;
    }
    println!(
        "{} pictures, {} kB, in {}",
        made.len(),
        bytes / 1_000,
        folder.display()
    );
    Ok(())
}

fn pictures(folder: &std::path::Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs_err::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "webp") {
            found.push(path);
        }
    }
    Ok(found)
}
