//! Parts that publishing does not need, and a vault that seals nothing.

use std::path::{Path, PathBuf};

use app::ports::{
    Analyst, Archives, BrowserFound, BrowserOffered, Browsers, Charge, Check, DownloadProgress,
    DownloadStop, Facts, Grouper, ItemKnown, ItemSeen, LookError, Machine, ManifestOf, ModelAccess,
    ModelAddress, ModelAnswer, ModelQuestion, ModelStop, NoModelAnswer, OwnLog, Packed, PhotoFiles,
    PhotoGroup, PhotoPipeline, PhotoRefusal, Processed, RollPhoto, RollPile, SecretError, Secrets,
    SiteStop, VisionModels,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use contract::Code;
use domain::{Photo, PhotoId, photo_edit::Rendering};
use secrecy::{ExposeSecret, SecretBox, SecretSlice};
use tokio_util::sync::CancellationToken;

/// Parts that publishing does not need, and a vault that seals nothing.
pub(crate) struct Nothing;

#[async_trait]
impl Secrets for Nothing {
    async fn seal(&self, _: &str, plain: &SecretSlice<u8>) -> Result<Vec<u8>, SecretError> {
        Ok(plain.expose_secret().to_vec())
    }

    async fn open(&self, _: &str, sealed: &[u8]) -> Result<SecretSlice<u8>, SecretError> {
        Ok(SecretSlice::from(sealed.to_vec()))
    }

    async fn token_key(&self) -> Result<SecretBox<[u8; 32]>, SecretError> {
        Ok(SecretBox::new(Box::new([7; 32])))
    }
}

#[async_trait]
impl PhotoPipeline for Nothing {
    async fn read(&self, _: &Path) -> Result<Vec<u8>, PhotoRefusal> {
        Ok(Vec::new())
    }

    async fn process(
        &self,
        _: Vec<u8>,
        _: &mut (dyn for<'t> FnMut(&'t [u8]) + Send),
    ) -> Result<Processed, PhotoRefusal> {
        Err(PhotoRefusal {
            code: Code::NotAnImage,
            message: "no photos here".into(),
        })
    }

    async fn edit(&self, photo: Vec<u8>, _: Rendering) -> Result<Processed, PhotoRefusal> {
        self.process(photo, &mut |_| {}).await
    }

    async fn shrink(&self, photo: Vec<u8>, _: u32) -> Result<Vec<u8>, PhotoRefusal> {
        Ok(photo)
    }
}

#[async_trait]
impl VisionModels for Nothing {
    fn address(&self, _: &str) -> Result<ModelAddress, String> {
        Err("no model here".into())
    }

    async fn ask(
        &self,
        _: &ModelAccess,
        _: &ModelQuestion,
        _: &CancellationToken,
    ) -> Result<ModelAnswer, ModelStop> {
        Err(ModelStop {
            why: NoModelAnswer::NotThere,
            sentence: "no model here".into(),
            charge: Charge::Nothing,
        })
    }
}

#[async_trait]
impl Browsers for Nothing {
    async fn found(&self) -> Result<BrowserFound, SiteStop> {
        Err(SiteStop::BrowserNotFound("no browser here".into()))
    }

    fn offered(&self) -> Result<BrowserOffered, DownloadStop> {
        Err(DownloadStop::NotOffered("no browser here".into()))
    }

    fn usual_source(&self) -> &'static str {
        ""
    }

    async fn download(
        &self,
        _: &str,
        _: &(dyn Fn(DownloadProgress) + Send + Sync),
        _: &CancellationToken,
    ) -> Result<BrowserFound, DownloadStop> {
        Err(DownloadStop::NotOffered("no browser here".into()))
    }
}

#[async_trait]
impl PhotoFiles for Nothing {
    async fn put(&self, _: &Processed) -> Result<bool, std::io::Error> {
        Ok(false)
    }

    fn picture(&self, sha256: &str) -> PathBuf {
        PathBuf::from(sha256)
    }

    fn thumbnail(&self, sha256: &str) -> PathBuf {
        PathBuf::from(sha256)
    }

    async fn put_preview(&self, name: &str, _: &[u8]) -> Result<PathBuf, std::io::Error> {
        Ok(PathBuf::from(name))
    }

    fn preview(&self, name: &str) -> PathBuf {
        PathBuf::from(name)
    }
}

impl Grouper for Nothing {
    fn group(&self, _: &[Photo]) -> Vec<PhotoGroup> {
        Vec::new()
    }
}

#[async_trait]
impl Analyst for Nothing {
    fn missing(&self) -> Vec<String> {
        vec!["Nobody looks here.".into()]
    }

    fn is_able(&self) -> bool {
        false
    }

    fn version(&self) -> String {
        String::new()
    }

    async fn look(&self, _: &str) -> Result<Facts, LookError> {
        Err(LookError::NoModels(self.missing()))
    }

    async fn piles(&self, _: Vec<RollPhoto>) -> Result<Vec<RollPile>, LookError> {
        Err(LookError::NoModels(self.missing()))
    }

    async fn item(
        &self,
        _: Vec<(PhotoId, Facts)>,
        _: ItemKnown,
        _: DateTime<Utc>,
    ) -> Result<ItemSeen, LookError> {
        Err(LookError::NoModels(self.missing()))
    }
}

#[async_trait]
impl OwnLog for Nothing {
    async fn read(&self, _: &contract::LogQuery) -> std::io::Result<contract::LogPage> {
        Ok(contract::LogPage {
            lines: Vec::new(),
            older: None,
            newest: None,
        })
    }
}

#[async_trait]
impl Machine for Nothing {
    async fn checks(&self) -> Vec<Check> {
        Vec::new()
    }

    fn vault(&self) -> &'static str {
        "file"
    }
}

#[async_trait]
impl Archives for Nothing {
    async fn write(
        &self,
        _: &Path,
        _: std::collections::BTreeMap<String, PathBuf>,
        _: ManifestOf,
        _: CancellationToken,
    ) -> std::io::Result<Packed> {
        Ok(Packed::default())
    }
}

#[async_trait]
impl app::ports::Unpacker for Nothing {
    async fn unpack(
        &self,
        _: &Path,
        _: &Path,
        _: CancellationToken,
    ) -> Result<app::ports::Unpacked, app::ports::UnpackRefused> {
        Err(app::ports::UnpackRefused::Cancelled)
    }
}

#[async_trait]
impl app::ports::Messenger for Nothing {
    async fn post(
        &self,
        _: &str,
        _: &[(&'static str, String)],
        _: String,
        _: std::time::Duration,
    ) -> Result<u16, String> {
        Err("there is no network".into())
    }
}
