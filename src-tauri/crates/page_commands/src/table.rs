//! A table of another program.

use app::MAX_TABLE;
use contract::{Code, Failure, TableReport, TableRequest};
use tokio::io::AsyncReadExt;

use crate::{Answer, Engine};

/// Makes drafts of a table's rows, or says what it would make.
pub async fn import_table(
    engine: &Engine,
    path: String,
    request: TableRequest,
) -> Answer<TableReport> {
    let unreadable = |error: std::io::Error| {
        Failure::new(
            Code::FileUnreadable,
            format!("The table cannot be read: {error}."),
        )
    };
    let mut table = Vec::new();
    fs_err::tokio::File::open(engine.place(&path)?)
        .await
        .map_err(unreadable)?
        // One byte more tells a file that is too long.
        .take(MAX_TABLE as u64 + 1)
        .read_to_end(&mut table)
        .await
        .map_err(unreadable)?;
    engine.app.import_table(&table, &request).await
}
