//! What the window serves of the open data: the local API, and the phones' door.

use std::{
    io::ErrorKind,
    net::{IpAddr, SocketAddr},
};

use app::App;
use assembly::Environment;
use contract::{Code, Failure, LanAddress, LocalApiView, PhoneCodeView, PhoneDoorView};
use http_api::{
    Announced, Config, Limits, PhoneConfig, PhoneDoor, PhoneDoorError, Server, StartError,
    code_view, lan_addresses,
};
use page_commands::SentFiles;
use secrecy::SecretString;
use serde_json::Value;
use tokio::sync::Mutex;

/// Where the API listens, where the person named nothing else.
const USUAL: SocketAddr = SocketAddr::new(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 5000);
/// The person switched the API on.
const ON: &str = "api_on";
const LISTEN: &str = "api_listen";
const LAN: &str = "api_lan";

/// The servers of the open data. They end with it.
pub(crate) struct Served {
    app: App,
    /// `STUDIO_TOKEN`.
    token: Option<SecretString>,
    /// `STUDIO_PHONE_ADDRESS`.
    phone_address: Option<IpAddr>,
    api: Mutex<Api>,
    phones: Mutex<Option<PhoneDoor>>,
}

#[derive(Default)]
struct Api {
    server: Option<Server>,
    /// It was to be on, but its address cannot be had, for this reason.
    kept_from: Option<ErrorKind>,
}

impl Served {
    pub(crate) fn new(app: App, environment: &Environment) -> Self {
        Self {
            app,
            token: environment.api_token.clone(),
            phone_address: environment.phone_address,
            api: Mutex::default(),
            phones: Mutex::default(),
        }
    }

    /// Forgets uploads that were given up, and starts the API where the person left it on. What keeps it from starting is
    /// shown in the settings.
    pub(crate) async fn go_on(&self) {
        if let Err(failure) = self.app.sweep_uploads().await {
            tracing::warn!(%failure, "uploads could not be swept");
        }
        if SentFiles::are_there(&self.app) {
            match SentFiles::of(&self.app).await {
                Ok(sent) => sent.tidy(&self.app).await,
                Err(error) => tracing::warn!(%error, "files that a tab sent could not be swept"),
            }
        }
        match self.app.settings(Some(ON)).await {
            Ok(set) if set.settings.get(ON) == Some(&Value::Bool(true)) => {}
            Ok(_) => return,
            Err(failure) => {
                tracing::warn!(%failure, "whether the local API is to be on could not be read");
                return;
            }
        }
        let mut api = self.api.lock().await;
        if let Err(failure) = self.start_api(&mut api).await {
            tracing::warn!(%failure, "the local API is not open");
        }
    }

    pub(crate) async fn local_api(&self) -> Result<LocalApiView, Failure> {
        let api = self.api.lock().await;
        let url = match &api.server {
            Some(server) => server.url(),
            None => format!("http://{}", self.listen_at().await?),
        };
        Ok(LocalApiView {
            on: api.server.is_some(),
            url,
            taken: api.kept_from == Some(ErrorKind::AddrInUse),
            address_refused: api
                .kept_from
                .is_some_and(|kind| kind != ErrorKind::AddrInUse),
        })
    }

    /// Opens or closes the API, and keeps it so for the next start.
    pub(crate) async fn set_local_api(&self, on: bool) -> Result<LocalApiView, Failure> {
        {
            let mut api = self.api.lock().await;
            if on && api.server.is_none() {
                match self.start_api(&mut api).await {
                    // Said in the view, and kept: it is what the person wants.
                    Err(_) if api.kept_from.is_some() => {}
                    started => started?,
                }
            } else if !on {
                api.kept_from = None;
                if let Some(server) = api.server.take() {
                    server.stop().await;
                }
            }
            self.app
                .set_settings(&[(ON.to_owned(), Value::Bool(on))])
                .await?;
        }
        self.local_api().await
    }

    /// For programs that the person lets in.
    pub(crate) async fn api_token(&self) -> Result<SecretString, Failure> {
        match &self.token {
            Some(token) => Ok(token.clone()),
            None => self.app.api_token().await,
        }
    }

    async fn listen_at(&self) -> Result<SocketAddr, Failure> {
        let set = self.app.settings(Some(LISTEN)).await?;
        let named = set.settings.get(LISTEN).and_then(Value::as_str);
        Ok(named.and_then(|text| text.parse().ok()).unwrap_or(USUAL))
    }

