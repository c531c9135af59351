//! A filled form in a living page, as the use cases hold it.

use app::ports::{FilledPage, HeldPage, SiteStop, StoredListing, SubmitPermit, Submitted};
use async_trait::async_trait;
use domain::{
    form::{FieldReport, FormContent},
    listing::OwnItem,
};

use crate::{
    flow::{FilledForm, read_form},
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
        let submitted = submit::publish(&mut self.visit).await;
        self.visit.keep_session().await;
        submitted
    }
}

#[async_trait]
impl FilledPage for FilledTab {
    async fn reread(&mut self) -> Result<Vec<FieldReport>, SiteStop> {
        self.visit.clear().await?;
        read_form(&self.visit, &self.form.expectations).await
    }

    async fn own_items(&mut self) -> Result<Vec<OwnItem>, SiteStop> {
        own_items::own_items(&self.visit, &self.form.user.id).await
    }

    async fn submit(&mut self, _permit: SubmitPermit) -> Submitted {
        self.publish().await
    }

    async fn read_back(&mut self, listing_id: &str) -> Result<StoredListing, SiteStop> {
        readback::read_back(&self.visit, &self.form, &self.content, listing_id).await
    }

    async fn show(&mut self) -> bool {
        self.visit.visible && self.visit.page.tab.bring_to_front().await.is_ok()
    }

    async fn close(self: Box<Self>) {
        self.visit.end().await;
    }
}

/// A page at which the site asks for the person.
pub(crate) struct HeldTab {
    pub(crate) visit: Visit,
}

#[async_trait]
impl HeldPage for HeldTab {
    async fn show(&mut self) -> bool {
        self.visit.page.tab.bring_to_front().await.is_ok()
    }

    async fn close(self: Box<Self>) {
        self.visit.end().await;
    }
}
