//! Where the model files lie.

use std::path::{Path, PathBuf};

/// Where each package puts them beside the program: Windows and unpacked builds; Debian package and AppImage; macOS.
const BESIDE: [&str; 3] = [
    "models",
    "../lib/VintedBot Studio/models",
    "../Resources/models",
];
/// Where they lie in the source tree.
const IN_SOURCES: &str = "src-tauri/models";

/// The folder that was named, else the package's, else that of the source tree in which the program was built; none
/// where there is no such folder.
pub(crate) fn folder(named: Option<&Path>) -> Option<PathBuf> {
    match named {
        Some(named) => Some(named.to_owned()),
        None => beside(&std::env::current_exe().ok()?),
    }
}

fn beside(program: &Path) -> Option<PathBuf> {
    let packed = BESIDE
        .iter()
        .map(|place| program.parent().map(|p| p.join(place)));
    let sources = program
        .ancestors()
        .skip(1)
        .map(|p| Some(p.join(IN_SOURCES)));
    packed.chain(sources).flatten().find(|place| place.is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_models_are_found_where_each_package_puts_them_and_in_the_sources() {
        for (program, models) in [
            ("app/studio.exe", "app/models"),
            ("usr/bin/studio", "usr/lib/VintedBot Studio/models"),
            (
                "X.app/Contents/MacOS/studio",
                "X.app/Contents/Resources/models",
            ),
            ("clone/target/release/studio", "clone/src-tauri/models"),
            ("clone/target/debug/deps/story", "clone/src-tauri/models"),
        ] {
            let root = tempfile::tempdir().unwrap();
            let program = root.path().join(program);
            fs_err::create_dir_all(program.parent().unwrap()).unwrap();
            assert_eq!(beside(&program), None, "a package without them");
            fs_err::create_dir_all(root.path().join(models)).unwrap();
            let found = fs_err::canonicalize(beside(&program).unwrap()).unwrap();
            assert!(found.ends_with(models), "{}", found.display());
        }
    }
}
