//! A filled form in a living page, as the use cases hold it.

use std::time::Duration;

use app::ports::{FilledPage, HeldPage, SiteStop, StoredListing, SubmitPermit, Submitted};
use async_trait::async_trait;
use domain::{
    form::{FieldReport, FormContent},
    listing::OwnItem,
};
use tokio_util::sync::CancellationToken;

use crate::{
    flow::{FilledForm, read_form},
    held::HeldTab,
    own_items, readback, submit,
    visit::Visit,
};

/// The page, what it was filled with, and what the form is to show.
pub(crate) struct FilledTab {
    pub(crate) visit: Visit,
    pub(crate) form: FilledForm,
    pub(crate) content: FormContent,
}

impl FilledTab {
    /// Publishes; the permit was taken by the caller.
    pub(crate) async fn publish(&mut self) -> Submitted {
        let submitted = submit::publish(&self.visit).await;
        self.visit.keep_session().await;
        submitted
    }

    /// A stop with what the site said behind it.
    async fn behind<T>(&self, result: Result<T, SiteStop>) -> Result<T, SiteStop> {
        match result {
            Ok(value) => Ok(value),
            Err(stop) => Err(self.visit.reason(stop).await),
        }
    }
}

#[async_trait]
impl FilledPage for FilledTab {
    async fn reread(&mut self) -> Result<Vec<FieldReport>, SiteStop> {
        self.visit.clear().await?;
        let read = read_form(&self.visit, &self.form.expectations).await;
        self.behind(read).await
    }

    async fn own_items(&mut self) -> Result<Vec<OwnItem>, SiteStop> {
        let items = own_items::own_items(&self.visit, &self.form.user.id).await;
        self.behind(items).await
    }

    async fn submit(&mut self, _permit: SubmitPermit) -> Submitted {
        self.publish().await
    }

    async fn await_person(
        &mut self,
        _permit: SubmitPermit,
        patience: Duration,
        cancel: CancellationToken,
    ) -> Submitted {
        if !self.show().await {
            return Submitted::NotSent {
                messages: vec!["this browser cannot be seen".to_owned()],
            };
        }
        let submitted = submit::by_person(&self.visit, patience, cancel).await;
        self.visit.keep_session().await;
        submitted
    }

    async fn read_back(&mut self, listing_id: &str) -> Result<StoredListing, SiteStop> {
        let back = readback::read_back(&self.visit, &self.form, &self.content, listing_id).await;
        self.behind(back).await
    }

    async fn show(&mut self) -> bool {
        self.visit.visible && self.visit.after_all().tab.bring_to_front().await.is_ok()
    }

    async fn hand_over(self: Box<Self>) -> Box<dyn HeldPage> {
        Box::new(HeldTab::of(self.visit).await)
    }

    async fn close(self: Box<Self>) {
        self.visit.end().await;
    }
}
