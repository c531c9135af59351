//! Which column of a table holds which field of a draft.

use std::collections::BTreeMap;

use contract::{Code, Failure};
use domain::values::fold;
use serde_json::json;

/// A field of a draft with the names that its column may have in other people's tables, folded as [`folded`] does.
/// The first is that of our own export.
const FIELDS: &[(&str, &[&str])] = &[
    ("id", &["id"]),
    ("title", &["title", "titre", "nom", "name"]),
    ("description", &["description", "desc", "texte"]),
    ("price", &["price", "prix", "price_target", "prix_de_vente"]),
    ("price_min", &["price_min", "prix_min", "prix_minimum"]),
    ("price_max", &["price_max", "prix_max", "prix_maximum"]),
    ("currency", &["currency", "devise", "monnaie"]),
    ("category", &["category", "categorie", "rayon"]),
    ("brand", &["brand", "marque"]),
    ("size", &["size", "taille", "pointure"]),
    ("condition", &["condition", "etat"]),
    ("color", &["color", "couleur", "colour", "couleurs"]),
    ("material", &["material", "matiere", "matieres"]),
    (
        "package_size",
        &["package_size", "colis", "taille_du_colis"],
    ),
    ("status", &["status", "statut"]),
    ("listing_url", &["listing_url", "lien", "url"]),
];

/// Fields by the place of their column.
pub(super) struct Columns {
    places: BTreeMap<&'static str, usize>,
    head: Vec<String>,
}

impl Columns {
    /// # Errors
    /// `invalid_field`: a field that no draft has, a column that is not there or twice, nothing that a draft could be
    /// made of.
    pub(super) fn of(
        head: Vec<String>,
        chosen: &BTreeMap<String, String>,
    ) -> Result<Self, Failure> {
        let mut places = BTreeMap::new();
        for (field, names) in FIELDS {
            let known = names
                .iter()
                .find_map(|name| head.iter().position(|column| folded(column) == *name));
            if let Some(place) = known {
                places.insert(*field, place);
            }
        }
        for (field, column) in chosen {
            let Some((field, _)) = FIELDS.iter().find(|(known, _)| known == field) else {
                let fields: Vec<&str> = FIELDS.iter().map(|(field, _)| *field).collect();
                return Err(refused(format!(
                    "A draft has no field “{field}”. There are: {}.",
                    fields.join(", ")
                )));
            };
            places.remove(field);
            if column.trim().is_empty() {
                continue;
            }
            let mut found = (0..head.len()).filter(|&place| folded(&head[place]) == folded(column));
            match (found.next(), found.next()) {
                (Some(place), None) => places.insert(*field, place),
                (Some(_), Some(_)) => {
                    return Err(refused(format!("The table has “{column}” twice.")));
                }
                (None, _) => {
                    return Err(refused(format!(
                        "The table has no column “{column}”. It has: {}.",
                        head.join(", ")
                    )));
                }
            };
        }
        if !["title", "description", "price", "brand", "category"]
            .iter()
            .any(|field| places.contains_key(field))
        {
            return Err(refused(format!(
                "No column of this table was recognised. Say which column holds the title, such as title=Titre. It has: {}.",
                head.join(", ")
            )));
        }
        Ok(Self { places, head })
    }

    /// The text of a field in a row; `None` where the table has no column for it.
    pub(super) fn of_row<'a>(&self, row: &'a csv::StringRecord, field: &str) -> Option<&'a str> {
        self.places
            .get(field)
            .map(|place| plain(row.get(*place).unwrap_or_default()))
    }

    /// Field to column.
    pub(super) fn read(&self) -> BTreeMap<String, String> {
        self.places
            .iter()
            .map(|(field, place)| ((*field).to_owned(), self.head[*place].clone()))
            .collect()
    }

    /// Columns that hold no field.
    pub(super) fn ignored(&self) -> Vec<String> {
        (0..self.head.len())
            .filter(|place| !self.places.values().any(|used| used == place))
            .map(|place| self.head[place].clone())
            .collect()
    }
}

/// Our own export puts an apostrophe before what a spreadsheet would take for a formula.
fn plain(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest,
        _ => text,
    }
}

/// Without case, accents and blanks: `Taille du colis` is `taille_du_colis`.
fn folded(name: &str) -> String {
    fold(name).replace([' ', '-'], "_")
}

fn refused(message: String) -> Failure {
    Failure::new(Code::InvalidField, message)
        .with(json!({ "fields": { "columns": Code::InvalidField } }))
}
