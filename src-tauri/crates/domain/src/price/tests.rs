use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::test_drafts::empty;

fn draft(category: &str, brand: &str, condition: Condition) -> Draft {
    Draft {
        category: Some(category.into()),
        brand: Brand::parse(brand),
        condition: Some(condition),
        ..empty()
    }
}

fn table(draft: &Draft) -> PriceSuggestion {
    suggest(draft, Catalogue::starter(), PriceRules::shipped(), &[]).unwrap()
}

fn sale(brand: &str, condition: Condition, price_cents: u32) -> Sale {
    Sale {
        garment: "short".into(),
        child: false,
        brand: Brand::parse(brand),
        condition,
        price_cents,
        currency: Currency::Eur,
    }
}

const SHORTS: &str = "Hommes > Vêtements > Shorts > Shorts chino";

#[rstest]
#[case(SHORTS, "Ralph Lauren", Condition::Good, 3_900)]
#[case(
    "Hommes > Vêtements > Sweats à capuche",
    "Karl Lagerfeld",
    Condition::VeryGood,
    6_900
)]
fn prices_that_a_seller_checked(
    #[case] category: &str,
    #[case] brand: &str,
    #[case] condition: Condition,
    #[case] wanted: u32,
) {
    let suggested = table(&draft(category, brand, condition));
    assert_eq!(
        suggested.target, wanted,
        "{category} {brand}: {suggested:?}"
    );
    assert!(
        suggested.min < wanted && wanted < suggested.max,
        "there is room on both sides: {suggested:?}"
    );
}

#[rstest]
#[case("Shein", "Zara")]
#[case("Zara", "Nike")]
#[case("Nike", "Patagonia")]
#[case("Patagonia", "Lacoste")]
#[case("Lacoste", "Supreme")]
#[case("Supreme", "Gucci")]
#[case("Sans marque", "Zara")]
fn dearer_brands_cost_more(#[case] cheap: &str, #[case] dear: &str) {
    let of = |brand| table(&draft(SHORTS, brand, Condition::Good)).target;
    assert!(of(cheap) < of(dear), "{cheap} costs less than {dear}");
}

#[test]
fn children_s_clothes_cost_less() {
    let women = table(&draft(
        "Femmes > Vêtements > Jeans > Jeans slim",
        "Zara",
        Condition::Good,
    ));
    let girls = table(&draft(
        "Enfants > Filles > Vêtements > Jeans",
        "Zara",
        Condition::Good,
    ));
    assert!(girls.target < women.target, "{girls:?} against {women:?}");
}

#[test]
fn without_garment_or_condition_nothing_is_suggested() {
    let mut unknown = draft("Meubles", "Zara", Condition::Good);
    let of = |d: &Draft| suggest(d, Catalogue::starter(), PriceRules::shipped(), &[]);
    assert_eq!(of(&unknown), None, "no garment");
    unknown.category = Some(SHORTS.into());
    unknown.condition = None;
    assert_eq!(of(&unknown), None, "no condition");
}

#[test]
fn own_sales_win_over_the_table() {
    let item = draft(SHORTS, "Ralph Lauren", Condition::Good);
    let with = |sales: &[Sale]| {
        suggest(&item, Catalogue::starter(), PriceRules::shipped(), sales).unwrap()
    };
    let mut sales = vec![
        sale("ralph lauren", Condition::Good, 5_000),
        sale("Ralph Lauren", Condition::Good, 5_900),
    ];
    assert!(
        matches!(with(&sales).reason, PriceReason::Table { .. }),
        "two sales are no rule"
    );
    sales.push(sale("Ralph Lauren", Condition::Good, 5_500));
    sales.push(sale("Shein", Condition::Good, 300));
    let suggested = with(&sales);
    assert_eq!(suggested.target, 5_500, "their median: {suggested:?}");
    assert!(
        matches!(
            suggested.reason,
            PriceReason::OwnSales {
                count: 3,
                same_brand: true,
                ..
            }
        ),
        "and it says so: {suggested:?}"
    );
    sales.truncate(2);
    sales.extend([
        sale("Lacoste", Condition::Good, 4_500),
        sale("Diesel", Condition::Good, 4_500),
        sale("Boss", Condition::Good, 4_500),
    ]);
    assert!(
        matches!(
            with(&sales).reason,
            PriceReason::OwnSales {
                count: 5,
                same_brand: false,
                ..
            }
        ),
        "of like brands it takes more of them"
    );
}

#[test]
fn a_sale_in_a_better_condition_counts_as_it_would_have_sold_in_this_one() {
    let item = draft(SHORTS, "Lacoste", Condition::Satisfactory);
    let sales = vec![sale("Lacoste", Condition::NewWithTags, 6_400); 3];
    let suggested = suggest(&item, Catalogue::starter(), PriceRules::shipped(), &sales).unwrap();
    assert!(suggested.target < 3_000, "worn is not new: {suggested:?}");
}

