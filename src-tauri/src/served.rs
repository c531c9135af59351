//! What the window serves of the open data: the local API, and the phones' door.

use std::net::{IpAddr, SocketAddr};

use app::App;
use contract::{Code, Failure, LocalApiView, PhoneCodeView, PhoneDoorView};
use http_api::{
    Announced, Config, Limits, PhoneConfig, PhoneDoor, PhoneDoorError, Server, StartError,
    code_view, lan_addresses,
};
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
    api: Mutex<Api>,
    phones: Mutex<Option<PhoneDoor>>,
}

#[derive(Default)]
struct Api {
    server: Option<Server>,
    /// It was to be on, but another program has its address.
    taken: bool,
}

impl Served {
    pub(crate) fn new(app: App, token: Option<SecretString>) -> Self {
        Self {
            app,
            token,
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
            taken: api.taken,
        })
    }

    /// Opens or closes the API, and keeps it so for the next start.
    pub(crate) async fn set_local_api(&self, on: bool) -> Result<LocalApiView, Failure> {
        {
            let mut api = self.api.lock().await;
            if on && api.server.is_none() {
                match self.start_api(&mut api).await {
                    // Said in the view, and kept: it is what the person wants.
                    Err(_) if api.taken => {}
                    started => started?,
                }
            } else if !on {
                api.taken = false;
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
        api.taken = false;
        match Server::start(self.app.clone(), config).await {
            Ok(server) => {
                api.server = Some(server);
                Ok(())
            }
            Err(error) => {
                api.taken = matches!(error, StartError::Listen { .. });
                Err(error.failure())
            }
        }
    }

    pub(crate) async fn phone_door(&self) -> PhoneDoorView {
        let phones = self.phones.lock().await;
        match phones.as_ref().filter(|door| door.is_open()) {
            Some(door) => door.view(),
            None => PhoneDoorView {
                open: false,
                url: None,
                name_url: None,
                encrypted: false,
                fingerprint: None,
                seconds_left: None,
                addresses: lan_addresses(),
            },
        }
    }

    /// Lets phones in; one that is open is closed first.
    pub(crate) async fn open_phone_door(
        &self,
        address: Option<&str>,
        encrypted: bool,
    ) -> Result<PhoneDoorView, Failure> {
        let found = lan_addresses();
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
            announced: Announced::ByName,
            idle: None,
        };
        let door = PhoneDoor::open(self.app.clone(), config)
            .await
            .map_err(PhoneDoorError::failure)?;
        let view = door.view();
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

    /// A new code that pairs one phone.
    pub(crate) async fn phone_code(&self) -> Result<PhoneCodeView, Failure> {
        let phones = self.phones.lock().await;
        let Some(door) = phones.as_ref().filter(|door| door.is_open()) else {
            return Err(Failure::new(
                Code::NotAvailable,
                "Let phones in first: Settings, Phone and local API.",
            ));
        };
        let code = self.app.open_pairing()?;
        code_view(&door.pairing_link(&code.secret), code.seconds)
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
    use assembly::{Assembled, DataFolder, Environment, Options, VaultChoice, assemble};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    async fn opened(folder: &std::path::Path) -> Assembled {
        let environment = Environment {
            data_dir: None,
            site_url: None,
            browser: None,
            browser_args: Vec::new(),
            models: None,
            vault: VaultChoice::File { passphrase: None },
            pace: 0.0,
            headless: Some(true),
            log: "warn".into(),
            api_token: None,
            model_address: None,
            model_key: None,
        };
        let options = Options {
            folder: DataFolder::choose(Some(folder.to_owned())).unwrap(),
            practice_url: None,
            logs: None,
        };
        assemble(&environment, options).await.unwrap()
    }

    #[tokio::test]
    async fn the_switches_are_kept_and_say_what_is_in_the_way() {
        let folder = tempfile::tempdir().unwrap();
        let assembled = opened(folder.path()).await;
        let app = assembled.app.clone();
        let served = || Served::new(app.clone(), Some("a-token-of-the-test".to_owned().into()));
        let another = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = another.local_addr().unwrap();
        let listen = (LISTEN.to_owned(), Value::from(address.to_string()));
        app.set_settings(&[listen]).await.unwrap();

        let first = served();
        first.go_on().await;
        assert!(!first.local_api().await.unwrap().on, "off until asked for");
        let view = first.set_local_api(true).await.unwrap();
        assert!(!view.on && view.taken, "another program has the address");
        first.stop().await;
        drop(another);

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
        let closed = third.phone_code().await.unwrap_err();
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
        third.stop().await;
        assembled.close().await;
    }
}
