//! The files behind what was dropped.

use std::{
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use contract::{Code, Failure, RejectedFile};

use crate::{fail, ports::ImportFile};

/// Files of one import. Thousands go in batches; more than these are more likely a wrong folder than a wardrobe.
const MAX_FILES: usize = 20_000;

/// A file to be imported.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) path: PathBuf,
    pub(super) file: ImportFile,
}

/// The files behind the paths, folders in the order of their names. Hidden files of folders are left out: systems
/// put their own there. Links inside folders are not followed, so no loop and no surprise.
///
/// # Errors
/// `too_many_files`; nothing was read yet.
pub(super) async fn find(paths: Vec<PathBuf>) -> Result<(Vec<Found>, Vec<RejectedFile>), Failure> {
    let (files, unreadable) = tokio::task::spawn_blocking(move || walk(paths))
        .await
        .map_err(|e| fail::internal("looking for files", e))?;
    if files.len() > MAX_FILES {
        return Err(Failure::new(
            Code::TooManyFiles,
            format!("More than {MAX_FILES} files are too many for one import. Take fewer at once."),
        )
        .with(serde_json::json!({ "count": files.len(), "max": MAX_FILES })));
    }
    Ok((files, unreadable))
}

fn walk(paths: Vec<PathBuf>) -> (Vec<Found>, Vec<RejectedFile>) {
    let mut files = Vec::new();
    let mut unreadable = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(found(path));
            continue;
        }
        let walk = walkdir::WalkDir::new(&path)
            .sort_by_file_name()
            .into_iter()
            .filter_entry(|e| e.depth() == 0 || !e.file_name().to_string_lossy().starts_with('.'));
        for entry in walk {
            match entry {
                Ok(entry) if entry.file_type().is_file() => files.push(found(entry.into_path())),
                Ok(_) => {}
                Err(error) => unreadable.push(cannot_open(error.path().unwrap_or(&path))),
            }
            // The count is refused by the caller; the walk need not go on.
            if files.len() > MAX_FILES || unreadable.len() > MAX_FILES {
                return (files, unreadable);
            }
        }
    }
    (files, unreadable)
}

fn found(path: PathBuf) -> Found {
    // One that is not there is told when it is read.
    let meta = fs_err::metadata(&path).ok();
    let modified = meta
        .as_ref()
        .and_then(|meta| meta.modified().ok()?.duration_since(UNIX_EPOCH).ok())
        .and_then(|since| i64::try_from(since.as_millis()).ok());
    let absolute = super::absolute(&path);
    Found {
        file: ImportFile {
            path: absolute.as_os_str().as_encoded_bytes().to_vec(),
            bytes: meta.map_or(0, |meta| meta.len()),
            modified: modified.unwrap_or(0),
        },
        path,
    }
}

fn cannot_open(path: &Path) -> RejectedFile {
    RejectedFile {
        path: path.to_string_lossy().into_owned(),
        code: Code::FileUnreadable,
        message: "The folder cannot be opened.".to_owned(),
    }
}
