//! The signed-off builds: data.
use serde::Deserialize;
use std::path::Path;

/// Larger than any archive of a browser (Chrome for Testing 2026: about 180 MB).
const LARGEST_ARCHIVE: u64 = 1 << 30;

/// Which builds may be downloaded.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// At most one per platform.
    #[serde(default, rename = "build")]
    builds: Vec<Build>,
}

/// One signed-off archive.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Build {
    /// Google's name of the platform, such as `linux64`.
    pub platform: String,
    /// Four numbers, such as `159.0.8154.6`.
    pub version: String,
    /// Below the address of the server.
    pub path: String,
    /// Size of the archive.
    pub bytes: u64,
    /// Of the archive, 64 lower-case hexadecimal digits.
    pub sha256: String,
}

/// The data are wrong. Nothing is downloaded by wrong data.
#[derive(Debug, thiserror::Error)]
pub enum PinError {
    /// Cannot be read.
    #[error("the list of signed-off browsers cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    /// Not the expected shape.
    #[error("the list of signed-off browsers is wrong: {0}")]
    Shape(String),
}

impl Pin {
    /// The list that is part of the app.
    ///
    /// # Errors
    /// [`PinError::Shape`].
    pub fn built_in() -> Result<Self, PinError> {
        Self::parse(include_str!("../../chrome-for-testing.toml"))
    }

    /// A list that the person signed off.
    ///
    /// # Errors
    /// [`PinError`].
    pub fn read(file: &Path) -> Result<Self, PinError> {
        Self::parse(&fs_err::read_to_string(file)?)
    }

    fn parse(text: &str) -> Result<Self, PinError> {
        let pin: Self = toml::from_str(text).map_err(|error| PinError::Shape(error.to_string()))?;
        for build in &pin.builds {
            build.check().map_err(PinError::Shape)?;
        }
        Ok(pin)
    }

    /// The build for this machine; none: no download.
    #[must_use]
    pub fn build_for(&self, platform: &str) -> Option<&Build> {
        self.builds.iter().find(|build| build.platform == platform)
    }
}

impl Build {
    /// Every value becomes a part of a path, an address or a comparison.
    fn check(&self) -> Result<(), String> {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if self.version.split('.').count() != 4 || !self.version.split('.').all(digits) {
            return Err(format!("{:?} is no version", self.version));
        }
        let plain = |part: &str| {
            !matches!(part, "" | "." | "..")
                && part
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        };
        if !self.path.split('/').all(plain) {
            return Err(format!("{:?} is no path", self.path));
        }
        let hexadecimal = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if self.sha256.len() != 64 || !self.sha256.bytes().all(hexadecimal) {
            return Err(format!("{:?} is no SHA-256", self.sha256));
        }
        if self.bytes == 0 || self.bytes > LARGEST_ARCHIVE {
            return Err(format!("{} bytes are not to be believed", self.bytes));
        }
        Ok(())
    }
}

/// Google's name of this machine's platform; none where Chrome for Testing is not made for it.
#[must_use]
pub fn platform() -> Option<&'static str> {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => Some("linux64"),
        ("macos", "aarch64") => Some("mac-arm64"),
        ("macos", "x86_64") => Some("mac-x64"),
        ("windows", "x86_64") => Some("win64"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        [[build]]
        platform = "linux64"
        version = "159.0.8154.6"
        path = "159.0.8154.6/linux64/chrome-linux64.zip"
        bytes = 180000000
        sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    "#;

    #[test]
    fn the_list_in_the_app_is_read() {
        Pin::built_in().unwrap();
    }

    #[test]
    fn a_platform_without_a_signed_off_hash_has_no_download() {
        let pin = Pin::parse(GOOD).unwrap();
        assert!(
            pin.build_for("linux64").is_some(),
            "this one was signed off"
        );
        assert_eq!(pin.build_for("mac-arm64"), None, "no hash, no download");
    }

    #[test]
    fn a_wrong_list_downloads_nothing() {
        for (right, wrong) in [
            ("159.0.8154.6\"", "../x\""),
            ("chrome-linux64.zip", "../../x.zip"),
            ("chrome-linux64.zip", "x.zip?y"),
            ("e3b0", "E3B0"),
            ("e3b0", ""),
            ("180000000", "0"),
            ("180000000", "18000000000"),
            ("bytes", "size"),
        ] {
            let text = GOOD.replacen(right, wrong, 1);
            assert_ne!(text, GOOD, "the change took");
            assert!(
                matches!(Pin::parse(&text), Err(PinError::Shape(_))),
                "{wrong:?} instead of {right:?} was believed"
            );
        }
    }
}
