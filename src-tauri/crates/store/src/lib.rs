//! SQLite: pools, migrations, one file per table; implements the record ports of `app`.
//!
//! WAL with `synchronous=FULL`: what a call has returned as done is on the disk. One connection writes,
//! several read. The queue's tables belong to the crate `queue`, which works on the same two pools.

mod accounts;
mod backup;
mod budgets;
mod convert;
mod database;
mod draft_rows;
mod drafts;
mod error;
mod health;
mod hook_uses;
mod imports;
mod leftovers;
mod listings;
mod overview;
mod own_model;
mod phones;
mod photo_facts;
mod photo_plans;
mod photos;
mod publish_log;
mod restore;
mod sealed_values;
mod settings;
mod site_brands;
mod suggestions;
mod uploads;
mod versions;
mod webhooks;

pub use database::Database;
pub use error::OpenError;
