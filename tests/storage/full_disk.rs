//! A disk that is full: it is said, nothing is lost, and with space it goes on.

use std::process::Command;

use fs_err::File;

use crate::{
    full,
    place::{Place, Ran, words},
    scenario::{Facts, STEPS, Step},
};

/// Size of the disk.
const DISK_KIB: u64 = 4096;
/// What is left of it, in KiB; the database alone takes about 200.
const SHORT: [u64; 2] = [0, 300];
const LONG: [u64; 20] = [
    0, 4, 8, 16, 32, 64, 96, 128, 160, 180, 200, 220, 240, 260, 300, 340, 380, 420, 460, 500,
];

/// A small disk of its own below the place's data folder; gone when dropped.
struct SmallDisk<'a> {
    place: &'a Place,
}

impl<'a> SmallDisk<'a> {
    /// None: this machine lets nobody mount here.
    fn mount(place: &'a Place) -> Option<Self> {
        let size = format!("size={DISK_KIB}k,mode=0700");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(place.data())
            .output()
            .is_ok_and(|o| o.status.success());
        mounted.then_some(Self { place })
    }

    fn filler(&self) -> std::path::PathBuf {
        self.place.data().join("filler")
    }

    /// Leaves this much.
    fn fill(&self, left_kib: u64) {
        let file = File::create(self.filler()).unwrap();
        let bytes = (DISK_KIB - left_kib) * 1024;
        // As far as it goes: folders take a page each.
        let mut size = bytes;
        while rustix::fs::fallocate(file.file(), rustix::fs::FallocateFlags::empty(), 0, size)
            .is_err()
        {
            size -= 4096;
        }
    }

    fn free(&self) {
        fs_err::remove_file(self.filler()).unwrap();
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount")
            .arg("--lazy")
            .arg(self.place.data())
            .status();
    }
}

/// Without a mount: no file may grow past this. The system then says EFBIG instead of ENOSPC.
fn limited(place: &Place, arguments: &[String], blocks: u64) -> Ran {
    let shell = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
    let before = ["bash".to_owned(), "-c".to_owned(), shell, "bash".to_owned()];
    place.end(place.start(place.command(&words(&before, arguments))))
}

#[test]
fn a_full_disk_is_said_and_with_space_it_goes_on() {
    let sizes: &[u64] = if full() { &LONG } else { &SHORT };
    let mut full_said = 0;
    for &left in sizes {
        let place = Place::new();
        let disk = SmallDisk::mount(&place);
        if disk.is_none() {
            println!(
                "no mount is allowed here: a limit on the size of files stands in for a full disk"
            );
        }
        if let Some(disk) = &disk {
            disk.fill(left);
        }
        let mut facts = Facts::of(&Place::new());
        for step in STEPS {
            // The export goes to another disk.
            if step == Step::Export {
                continue;
            }
            let arguments = step.arguments(&place, &facts);
            let ran = match &disk {
                Some(_) => place.studio(&arguments),
                None => limited(&place, &arguments, left),
            };
            let mut confirmed = ran.confirmed();
            if !confirmed {
                let code = ran.code();
                let fits = match &disk {
                    Some(_) => code == "storage_full",
                    None => ["storage_full", "storage_unavailable"].contains(&code),
                };
                assert!(
                    fits && ran.status.code() == Some(1),
                    "{left} KiB left, {step:?}: {} {}",
                    ran.stdout,
                    ran.stderr
                );
                full_said += 1;
                if let Some(disk) = &disk {
                    disk.free();
                }
                let again = place.studio(&arguments);
                confirmed = again.confirmed();
                assert!(
                    confirmed,
                    "{left} KiB left, then space, {step:?}: {} {}",
                    again.stdout, again.stderr
                );
                if let Some(disk) = &disk {
                    disk.fill(0);
                }
            }
            // Reading needs some space too: SQLite's index of the log is a file.
            if let Some(disk) = &disk {
                disk.free();
            }
            let after = Facts::of(&place);
            step.lost_nothing(&facts, &after).unwrap();
            step.holds(&place, &facts, &after).unwrap();
            facts = after;
            if let Some(disk) = &disk {
                disk.fill(0);
            }
        }
    }
    println!(
        "full disk: {} sizes, storage_full said {full_said} times",
        sizes.len()
    );
    assert!(
        full_said >= sizes.len(),
        "the disk was never full: nothing was tried"
    );
}

#[test]
fn a_full_disk_under_an_export_leaves_the_earlier_one() {
    let place = Place::new();
    let target = Place::new();
    let Some(disk) = SmallDisk::mount(&target) else {
        println!("no mount is allowed here: the sweep breaks an export's writes with ENOSPC");
        return;
    };
    let zip = target.data().join("all.zip");
    let name = zip.display().to_string();
    let photo = acceptance::samples()
        .into_iter()
        .find(|p| p.ends_with("IMG_2043.JPG"))
        .unwrap();
    let _ = place
        .studio(&["import", &photo.display().to_string()])
        .done();
    let first = place.studio(&["export", &name]).done();
    assert_eq!(first["photos"], 1, "the first export is whole");
    let before = fs_err::read(&zip).unwrap();
    disk.fill(16);
    let ran = place.studio(&["export", &name]);
    assert_eq!(ran.code(), "storage_full", "{} {}", ran.stdout, ran.stderr);
    assert_eq!(
        fs_err::read(&zip).unwrap(),
        before,
        "the earlier export is untouched"
    );
    let names: Vec<_> = acceptance::files_below(target.data());
    assert_eq!(
        names.len(),
        2,
        "the filler and the earlier export, nothing half: {names:?}"
    );
    disk.free();
    assert!(
        place.studio(&["export", &name]).confirmed(),
        "with space it goes on"
    );
}
