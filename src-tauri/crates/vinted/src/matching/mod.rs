//! Which of the site's options a text means: exactly one, or the person chooses.

pub(crate) mod brand;
pub(crate) mod size;

use crate::page::Choice;

/// What a text means among the options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pick {
    One(Choice),
    /// None fits, or several fit equally well; what the person may choose from.
    Candidates(Vec<String>),
}

/// At most this many candidates are named.
const CANDIDATES: usize = 30;