    async fn start_api(&self, api: &mut Api) -> Result<(), Failure> {
        let settings = self.app.settings(None).await?;
        let config = Config {
            listen: self.listen_at().await?,
            token: self.api_token().await?,
            lan: settings.settings.get(LAN) == Some(&Value::Bool(true)),
            limits: Limits::of(&settings),
            page: None,
        };
        api.kept_from = None;
        match Server::start(self.app.clone(), config).await {
            Ok(server) => {
                api.server = Some(server);
                Ok(())
            }
            Err(error) => {
                api.kept_from = match &error {
                    StartError::Listen { source, .. } => Some(source.kind()),
                    _ => None,
                };
                Err(error.failure())
            }
        }
    }

    pub(crate) async fn phone_door(&self) -> PhoneDoorView {
        let phones = self.phones.lock().await;
        match phones.as_ref().filter(|door| door.is_open()) {
            Some(door) => PhoneDoorView {
                addresses: self.addresses(),
                ..door.view()
            },
            None => PhoneDoorView {
                open: false,
                url: None,
                name_url: None,
                encrypted: false,
                fingerprint: None,
                seconds_left: None,
                addresses: self.addresses(),
            },
        }
    }

    /// Where phones may be let in, the likeliest first: the address that was named comes before those that were found.
    fn addresses(&self) -> Vec<LanAddress> {
        let mut found = lan_addresses();
        if let Some(named) = self.phone_address.map(|address| address.to_string()) {
            found.retain(|lan| lan.address != named);
            let interface = "STUDIO_PHONE_ADDRESS".to_owned();
            found.insert(
                0,
                LanAddress {
                    address: named,
                    interface,
                },
            );
        }
        found
    }

    /// Lets phones in; one that is open is closed first.
    pub(crate) async fn open_phone_door(
        &self,
        address: Option<&str>,
        encrypted: bool,
    ) -> Result<PhoneDoorView, Failure> {
        let found = self.addresses();
        let address = match address {
            // Only an address of this machine that was offered.
            Some(named) => found.iter().find(|lan| lan.address == named),
            None => found.first(),
        };
        let address: IpAddr = address
            .and_then(|lan| lan.address.parse().ok())
            .ok_or_else(|| {
                Failure::new(
                    Code::NotAvailable,
                    "This computer is on no local network. Connect it to the Wi-Fi of the phone, then try again.",
                )
            })?;
        let mut phones = self.phones.lock().await;
        if let Some(door) = phones.take() {
            door.stop().await;
        }
        let config = PhoneConfig {
            address,
            port: None,
            encrypted,
            announced: if address.is_loopback() {
                Announced::ByAddress
            } else {
                Announced::ByName
            },
            idle: None,
        };
        let door = PhoneDoor::open(self.app.clone(), config)
            .await
            .map_err(PhoneDoorError::failure)?;
        let view = PhoneDoorView {
            addresses: found,
            ..door.view()
        };
        *phones = Some(door);
        drop(phones);
        self.app.phones_door_changed();
        Ok(view)
    }

    pub(crate) async fn close_phone_door(&self) {
        if let Some(door) = self.phones.lock().await.take() {
            door.stop().await;
        }
    }

    /// A new code that pairs one phone, by the door's address or its name.
    pub(crate) async fn phone_code(&self, by_name: bool) -> Result<PhoneCodeView, Failure> {
        let phones = self.phones.lock().await;
        let Some(door) = phones.as_ref().filter(|door| door.is_open()) else {
            return Err(Failure::new(
                Code::NotAvailable,
                "Let phones in first: Settings, Phone and local API.",
            ));
        };
        let code = self.app.open_pairing()?;
        code_view(&door.pairing_link(&code.secret, by_name), code.seconds)
    }

    /// No code pairs a phone any more.
    pub(crate) fn hide_phone_code(&self) {
        self.app.close_pairing();
    }

    /// Ends both; photos that arrived become drafts.
    pub(crate) async fn stop(&self) {
        let api = async {
            if let Some(server) = self.api.lock().await.server.take() {
                server.stop().await;
            }
        };
        tokio::join!(self.close_phone_door(), api);
    }
}

