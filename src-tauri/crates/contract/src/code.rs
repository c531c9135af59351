//! The closed set of error codes. A code exists because someone acts on it.

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($( $(#[$doc:meta])* $variant:ident = $text:literal, )+) => {
        /// A stable error code; its text never changes its meaning.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, specta::Type,
        )]
        pub enum Code {
            $( $(#[$doc])* #[serde(rename = $text)] $variant, )+
        }

        impl Code {
            /// All codes, in the order in which they are documented.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Reads a text.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|c| c.as_str() == text)
            }

            /// The code's text.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }
    };
}

codes! {
    // Photos
    /// Not a picture, told by its content.
    NotAnImage = "not_an_image",
    /// A picture of a kind that is not read here.
    UnsupportedFormat = "unsupported_format",
    /// The file has too many bytes.
    FileTooLarge = "file_too_large",
    /// The picture has too many pixels.
    ImageTooLarge = "image_too_large",
    /// The picture cannot be read whole.
    CorruptImage = "corrupt_image",
    /// Reading the picture took too long or too much memory and was ended.
    DecodeLimit = "decode_limit",
    /// This kind of picture is read in isolation only, and this machine cannot isolate.
    IsolationUnavailable = "isolation_unavailable",
    /// The file cannot be opened.
    FileUnreadable = "file_unreadable",
    /// More files than one import takes.
    TooManyFiles = "too_many_files",
    // Drafts
    /// No such thing.
    NotFound = "not_found",
    /// A value has the wrong shape or fits several things; `details` names the field.
    InvalidField = "invalid_field",
    /// The title is longer than 70 characters.
    TitleTooLong = "title_too_long",
    /// The title is not "Category Colour Brand? Size? – Condition".
    TitleForm = "title_form",
    /// Not 5 to 8 factual lines.
    DescriptionLines = "description_lines",
    /// Not 3 to 5 hashtags at the end.
    HashtagsInvalid = "hashtags_invalid",
    /// An emoji.
    EmojiFound = "emoji_found",
    /// A marketing phrase.
    MarketingPhrase = "marketing_phrase",
    /// A superlative.
    SuperlativeFound = "superlative_found",
    /// No title.
    MissingTitle = "missing_title",
    /// No description.
    MissingDescription = "missing_description",
    /// No brand; "Sans marque" is one.
    MissingBrand = "missing_brand",
    /// No size in a category that has sizes.
    MissingSize = "missing_size",
    /// No condition.
    MissingCondition = "missing_condition",
    /// No category.
    MissingCategory = "missing_category",
    /// A price of the three is missing.
    MissingPrice = "missing_price",
    /// Not min ≤ target ≤ max.
    PriceOrder = "price_order",
    /// Outside what the site takes.
    PriceOutOfBounds = "price_out_of_bounds",
    /// No photo.
    MissingPhotos = "missing_photos",
    /// More photos than the site takes: the first 20 are sent.
    TooManyPhotos = "too_many_photos",
    /// More colours than the site takes.
    TooManyColors = "too_many_colors",
    /// More materials than the site takes.
    TooManyMaterials = "too_many_materials",
    /// Longer than the site is said to take.
    DescriptionTooLong = "description_too_long",
    /// No category that is known here; the site decides.
    UnknownCategory = "unknown_category",
    /// The category fits several leaves.
    AmbiguousCategory = "ambiguous_category",
    /// None of the site's colours.
    UnknownColor = "unknown_color",
    /// None of the site's materials.
    UnknownMaterial = "unknown_material",
    /// The draft was changed since.
    DraftChanged = "draft_changed",
    /// A listing exists already.
    AlreadyPublished = "already_published",
    /// The gates do not hold.
    NotReady = "not_ready",
    // Session and vault
    /// No session is stored for the account.
    SessionMissing = "session_missing",
    /// The site does not take the session any more.
    SessionExpired = "session_expired",
    /// The site shows another account than the one expected.
    WrongAccount = "wrong_account",
    /// No keyring, or it is locked.
    VaultUnavailable = "vault_unavailable",
    /// The key that sealed the sessions is gone; a new log-in is needed.
    VaultKeyLost = "vault_key_lost",
    // Publishing
    /// The site asks to confirm that a human sits here.
    CaptchaOrVerification = "captcha_or_verification",
    /// A field was not found on the form.
    FieldNotFound = "field_not_found",
    /// The form shows something else than what was confirmed.
    FormChanged = "form_changed",
    /// The token's 30 minutes are over.
    TokenExpired = "token_expired",
    /// Not a token of this installation.
    TokenInvalid = "token_invalid",
    /// The token has served.
    TokenUsed = "token_used",
    /// The same key or content is published or on its way.
    DuplicatePublish = "duplicate_publish",
    /// The site refused.
    SiteRefused = "site_refused",
    /// It is not known whether the listing was made.
    OutcomeUnknown = "outcome_unknown",
    /// What the site stored differs from what was sent.
    ReadbackMismatch = "readback_mismatch",
    /// What the site stored could not be read, so it was not compared.
    ReadbackUnavailable = "readback_unavailable",
    /// The listing exists and is being reviewed by the site.
    UnderReview = "under_review",
    /// A photo was refused or failed twice; nothing was published.
    PhotoUploadFailed = "photo_upload_failed",
    /// The site asks to wait.
    RateLimited = "rate_limited",
    /// The site does not answer.
    SiteUnreachable = "site_unreachable",
    /// The site answered with an error of its own.
    SiteError = "site_error",
    // A vision model of the person's own
    /// No address, no model or no price of it is set.
    ModelNotSet = "model_not_set",
    /// The person has not allowed photos to go to that address.
    ModelConsentMissing = "model_consent_missing",
    /// The model's server does not answer.
    ModelUnreachable = "model_unreachable",
    /// The model's server does not take the key.
    ModelKeyRefused = "model_key_refused",
    /// The model or its server will not answer this.
    ModelRefused = "model_refused",
    /// The model's server asks to wait.
    ModelBusy = "model_busy",
    /// The model answered what cannot be used.
    ModelAnswerInvalid = "model_answer_invalid",
    /// The next question would pass the month's budget.
    ModelBudgetReached = "model_budget_reached",
    // Machine
    /// No browser was found.
    BrowserNotFound = "browser_not_found",
    /// The browser is older than what can be driven.
    BrowserTooOld = "browser_too_old",
    /// The browser did not start; the message says what to do.
    BrowserNotStarted = "browser_not_started",
    /// The browser died.
    BrowserCrashed = "browser_crashed",
    /// A download broke off; what came is kept and goes on at the next try.
    DownloadFailed = "download_failed",
    /// What was downloaded is not what was signed off; nothing of it is used.
    DownloadRefused = "download_refused",
    /// A visible browser is needed and there is no display.
    NoDisplay = "no_display",
    /// The disk is full.
    StorageFull = "storage_full",
    /// The data folder cannot be used; `details` says why.
    StorageUnavailable = "storage_unavailable",
    /// The data were written by a newer version of the app.
    DataNewer = "data_newer",
    /// The state does not allow it now.
    IllegalTransition = "illegal_transition",
    /// Not built, or not now.
    NotAvailable = "not_available",
    /// The person stopped it.
    Cancelled = "cancelled",
    /// Everything unforeseen; `details.incident` is also in the log.
    Internal = "internal",
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn texts_are_unique_and_what_serde_writes() {
        let texts: BTreeSet<_> = Code::ALL.iter().map(|c| c.as_str()).collect();
        assert_eq!(
            texts.len(),
            Code::ALL.len(),
            "two codes must not share a text"
        );
        for code in Code::ALL {
            assert_eq!(
                serde_json::to_value(code).unwrap(),
                serde_json::json!(code.as_str()),
                "the text in the contract is the text on the wire"
            );
        }
    }
}
