//! Folders that came along with the program.

use std::path::{Path, PathBuf};

/// Where each package puts them beside the program: Windows and unpacked builds; Debian package and AppImage; macOS.
const BESIDE: [&str; 3] = ["", "../lib/VintedBot Studio", "../Resources"];
/// The sources that the program was built from.
const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../..");

/// The folder of the sample photos; none where it did not come along.
#[must_use]
pub fn sample_photos() -> Option<PathBuf> {
    folder("samples", "src-tauri/samples")
}

/// The folder of the built page; none where it did not come along.
#[must_use]
pub fn built_page() -> Option<PathBuf> {
    folder("page", "ui/dist")
}

fn folder(name: &str, in_sources: &str) -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    beside(&program, name).or_else(|| {
        let folder = Path::new(SOURCES).join(in_sources);
        folder.is_dir().then_some(folder)
    })
}

fn beside(program: &Path, name: &str) -> Option<PathBuf> {
    let own = program.parent()?;
    BESIDE
        .iter()
        .map(|place| own.join(place).join(name))
        .find(|folder| folder.is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_found_where_each_package_puts_them() {
        for (program, samples) in [
            ("app/studio.exe", "app/samples"),
            ("usr/bin/studio", "usr/lib/VintedBot Studio/samples"),
            (
                "X.app/Contents/MacOS/studio",
                "X.app/Contents/Resources/samples",
            ),
        ] {
            let root = tempfile::tempdir().unwrap();
            let program = root.path().join(program);
            fs_err::create_dir_all(program.parent().unwrap()).unwrap();
            assert_eq!(beside(&program, "samples"), None, "a package without them");
            fs_err::create_dir_all(root.path().join(samples)).unwrap();
            let found = fs_err::canonicalize(beside(&program, "samples").unwrap()).unwrap();
            assert!(found.ends_with(samples), "{}", found.display());
        }
        assert!(sample_photos().is_some(), "in the sources");
    }
}
