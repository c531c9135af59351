//! What a story stands on: the desktop, the page in the window, what others do to the window, the tray's host.

mod desktop;
mod notices;
mod outside;
mod page;
mod process;
mod tray_host;

pub(crate) use desktop::{Desktop, within};
pub(crate) use notices::Notices;
pub(crate) use page::{Page, Role};
pub(crate) use tray_host::TrayHost;
