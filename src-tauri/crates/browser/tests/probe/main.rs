//! An app to be killed: starts a browser with a page, tells its process id, and waits.
//!
//! `browser-probe <executable> <profile folder> <headless|visible>`
#![allow(clippy::print_stdout, reason = "its caller reads it")]
use browser::{Browser, BrowserError, Launch, find, running_as_root};
use std::path::Path;

#[tokio::main]
async fn main() {
    let args: Vec<String> = std::env::args().collect();
    match run(&args).await {
        Ok(browser) => {
            println!("pid {}", browser.pid());
            std::future::pending::<()>().await;
        }
        Err(error) => println!("error {} {error}", error.code()),
    }
}

async fn run(args: &[String]) -> Result<Browser, BrowserError> {
    let executable = find::find(args.get(1).map(Path::new), None, None).await?;
    let mut launch = Launch::new(executable, args.get(2).map_or("profile", String::as_str));
    launch.headless = args.get(3).is_none_or(|mode| mode == "headless");
    if running_as_root() {
        launch.extra_args.push("--no-sandbox".to_owned());
    }
    let browser = Browser::launch(launch).await?;
    let context = browser.new_context(Vec::new()).await?;
    let page = context.new_page("about:blank").await?;
    page.goto(
        "data:text/html,<p>here</p>",
        std::time::Duration::from_secs(20),
    )
    .await?;
    page.wait_for("p", std::time::Duration::from_secs(5))
        .await?;
    page.click("p").await?;
    // The last window closed is not the end of the browser.
    page.close().await?;
    context.new_page("about:blank").await?;
    Ok(browser)
}
