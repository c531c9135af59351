//! The curl examples of docs/api.md, run as they stand there.

use std::path::Path;

use acceptance::{Bed, samples};
use tokio::process::Command;

use crate::served::{Served, TOKEN};

#[tokio::test]
async fn the_examples_of_the_documentation_do_what_they_say() {
    if Command::new("curl")
        .arg("--version")
        .output()
        .await
        .is_err()
    {
        // Said, not hidden: there is nothing to run them with.
        panic!("the examples need curl (src-tauri/xtask/packages.toml)");
    }
    let text = fs_err::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/api.md"))
        .unwrap();
    let mut bed = Bed::new().await;
    bed.log_in().await;
    let server = Served::start(&mut bed).await;
    let blocks: Vec<&str> = text
        .split("```sh\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .filter(|block| block.contains("curl"))
        .collect();
    assert!(blocks.len() >= 5, "{} examples", blocks.len());
    let script = format!("set -euo pipefail\n{}", blocks.join("\necho\n"));
    let ran = Command::new("bash")
        .arg("-c")
        .arg(&script)
        .env("URL", &server.url)
        .env("TOKEN", TOKEN)
        .env("PHOTO", &samples()[0])
        .current_dir(bed.folder.path())
        .output()
        .await
        .unwrap();
    let (out, err) = (
        String::from_utf8_lossy(&ran.stdout),
        String::from_utf8_lossy(&ran.stderr),
    );
    assert!(ran.status.success(), "{script}\n{out}\n{err}");
    assert_eq!(
        bed.market.created().len(),
        1,
        "the examples publish one listing: {out}"
    );
}
