//! `studio phones`.

use app::App;
use contract::{Failure, PairedPhoneView};
use serde_json::json;

use crate::{arguments::Phones, output::Output};

pub(super) async fn run(app: &App, command: Phones, output: Output) -> Result<(), Failure> {
    if let Phones::Remove { id } = &command {
        app.shut_phone_out(id).await?;
    }
    let phones = app.paired_phones().await?;
    output.view(&json!({ "phones": phones }), |_| {
        phones.iter().map(line).collect::<Vec<_>>().join("\n")
    })
}

fn line(phone: &PairedPhoneView) -> String {
    format!(
        "{}  {}  paired {}, seen {}",
        phone.id, phone.name, phone.paired_at, phone.last_seen
    )
}