#[test]
fn the_person_s_word_on_a_brand_wins() {
    let mut rules = PriceRules::shipped().clone();
    rules.brands.push(BrandMember {
        brand: "ZARA".into(),
        class: "luxury".into(),
    });
    assert_eq!(rules.check(), Ok(()), "a member of a class that is there");
    let item = draft(SHORTS, "Zara", Condition::Good);
    let own = suggest(&item, Catalogue::starter(), &rules, &[]).unwrap();
    assert!(own.target > table(&item).target, "{own:?}");
}

#[test]
fn every_garment_has_its_row_in_every_currency() {
    let rules = PriceRules::shipped();
    assert_eq!(rules.check(), Ok(()), "the shipped rules hold");
    for noun in crate::catalogue::nouns() {
        for country in crate::Country::all() {
            let base = rules.base_cents(&noun.key, false, Condition::Good, country.currency());
            assert!(base.is_some(), "{} in {}", noun.key, country.code());
        }
    }
}

type Edit = fn(&mut PriceRules);

#[rstest]
#[case(|r: &mut PriceRules| r.base[0].prices[0] = 1, PriceRulesError::Prices("robe".into()))]
#[case(|r: &mut PriceRules| r.base[0].prices = [0; 5], PriceRulesError::Prices("robe".into()))]
#[case(|r: &mut PriceRules| r.base[0].garment = "canapé".into(), PriceRulesError::UnknownGarment("canapé".into()))]
#[case(|r: &mut PriceRules| r.base.push(r.base[0].clone()), PriceRulesError::Twice("robe".into()))]
#[case(|r: &mut PriceRules| r.classes[4].min_percent = 500, PriceRulesError::Factors("none".into()))]
#[case(|r: &mut PriceRules| r.children_percent = 0, PriceRulesError::Factors("children".into()))]
#[case(|r: &mut PriceRules| r.classes.retain(|c| c.class != "unknown"), PriceRulesError::UnknownClass("unknown".into()))]
#[case(|r: &mut PriceRules| { r.percent_of_euro.insert("XXX".into(), 3); }, PriceRulesError::Currency("XXX".into()))]
fn wrong_rules_say_what_is_wrong(#[case] edit: Edit, #[case] wanted: PriceRulesError) {
    let mut rules = PriceRules::shipped().clone();
    edit(&mut rules);
    assert_eq!(rules.check(), Err(wanted));
}

#[test]
fn rules_read_back_and_other_json_is_refused() {
    let shipped = PriceRules::shipped();
    let json = serde_json::to_string(shipped).unwrap();
    assert_eq!(
        PriceRules::parse(&json).as_ref(),
        Ok(shipped),
        "they read back"
    );
    for wrong in ["", "[]", "{}", "{\"base\": 3}"] {
        assert!(
            matches!(PriceRules::parse(wrong), Err(PriceRulesError::Shape(_))),
            "{wrong:?} is no set of rules"
        );
    }
}

#[test]
fn the_sentence_names_garment_brand_and_figures() {
    let item = draft(SHORTS, "Ralph Lauren", Condition::Good);
    assert_eq!(
        table(&item).reason.sentence(),
        "shorts in condition \"Good\" starts from 17 EUR; Ralph Lauren (class premium) counts 2 to 2.50 times that."
    );
}

fn sales() -> impl Strategy<Value = Vec<Sale>> {
    let brands = prop::sample::select(vec!["Lacoste", "Zara", "Nike", "Sans marque"]);
    let one = (
        brands,
        prop::sample::select(Condition::ALL.to_vec()),
        0u32..10_000_000,
    )
        .prop_map(|(brand, condition, price)| sale(brand, condition, price));
    prop::collection::vec(one, 0..12)
}

proptest! {
    #[test]
    fn prices_stand_in_order_and_fall_with_the_condition(
        leaf in prop::sample::select(Catalogue::starter().leaves()),
        brand in prop_oneof![
            prop::sample::select(crate::brand::brands()).prop_map(|b| b.name.to_owned()),
            Just("Sans marque".to_owned()),
            Just(String::new()),
            "[a-z]{1,9}",
        ],
        currency in prop::sample::select(vec![Currency::Eur, Currency::Gbp, Currency::Pln, Currency::Huf]),
        sales in sales(),
    ) {
        let mut last: Option<PriceSuggestion> = None;
        for condition in Condition::ALL {
            let item = Draft { currency, ..draft(&leaf.path, &brand, condition) };
            let now = suggest(&item, Catalogue::starter(), PriceRules::shipped(), &sales);
            let now = now.ok_or_else(|| {
                TestCaseError::fail(format!("{} has a noun and a row", leaf.path))
            })?;
            prop_assert!(now.min <= now.target && now.target <= now.max, "{now:?}");
            let (low, high) = currency.price_bounds();
            prop_assert!(low <= now.min && now.max <= high, "the site takes it: {now:?}");
            if let Some(better) = &last {
                prop_assert!(
                    now.min <= better.min && now.target <= better.target && now.max <= better.max,
                    "{now:?} is worse than {better:?} but costs more"
                );
            }
            last = Some(now);
        }
    }
}
