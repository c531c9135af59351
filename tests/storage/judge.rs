//! After a fault: what was confirmed is there, or the person was told; and everything goes on.

use std::path::Path;

use crate::{
    place::{Place, Ran},
    scenario::{Facts, Step, whole_export, zip},
};

/// A disk's refusal, as a person reads it.
const TOLD: [&str; 2] = ["storage_full", "storage_unavailable"];

/// Judges a step that a fault came into, on the folder that it left.
pub(crate) fn judge(step: Step, place: &Place, before: &Facts, ran: &Ran) -> Result<(), String> {
    let said = || format!("{:?}\n{}\n{}", ran.status, ran.stdout, ran.stderr);
    if ran.stderr.contains("panicked") {
        return Err(format!("a panic: {}", said()));
    }
    if !ran.status.success() && !ran.was_killed() {
        if ran.status.code() != Some(1) {
            return Err(format!("neither done nor refused: {}", said()));
        }
        // A vault is a file of its own, and says what the disk said.
        let of_vault = step == Step::LogIn && ran.code() == "vault_unavailable";
        if !TOLD.contains(&ran.code()) && !of_vault {
            return Err(format!("no clear word for a disk's fault: {}", said()));
        }
    }
    if ran.status.success() && !ran.confirmed() {
        return Err(format!("success without an answer: {}", said()));
    }
    let after = Facts::of(place);
    step.lost_nothing(before, &after)?;
    // An import goes on without a photo that the disk refused, and names it.
    let mut refused = ran.json["rejected"].as_array().into_iter().flatten();
    let told = refused.any(|file| TOLD.contains(&file["code"].as_str().unwrap_or_default()));
    if ran.confirmed() && !told {
        step.holds(place, before, &after)?;
    }
    if step == Step::Export && !ran.confirmed() && zip(place).exists() {
        whole_export(&zip(place), before)
            .map_err(|e| format!("a half export has the name: {e}"))?;
    }
    goes_on(step, place, before, &after)?;
    tidy(step, place)
}

/// The step again, without a fault.
fn goes_on(step: Step, place: &Place, before: &Facts, after: &Facts) -> Result<(), String> {
    let came_through = step != Step::Export && step.holds(place, before, after).is_ok();
    let again = place.studio(&step.arguments(place, before));
    let there_already = ["duplicate_publish", "illegal_transition"].contains(&again.code());
    if !(again.status.success() || came_through && there_already) {
        return Err(format!(
            "it does not go on after the fault: {} {}",
            again.stdout, again.stderr
        ));
    }
    step.holds(place, before, &Facts::of(place))
}

/// A day later, a start has removed what the fault left behind.
fn tidy(step: Step, place: &Place) -> Result<(), String> {
    place.age();
    let facts = Facts::of(place);
    let known = facts.photos();
    for file in place.data_files() {
        if !is_expected(&file, &known) {
            return Err(format!("a leftover stays: {}", file.display()));
        }
    }
    let exports = acceptance::files_below(&place.out());
    if step == Step::Export && exports != [zip(place)] {
        return Err(format!("a half export stays: {exports:?}"));
    }
    Ok(())
}

fn is_expected(file: &Path, photos: &[String]) -> bool {
    let name = file.file_name().unwrap().to_string_lossy();
    let top = file.components().next().unwrap().as_os_str();
    match top.to_str() {
        Some("photos") => {
            let hash = name
                .strip_suffix(".thumb.jpg")
                .or_else(|| name.strip_suffix(".jpg"));
            hash.is_some_and(|hash| photos.iter().any(|p| p == hash))
        }
        Some("logs") => name.ends_with(".jsonl"),
        // A first start that was cut short between two upgrades is followed by one that copies first.
        Some("backups") => name.ends_with(".sqlite"),
        Some("running") => !name.starts_with('.'),
        _ => [
            "studio.sqlite",
            "studio.sqlite-wal",
            "studio.sqlite-shm",
            "upgrade.lock",
            "installation-id",
            "vault.key",
        ]
        .contains(&&*name),
    }
}