#[cfg(test)]
mod tests {
    use assembly::{Assembled, DataFolder, Options, VaultChoice, assemble};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    fn environment() -> Environment {
        Environment {
            data_dir: None,
            site_url: None,
            browser: None,
            browser_args: Vec::new(),
            models: None,
            vault: VaultChoice::File { passphrase: None },
            pace: 0.0,
            headless: Some(true),
            log: "warn".into(),
            api_token: Some("a-token-of-the-test".to_owned().into()),
            phone_address: Some(IpAddr::from([127, 0, 0, 1])),
            model_address: None,
            model_key: None,
        }
    }

    async fn opened(folder: &std::path::Path) -> Assembled {
        let options = Options {
            folder: DataFolder::choose(Some(folder.to_owned())).unwrap(),
            practice_url: None,
            logs: None,
        };
        assemble(&environment(), options).await.unwrap()
    }

    #[tokio::test]
    async fn the_switches_are_kept_and_say_what_is_in_the_way() {
        let folder = tempfile::tempdir().unwrap();
        let assembled = opened(folder.path()).await;
        let app = assembled.app.clone();
        let served = || Served::new(app.clone(), &environment());
        let another = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = another.local_addr().unwrap();
        let listen = (LISTEN.to_owned(), Value::from(address.to_string()));
        app.set_settings(&[listen]).await.unwrap();

        let first = served();
        first.go_on().await;
        assert!(!first.local_api().await.unwrap().on, "off until asked for");
        let view = first.set_local_api(true).await.unwrap();
        assert!(!view.on && view.taken, "another program has the address");
        assert!(!view.address_refused, "which is one of this machine");
        first.stop().await;
        drop(another);

        // Reserved for documents (RFC 5737): no machine has it.
        let nowhere = (LISTEN.to_owned(), Value::from("192.0.2.1:5000"));
        app.set_settings(&[nowhere, (LAN.to_owned(), Value::Bool(true))])
            .await
            .unwrap();
        let astray = served();
        astray.go_on().await;
        let view = astray.local_api().await.unwrap();
        assert!(
            !view.on && !view.taken && view.address_refused,
            "no other program is to blame: {view:?}"
        );
        let listen = (LISTEN.to_owned(), Value::from(address.to_string()));
        app.set_settings(&[listen, (LAN.to_owned(), Value::Bool(false))])
            .await
            .unwrap();

        let second = served();
        second.go_on().await;
        let view = second.local_api().await.unwrap();
        assert!(view.on && !view.taken, "kept for the next start: {view:?}");
        assert_eq!(view.url, format!("http://{address}"));
        assert!(TcpStream::connect(address).await.is_ok(), "it listens");
        let view = second.set_local_api(false).await.unwrap();
        assert!(!view.on, "switched off");
        assert!(TcpStream::connect(address).await.is_err(), "and closed");
        let third = served();
        third.go_on().await;
        assert!(!third.local_api().await.unwrap().on, "off stays off");

        // No code for a closed door; one that is hidden pairs nobody.
        let closed = third.phone_code(false).await.unwrap_err();
        assert_eq!(closed.code, Code::NotAvailable);
        app.open_pairing().unwrap();
        third.hide_phone_code();
        assert_eq!(app.pairing_seconds_left(), None, "hidden is void");
        let foreign = third.open_phone_door(Some("192.0.2.1"), false).await;
        assert_eq!(
            foreign.map_err(|failure| failure.code),
            Err(Code::NotAvailable),
            "only an address of this machine"
        );

        let open = third.open_phone_door(None, false).await.unwrap();
        let url = open.url.clone().unwrap();
        assert!(
            open.open && url.starts_with("http://127.0.0.1:"),
            "the address that was named comes first: {open:?}"
        );
        let door = url.strip_prefix("http://").unwrap().to_owned();
        assert!(TcpStream::connect(&door).await.is_ok(), "phones get in");
        let code = third.phone_code(true).await.unwrap();
        assert!(code.modules > 20 && !code.path.is_empty(), "{code:?}");
        assert!(app.pairing_seconds_left().is_some());
        third.close_phone_door().await;
        assert!(TcpStream::connect(&door).await.is_err(), "and not any more");
        assert_eq!(app.pairing_seconds_left(), None, "nor by the code");
        assert!(!third.phone_door().await.open);
        third.stop().await;
        assembled.close().await;
    }
}
