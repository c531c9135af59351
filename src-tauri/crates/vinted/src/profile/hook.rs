use domain::form::Field;
use serde::{Deserialize, Serialize};

/// Everything on the site's pages that the app finds. The names are those of the profile file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the profile file says what each is
pub enum Hook {
    NewListingLink,
    JoinLink,
    UserMenu,
    Photos,
    PhotoThumbnail,
    Title,
    Description,
    Category,
    CategoryPanel,
    CategoryBranch,
    CategoryLeaf,
    CategoryBack,
    CategorySearch,
    CategoryResult,
    Brand,
    BrandPanel,
    BrandSearch,
    BrandNone,
    Size,
    SizePanel,
    Condition,
    ConditionPanel,
    Color,
    ColorPanel,
    Material,
    MaterialPanel,
    Price,
    PriceSuggestion,
    PackageCell,
    PackageRadio,
    PanelDone,
    PanelToggle,
    Publish,
    ErrorMessage,
    Dialog,
    AuthenticityDialog,
    DialogClose,
    CookieBanner,
}

impl Hook {
    /// What a profile need not have: profiles from before know nothing of it, and the form is filled without it.
    pub const OPTIONAL: [Self; 1] = [Self::PriceSuggestion];

    /// The others; a profile must have ways for each.
    pub const ALL: [Self; 37] = [
        Self::NewListingLink,
        Self::JoinLink,
        Self::UserMenu,
        Self::Photos,
        Self::PhotoThumbnail,
        Self::Title,
        Self::Description,
        Self::Category,
        Self::CategoryPanel,
        Self::CategoryBranch,
        Self::CategoryLeaf,
        Self::CategoryBack,
        Self::CategorySearch,
        Self::CategoryResult,
        Self::Brand,
        Self::BrandPanel,
        Self::BrandSearch,
        Self::BrandNone,
        Self::Size,
        Self::SizePanel,
        Self::Condition,
        Self::ConditionPanel,
        Self::Color,
        Self::ColorPanel,
        Self::Material,
        Self::MaterialPanel,
        Self::Price,
        Self::PackageCell,
        Self::PackageRadio,
        Self::PanelDone,
        Self::PanelToggle,
        Self::Publish,
        Self::ErrorMessage,
        Self::Dialog,
        Self::AuthenticityDialog,
        Self::DialogClose,
        Self::CookieBanner,
    ];

    /// What is found for a field of the form. For the parcel size it is the option `{id}`.
    #[must_use]
    pub fn of(field: Field) -> Self {
        match field {
            Field::Photos => Self::Photos,
            Field::Title => Self::Title,
            Field::Description => Self::Description,
            Field::Category => Self::Category,
            Field::Brand => Self::Brand,
            Field::Size => Self::Size,
            Field::Condition => Self::Condition,
            Field::Color => Self::Color,
            Field::Material => Self::Material,
            Field::Price => Self::Price,
            Field::PackageSize => Self::PackageRadio,
        }
    }
}
