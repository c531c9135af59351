//! Which kind of garment an embedding is of: a linear classifier, trained by `examples/train_category.rs`.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::embedding::{Embedding, dot};

/// The kinds of garment that the training photos tell apart (clothing-dataset-small).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Dresses.
    Dress,
    /// Caps, hats, bonnets.
    Hat,
    /// Jumpers, sweatshirts, tops with long sleeves.
    Longsleeve,
    /// Jackets and coats. The dataset's word.
    Outwear,
    /// Trousers, jeans among them.
    Pants,
    /// Shirts with buttons.
    Shirt,
    /// Shoes of any kind.
    Shoes,
    /// Shorts.
    Shorts,
    /// Skirts.
    Skirt,
    /// T-shirts and other tops with short sleeves.
    TShirt,
}

impl Kind {
    /// All kinds, in the order of the dataset's folders.
    pub const ALL: [Self; 10] = [
        Self::Dress,
        Self::Hat,
        Self::Longsleeve,
        Self::Outwear,
        Self::Pants,
        Self::Shirt,
        Self::Shoes,
        Self::Shorts,
        Self::Skirt,
        Self::TShirt,
    ];

    /// The dataset's folder.
    #[must_use]
    pub fn folder(self) -> &'static str {
        match self {
            Self::Dress => "dress",
            Self::Hat => "hat",
            Self::Longsleeve => "longsleeve",
            Self::Outwear => "outwear",
            Self::Pants => "pants",
            Self::Shirt => "shirt",
            Self::Shoes => "shoes",
            Self::Shorts => "shorts",
            Self::Skirt => "skirt",
            Self::TShirt => "t-shirt",
        }
    }
}

/// A kind with its probability.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Guess {
    /// The kind.
    pub kind: Kind,
    /// 0 to 1, calibrated: of guesses at 0.8 about four in five are right.
    pub probability: f32,
}

/// Below this the first guess is called unsure.
pub const SURE: f32 = 0.7;

/// Photos less like every kind's mean than this show no garment: landscapes are at 0.43 and less, of the
/// validation photos 99 in 100 are at 0.51 and more.
const LEAST_LIKENESS: f32 = 0.47;

/// A linear classifier over embeddings, as its file holds it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Head {
    /// Folders of the kinds, in the order of the rows.
    pub kinds: Vec<Kind>,
    /// What divides the scores before they become probabilities (temperature scaling, Guo 2017).
    pub temperature: f32,
    /// One number a kind.
    pub bias: Vec<f32>,
    /// A row a kind.
    pub weights: Vec<Vec<f32>>,
    /// The kinds' mean embeddings, of length one.
    pub means: Vec<Vec<f32>>,
}

static SHIPPED: LazyLock<Head> = LazyLock::new(|| {
    // The file is part of the program; a test reads it.
    serde_json::from_str(include_str!("../../data/category_head.json")).unwrap_or(Head {
        kinds: Vec::new(),
        temperature: 1.0,
        bias: Vec::new(),
        weights: Vec::new(),
        means: Vec::new(),
    })
});

impl Head {
    /// The one that ships.
    #[must_use]
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// Every kind with its probability, likeliest first.
    #[must_use]
    pub fn guesses(&self, embedding: &Embedding) -> Vec<Guess> {
        let scores: Vec<f32> = self
            .weights
            .iter()
            .zip(&self.bias)
            .map(|(row, bias)| (dot(row, embedding.numbers()) + bias) / self.temperature)
            .collect();
        let most = scores.iter().copied().fold(f32::MIN, f32::max);
        let parts: Vec<f32> = scores.iter().map(|score| (score - most).exp()).collect();
        let whole: f32 = parts.iter().sum();
        let mut guesses: Vec<Guess> = self
            .kinds
            .iter()
            .zip(parts)
            .map(|(&kind, part)| Guess {
                kind,
                probability: part / whole,
            })
            .collect();
        guesses.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        guesses
    }

    /// How much the photo looks like a garment at all, 0 to 1.
    #[must_use]
    pub fn likeness(&self, embedding: &Embedding) -> f32 {
        self.means
            .iter()
            .map(|mean| dot(mean, embedding.numbers()))
            .fold(0.0, f32::max)
    }

    /// Whether the photo looks like a garment at all.
    #[must_use]
    pub fn is_garment(&self, embedding: &Embedding) -> bool {
        self.likeness(embedding) >= LEAST_LIKENESS
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::garment::embedding::SIDES;

    #[test]
    fn the_file_is_whole() {
        let head = Head::shipped();
        assert_eq!(head.kinds, Kind::ALL, "ten kinds, in order");
        assert_eq!(
            (head.bias.len(), head.weights.len(), head.means.len()),
            (10, 10, 10)
        );
        assert!(
            head.weights
                .iter()
                .chain(&head.means)
                .all(|row| row.len() == SIDES),
            "each row is an embedding"
        );
        assert!(
            (0.2..5.0).contains(&head.temperature),
            "calibrated: {}",
            head.temperature
        );
    }

    #[test]
    fn a_kind_s_mean_is_of_that_kind() {
        let head = Head::shipped();
        for (kind, mean) in head.kinds.iter().zip(&head.means) {
            let mean = Embedding::new(mean.clone());
            let guesses = head.guesses(&mean);
            assert_eq!(guesses[0].kind, *kind, "{guesses:?}");
            assert!(
                (guesses.iter().map(|g| g.probability).sum::<f32>() - 1.0).abs() < 1e-4,
                "probabilities"
            );
            assert!(head.is_garment(&mean));
        }
        let nothing = Embedding::new(vec![0.0; SIDES]);
        assert!(!head.is_garment(&nothing), "an empty picture is no garment");
    }
}
