//! What a person does where the browser does not start: sentences, per system.
use crate::BrowserError;

/// Chooses the words for installing a browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum System {
    Debian,
    Ubuntu,
    Fedora,
    Arch,
    OtherLinux,
    MacOs,
    Windows,
}

impl System {
    pub(crate) fn this() -> Self {
        if cfg!(windows) {
            Self::Windows
        } else if cfg!(target_os = "macos") {
            Self::MacOs
        } else {
            Self::of_release(&fs_err::read_to_string("/etc/os-release").unwrap_or_default())
        }
    }

    /// Reads `ID` and `ID_LIKE` of os-release(5).
    fn of_release(text: &str) -> Self {
        let field = |name: &str| {
            text.lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix('='))
                .unwrap_or_default()
                .trim_matches(['"', '\''])
        };
        let names = format!("{} {}", field("ID"), field("ID_LIKE"));
        names
            .split_whitespace()
            .find_map(|name| match name {
                "debian" => Some(Self::Debian),
                "ubuntu" => Some(Self::Ubuntu),
                "fedora" => Some(Self::Fedora),
                "arch" => Some(Self::Arch),
                _ => None,
            })
            .unwrap_or(Self::OtherLinux)
    }

    /// As the middle of a sentence.
    pub(crate) fn install(self) -> &'static str {
        match self {
            Self::Debian => "install Chromium (sudo apt install chromium)",
            // Ubuntu's chromium package is the snap, which may not use our profile folder.
            Self::Ubuntu => {
                "install Google Chrome (google.com/chrome; Ubuntu's chromium is a snap, which does not work here)"
            }
            Self::Fedora => "install Chromium (sudo dnf install chromium)",
            Self::Arch => "install Chromium (sudo pacman -S chromium)",
            Self::OtherLinux => {
                "install Chromium or Google Chrome as a package of the system (snap and Flatpak do not work here)"
            }
            Self::MacOs => {
                "install Google Chrome (google.com/chrome, or brew install --cask google-chrome)"
            }
            Self::Windows => {
                "install Google Chrome (google.com/chrome, or winget install Google.Chrome) or Microsoft Edge"
            }
        }
    }
}

impl BrowserError {
    /// What happened and what to do about it, as English sentences for a person; none for what is no matter of
    /// the installation.
    #[must_use]
    pub fn advice(&self) -> Option<String> {
        self.advice_on(System::this())
    }

    fn advice_on(&self, system: System) -> Option<String> {
        let install = system.install();
        Some(match self {
            Self::NotFound { named: true, looked, .. } => format!(
                "The browser that was named does not work ({}). Name another, or take the setting away and {install}.",
                looked.first().map(|path| path.display().to_string()).unwrap_or_default()
            ),
            Self::NotFound { .. } => format!("No browser was found. Please {install}."),
            Self::TooOld {
                path,
                version,
                minimum,
            } => format!(
                "{version} at {} is too old: version {minimum} or newer is needed. Update it, or {install}.",
                path.display()
            ),
            Self::RunsAsRoot => "The app runs as root, and there Chromium starts only without its sandbox. Run the \
                 app as an ordinary user. Where that cannot be, as in a container made for it alone, give the \
                 browser the switch --no-sandbox."
                .to_owned(),
            Self::NotStarted { reason, output } => not_started(reason, output, install),
            Self::NoDisplay => "This step needs a visible browser, and there is no display here. Do it in a \
                 session with a screen."
                .to_owned(),
            _ => return None,
        })
    }
}

fn not_started(reason: &str, output: &str, install: &str) -> String {
    if let Some(library) = missing_library(output) {
        return format!(
            "The browser did not start: the library {library} is missing. Please {install}; the package brings \
             its libraries."
        );
    }
    if output.contains("No usable sandbox") {
        return format!(
            "The browser did not start: the system does not let it build its sandbox. A browser installed as a \
             package has the permission: please {install}."
        );
    }
    format!(
        "The browser did not start ({reason}). Open it once by hand to see whether it works; if not, please {install}."
    )
}

/// `chrome: error while loading shared libraries: libnss3.so: cannot open shared object file`
fn missing_library(output: &str) -> Option<&str> {
    let before = output.split(": cannot open shared object").next()?;
    let name = before.rsplit([' ', '\n']).next()?;
    (before.len() < output.len() && name.contains(".so")).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn not_started(output: &str) -> BrowserError {
        BrowserError::NotStarted {
            reason: "exit code 127".to_owned(),
            output: output.to_owned(),
        }
    }

    #[test]
    fn every_reason_says_on_every_system_what_to_install() {
        let errors = [
            BrowserError::NotFound {
                looked: Vec::new(),
                named: false,
            },
            BrowserError::NotFound {
                looked: vec!["/opt/mine".into()],
                named: true,
            },
            BrowserError::TooOld {
                path: "/usr/bin/chromium".into(),
                version: "Chromium 99.0.1.2".to_owned(),
                minimum: 120,
            },
            not_started(
                "chrome: error while loading shared libraries: libnss3.so: cannot open shared object file",
            ),
            not_started("FATAL:zygote_host_impl_linux.cc(128)] No usable sandbox!"),
            not_started(""),
        ];
        let systems = [
            System::Debian,
            System::Ubuntu,
            System::Fedora,
            System::Arch,
            System::OtherLinux,
            System::MacOs,
            System::Windows,
        ];
        for system in systems {
            for error in &errors {
                let advice = error.advice_on(system).unwrap();
                assert!(
                    advice.contains(system.install()),
                    "{system:?}, {error}: {advice}"
                );
            }
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let system = System::Debian;
        let says = |error: &BrowserError, word: &str| {
            let advice = error.advice_on(system).unwrap();
            assert!(advice.contains(word), "{word}: {advice}");
        };
        says(
            &not_started(
                "chrome: error while loading shared libraries: libnss3.so: cannot open shared object file",
            ),
            "the library libnss3.so is missing",
        );
        says(&not_started("No usable sandbox!"), "sandbox");
        says(&not_started(""), "exit code 127");
        says(&BrowserError::RunsAsRoot, "--no-sandbox");
        says(&BrowserError::NoDisplay, "no display");
        assert_eq!(
            BrowserError::PageClosed.advice_on(system),
            None,
            "nothing to install"
        );
    }

    #[test]
    fn systems_are_told_by_their_own_name_or_their_family() {
        for (release, system) in [
            ("ID=debian\n", System::Debian),
            ("ID=ubuntu\nID_LIKE=debian\n", System::Ubuntu),
            ("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", System::Ubuntu),
            ("ID=fedora\n", System::Fedora),
            ("ID=manjaro\nID_LIKE=arch\n", System::Arch),
            ("", System::OtherLinux),
        ] {
            assert_eq!(System::of_release(release), system, "{release:?}");
        }
    }
}
