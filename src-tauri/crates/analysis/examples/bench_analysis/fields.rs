//! `bench analysis`: what is read on labels, which category, which colours.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use analysis::garment::{Audience, Head, Kind, SURE, colours};
use analysis::item::{Known, item};
use analysis::label::BrandList;
use analysis::models::Threads;
use analysis::photo::{Analyser, PhotoFacts};
use analysis::picture::Picture;
use anyhow::{Context, Result};
use domain::catalogue::Catalogue;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::draw::{Fonts, Hardness, label_photo};
use crate::labels::{self, BRANDS, LabelText};
use crate::{Common, data, machine, rolls};

const SEED: u64 = 77;

pub(crate) fn bench(common: &Common, count: usize) -> Result<()> {
    let analyser = Analyser::open(&common.models, &Threads::new(common.threads));
    for missing in analyser.missing() {
        println!("{missing}");
    }
    let mut looks = Vec::new();
    read_labels(common, &analyser, count, &mut looks)?;
    categories(common, &analyser, &mut looks)?;
    main_colours(common)?;
    looks.sort();
    let mean = looks.iter().sum::<Duration>().as_secs_f64() / looks.len().max(1) as f64;
    println!(
        "\nlooking: {:.0} ms a photo in the mean over {} photos; peak memory {}",
        mean * 1e3,
        looks.len(),
        machine::told()
    );
    Ok(())
}

/// How hard the labels of a row are.
const ROWS: [(&str, Hardness); 5] = [
    (
        "flat, sharp, straight",
        Hardness {
            askew: 3.0,
            turned: 0.0,
            folds: 0.0,
            blur: (0.0, 0.4),
        },
    ),
    (
        "askew by up to 15 degrees",
        Hardness {
            askew: 15.0,
            turned: 0.0,
            folds: 0.0,
            blur: (0.0, 0.8),
        },
    ),
    (
        "on their side or upside down",
        Hardness {
            askew: 6.0,
            turned: 1.0,
            folds: 0.0,
            blur: (0.0, 0.8),
        },
    ),
    (
        "folded",
        Hardness {
            askew: 8.0,
            turned: 0.0,
            folds: 0.6,
            blur: (0.0, 1.0),
        },
    ),
    (
        "blurred",
        Hardness {
            askew: 6.0,
            turned: 0.0,
            folds: 0.15,
            blur: (2.0, 3.2),
        },
    ),
];

#[derive(Default)]
struct Count {
    right: usize,
    wrong: usize,
    all: usize,
}

impl Count {
    fn told(&self) -> String {
        let part = 100.0 * self.right as f64 / self.all.max(1) as f64;
        format!(
            "{}/{} ({part:.0} %), {} wrong",
            self.right, self.all, self.wrong
        )
    }
}

fn read_labels(
    common: &Common,
    analyser: &Analyser,
    count: usize,
    looks: &mut Vec<Duration>,
) -> Result<()> {
    let fonts = Fonts::find(&common.fonts)?;
    let garments = rolls::garments(&common.garments, "validation")?;
    // All names that ship: what can be mistaken is among them.
    let brands = BrandList::new(BRANDS).and(&BrandList::shipped());
    println!(
        "Rendered labels, {count} a row, {} fonts, seed {SEED}. Wrong: a value was given and is not the label's; the rest was left open.\n",
        fonts.0.len()
    );
    println!("| labels | \"% fibre\" pairs exact | sizes | brands | found as a label |");
    println!("|---|---|---|---|---|");
    for (name, hardness) in ROWS {
        let mut rng = StdRng::seed_from_u64(SEED);
        let (mut pairs, mut sizes, mut names, mut found) = (
            Count::default(),
            Count::default(),
            Count::default(),
            Count::default(),
        );
        for n in 0..count {
            let text = if n % 3 == 0 {
                labels::neck(&mut rng)
            } else {
                labels::care(&mut rng)
            };
            let garment = &garments[rng.random_range(0..garments.len())];
            let cloth = Picture::from_jpeg(&fs_err::read(&garment.path)?)?;
            let picture = label_photo(&text.lines, text.named, &cloth, &fonts, hardness, &mut rng)?
                .picture()?;
            let start = Instant::now();
            let facts = analyser.look(&picture)?;
            looks.push(start.elapsed());
            found.all += 1;
            found.right += usize::from(facts.label);
            compare(&text, &facts, &brands, &mut pairs, &mut sizes, &mut names);
        }
        println!(
            "| {name} | {} | {} | {} | {}/{} |",
            pairs.told(),
            sizes.told(),
            names.told(),
            found.right,
            found.all
        );
    }
    Ok(())
}

