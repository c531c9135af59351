//! `studio serve --phone`: photos from a phone, with the code in the terminal.

use std::{
    io::{BufRead, IsTerminal},
    net::IpAddr,
    time::Duration,
};

use app::App;
use contract::{Code, Failure};
use http_api::{Announced, PhoneConfig, PhoneDoor, code_for_terminals, lan_addresses};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::output::note;

/// How to let phones in.
pub(super) struct Phone {
    /// The address that phones reach; none: this machine's on the local network.
    pub(super) address: Option<IpAddr>,
    /// None: the usual one, or a free one where that is taken.
    pub(super) port: Option<u16>,
    /// With the certificate of this installation.
    pub(super) encrypted: bool,
    /// Seconds without a photo after which the door closes.
    pub(super) idle: u64,
}

pub(super) async fn open(app: &App, phone: &Phone) -> Result<PhoneDoor, Failure> {
    let address = match phone.address {
        Some(address) => address,
        None => of_this_machine()?,
    };
    let config = PhoneConfig {
        address,
        port: phone.port,
        encrypted: phone.encrypted,
        announced: if address.is_loopback() {
            Announced::ByAddress
        } else {
            Announced::ByName
        },
        idle: Some(Duration::from_secs(phone.idle)),
    };
    PhoneDoor::open(app.clone(), config)
        .await
        .map_err(http_api::PhoneDoorError::failure)
}

fn of_this_machine() -> Result<IpAddr, Failure> {
    let found = lan_addresses();
    found
        .first()
        .and_then(|lan| lan.address.parse().ok())
        .ok_or_else(|| {
            Failure::new(
                Code::NotAvailable,
                "This computer is on no local network. Connect it to the Wi-Fi of the phone, or name an address with \
                 --phone-address.",
            )
        })
}

/// A link that pairs one phone.
pub(super) fn link(app: &App, door: &PhoneDoor) -> Result<(SecretString, u32), Failure> {
    let code = app.open_pairing()?;
    Ok((door.pairing_link(&code.secret, false), code.seconds))
}

/// What a program gets that asked for it: the link is the very thing that the command is for.
pub(super) fn view(door: &PhoneDoor, link: &SecretString, seconds: u32) -> Value {
    json!({
        "url": door.url(),
        "pairing_url": link.expose_secret(),
        "seconds": seconds,
        "fingerprint": door.view().fingerprint,
    })
}

/// Draws the code on the terminal.
pub(super) fn show(door: &PhoneDoor, link: &SecretString, seconds: u32) -> Result<(), Failure> {
    note(&code_for_terminals(link)?);
    note(&format!(
        "Scan it with the phone's camera; it pairs one phone within {seconds} seconds. Enter shows another."
    ));
    match door.view().fingerprint {
        Some(print) => note(&format!(
            "The phone warns of an unknown certificate. Its SHA-256 is {print}"
        )),
        None => note(
            "Not encrypted: on this network others could read along. --phone-encrypted changes that.",
        ),
    }
    Ok(())
}

/// Shows another code each time Enter is pressed, until `stop`, where a person sits at the terminal.
pub(super) async fn again(app: App, door: &PhoneDoor, stop: CancellationToken) {
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        stop.cancelled().await;
        return;
    }
    let (pressed, mut presses) = mpsc::channel(1);
    // Reading a terminal cannot be called off: a thread of its own, which the end of the process ends.
    std::thread::spawn(move || {
        let mut line = String::new();
        while std::io::stdin()
            .lock()
            .read_line(&mut line)
            .is_ok_and(|read| read > 0)
        {
            line.clear();
            if pressed.blocking_send(()).is_err() {
                return;
            }
        }
    });
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            press = presses.recv() => if press.is_none() {
                stop.cancelled().await;
                return;
            },
        }
        if !door.is_open() {
            note(
                "The phones' door closed by itself: no photo came for a while. Start again to let phones in.",
            );
            continue;
        }
        let shown = link(&app, door).and_then(|(link, seconds)| show(door, &link, seconds));
        if let Err(failure) = shown {
            note(&failure.to_string());
        }
    }
}
