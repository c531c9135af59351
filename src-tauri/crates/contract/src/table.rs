//! Drafts from a table.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Code;

/// How a table is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct TableRequest {
    /// A draft's field to the column that holds it, where the column's own name does not say. An empty column name
    /// leaves the field out.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// Only says what would be made.
    #[serde(default)]
    pub dry_run: bool,
}

/// What became of a table, row by row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct TableReport {
    /// Nothing was made because nobody asked for it.
    pub dry_run: bool,
    /// Which column each field was read from.
    pub columns: BTreeMap<String, String>,
    /// Columns that nothing was read from.
    pub ignored: Vec<String>,
    /// Rows that became drafts, or would.
    pub made: u32,
    /// Rows whose draft is here already; it stays as it is.
    pub here: u32,
    /// Rows that were refused.
    pub refused: u32,
    /// Every row, in order.
    pub rows: Vec<TableRow>,
}

/// One row of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct TableRow {
    /// The line of the file that it begins on, from 1.
    pub line: u32,
    /// `made|here|refused`
    pub outcome: String,
    /// Its draft; null for a row that was refused, and in a dry run.
    pub draft_id: Option<String>,
    /// The title, as far as it could be read.
    pub title: String,
    /// Why it was refused.
    #[schema(value_type = Option<String>)]
    pub code: Option<Code>,
    /// The values at fault, each with a code.
    #[schema(value_type = BTreeMap<String, String>)]
    pub fields: BTreeMap<String, Code>,
    /// What to do, in English.
    pub message: Option<String>,
}
