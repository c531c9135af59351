//! Brings a machine to the point where the app builds and runs, and its tests too.

use anyhow::Result;

use crate::browser::{self, Need};
use crate::packages::{self, Kind};
use crate::place::Place;
use crate::{node, tools};

/// What the machine is set up for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Building and running the app.
    Run,
    /// Running what CI runs.
    Test,
    /// Running tests of the Rust code: everything of [`Purpose::Test`] but the page.
    RustTest,
}

/// Installs what is missing; where nothing is, it is done in a second.
pub(crate) fn set_up(place: &mut Place, purpose: Purpose) -> Result<()> {
    let mut kinds = vec![Kind::Build];
    if purpose != Purpose::Run {
        kinds.push(Kind::Test);
    }
    let browser = browser::need(place);
    if browser == Need::Package {
        kinds.push(Kind::Browser);
    }
    packages::install_missing(place, &kinds)?;
    if purpose != Purpose::RustTest {
        node::ensure(place)?;
        node::install_page_packages(place)?;
    }
    if browser == Need::Chrome {
        browser::install_chrome(place)?;
    }
    if purpose != Purpose::Run {
        tools::ensure(place)?;
    }
    Ok(())
}