fn compare(
    text: &LabelText,
    facts: &PhotoFacts,
    brands: &BrandList,
    pairs: &mut Count,
    sizes: &mut Count,
    names: &mut Count,
) {
    let known = Known {
        brands,
        catalogue: Catalogue::starter(),
        audience: Audience::Women,
    };
    let found = item(&[(0, facts)], &known);
    if std::env::var_os("BENCH_SHOW").is_some() {
        let lines: Vec<&str> = facts
            .text
            .iter()
            .flat_map(|t| &t.lines)
            .map(|line| line.text.as_str())
            .collect();
        println!("  {:?} read as {lines:?}", text.lines);
    }
    let read: Vec<(u8, String)> = found
        .composition
        .iter()
        .flat_map(|c| c.value.parts.iter().flat_map(|part| &part.shares))
        .map(|share| (share.percent, share.fibre.clone()))
        .collect();
    pairs.all += text.shares.len();
    let right = text
        .shares
        .iter()
        .filter(|(percent, name)| read.iter().any(|(p, n)| p == percent && n == name))
        .count();
    pairs.right += right;
    pairs.wrong += read.len().saturating_sub(right);
    if let Some(size) = &text.size {
        sizes.all += 1;
        let given: Vec<&str> = found
            .sizes
            .iter()
            .map(|size| size.value.value.as_str())
            .collect();
        if given.contains(&size.as_str()) {
            sizes.right += 1;
        } else if !given.is_empty() {
            sizes.wrong += 1;
        }
    }
    if let Some(brand) = text.brand {
        names.all += 1;
        match &found.brand {
            Some(read) if domain::brand::is_same(&read.value, brand) => names.right += 1,
            Some(_) => names.wrong += 1,
            None => {}
        }
    } else if found.brand.is_some() {
        names.wrong += 1;
    }
}

fn categories(common: &Common, analyser: &Analyser, looks: &mut Vec<Duration>) -> Result<()> {
    let mut table: HashMap<Kind, (usize, usize)> = HashMap::new();
    let (mut first, mut two, mut sure, mut sure_right, mut all, mut labels) = (0, 0, 0, 0, 0, 0);
    let mut bins = [(0usize, 0usize, 0.0f64); 5];
    for garment in rolls::garments(&common.garments, "validation")? {
        let folder = garment
            .path
            .parent()
            .and_then(|p| p.file_name())
            .context("a class")?
            .to_owned();
        let Some(kind) = Kind::ALL.into_iter().find(|kind| folder == kind.folder()) else {
            continue;
        };
        let picture = Picture::from_jpeg(&fs_err::read(&garment.path)?)?;
        let start = Instant::now();
        let facts = analyser.look(&picture)?;
        looks.push(start.elapsed());
        let Some(guess) = facts.guesses.first() else {
            continue;
        };
        let right = guess.kind == kind;
        all += 1;
        first += usize::from(right);
        two += usize::from(facts.guesses[..2].iter().any(|guess| guess.kind == kind));
        sure += usize::from(guess.probability >= SURE);
        sure_right += usize::from(guess.probability >= SURE && right);
        labels += usize::from(facts.label);
        let entry = table.entry(kind).or_default();
        entry.0 += usize::from(right);
        entry.1 += 1;
        let bin = &mut bins[((guess.probability * 5.0) as usize).min(4)];
        *bin = (
            bin.0 + 1,
            bin.1 + usize::from(right),
            bin.2 + f64::from(guess.probability),
        );
    }
    let of = |count: usize, all: usize| count as f64 / all.max(1) as f64;
    println!(
        "\nCategory, {all} photos of the validation split, {} kinds:\n",
        Head::shipped().kinds.len()
    );
    println!(
        "| first | one of the first two | sure (0.7) | right where sure | taken for a label |"
    );
    println!("|---|---|---|---|---|");
    println!(
        "| {:.3} | {:.3} | {:.3} | {:.3} | {labels} |",
        of(first, all),
        of(two, all),
        of(sure, all),
        of(sure_right, sure)
    );
    println!("\n| kind | right |\n|---|---|");
    for kind in Kind::ALL {
        let (right, all) = table.get(&kind).copied().unwrap_or_default();
        println!("| {} | {right} of {all} |", kind.folder());
    }
    println!("\n| said probability, mean | photos | right |\n|---|---|---|");
    for (count, right, sum) in bins.into_iter().filter(|bin| bin.0 > 0) {
        println!(
            "| {:.2} | {count} | {:.2} |",
            sum / count as f64,
            of(right, count)
        );
    }
    Ok(())
}

fn main_colours(common: &Common) -> Result<()> {
    let truth = fs_err::read_to_string(data("colour_labels.tsv"))?;
    let mut halves = [
        (Count::default(), Count::default()),
        (Count::default(), Count::default()),
    ];
    for (n, line) in truth
        .lines()
        .filter(|line| !line.starts_with('#'))
        .enumerate()
    {
        let mut columns = line.split('\t');
        let (photo, first, second) = (
            columns.next().context("a photo")?,
            columns.next().context("colours")?,
            columns.next().unwrap_or_default(),
        );
        let picture = Picture::from_jpeg(&fs_err::read(common.garments.join(photo))?)?;
        let found = colours(&picture).main;
        let (main, other) = &mut halves[n % 2];
        main.all += 1;
        let is = |name: &str, names: &str| names.split('|').any(|known| known == name);
        match found.first() {
            Some(colour) if is(&colour.name, first) => main.right += 1,
            Some(_) => main.wrong += 1,
            None => {}
        }
        if let Some(colour) = found.get(1) {
            other.all += 1;
            if is(&colour.name, first) || is(&colour.name, second) {
                other.right += 1;
            } else {
                other.wrong += 1;
            }
        }
    }
    println!(
        "\nColours, 120 photos labelled by eye:\n\n| photos | first colour | second colour, where one is given |\n|---|---|---|"
    );
    for (name, (main, other)) in [
        "even: looked at while choosing values",
        "odd: not looked at",
    ]
    .iter()
    .zip(&halves)
    {
        println!("| {name} | {} | {} |", main.told(), other.told());
    }
    Ok(())
}
