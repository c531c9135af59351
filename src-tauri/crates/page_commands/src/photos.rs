//! Photos: imports, and edits of one.

use std::path::PathBuf;

use app::{ImportRequest, Look};
use contract::{
    DraftView, EditedPhotoView, Failure, Grouping, ImportResult, PhotoPart, UnfinishedImport,
};

use crate::{Answer, Engine};

/// Stops an import; what is stored by then stays.
pub async fn stop_import(engine: &Engine, import_id: String) -> Answer<()> {
    engine.app.stop_import(&import_id).await;
    Ok(())
}

/// Imports that a crash or a person ended: the window offers to go on with them.
pub async fn unfinished_imports(engine: &Engine) -> Answer<Vec<UnfinishedImport>> {
    engine.app.unfinished_imports().await
}

/// Goes on with one of them; told and stopped under `import_id`.
pub async fn resume_import(engine: &Engine, id: String, import_id: String) -> Answer<ImportResult> {
    let sent = engine.sent_for(&id).await?;
    let result = engine.app.resume_import(&id, import_id).await?;
    if !result.stopped {
        engine.forget_places(&sent).await;
    }
    Ok(result)
}

/// Leaves one of them at what is done.
pub async fn close_import(engine: &Engine, id: String) -> Answer<ImportResult> {
    let sent = engine.sent_for(&id).await?;
    let result = engine.app.close_import(&id).await?;
    engine.forget_places(&sent).await;
    Ok(result)
}

/// Turns a photo clockwise; the original stays.
pub async fn turn_photo(
    engine: &Engine,
    id: String,
    quarter_turns: i32,
) -> Answer<EditedPhotoView> {
    engine.app.turn_photo(&id, quarter_turns).await
}

/// Keeps a part of a photo; the original stays.
pub async fn crop_photo(engine: &Engine, id: String, part: PhotoPart) -> Answer<EditedPhotoView> {
    engine.app.crop_photo(&id, part).await
}

/// Takes the last edit of a photo back.
pub async fn undo_photo_edit(engine: &Engine, id: String) -> Answer<EditedPhotoView> {
    engine.app.undo_photo_edit(&id).await
}

/// The sample photos, as `import_photos` takes them.
pub async fn sample_paths(engine: &Engine) -> Answer<Vec<String>> {
    engine.samples().await
}

/// Makes drafts of files and folders; told by `import` events, stopped by `stop_import`.
pub async fn import_photos(
    engine: &Engine,
    import_id: String,
    paths: Vec<String>,
    grouping: Grouping,
) -> Answer<ImportResult> {
    let request = ImportRequest {
        import_id,
        paths: engine.places(&paths)?,
        grouping,
        look: Look::Later,
    };
    let result = engine.app.import_photos(request).await?;
    if !result.stopped {
        engine.forget(&paths).await;
    }
    Ok(result)
}

/// Adds the photos of these files at a draft's end.
pub async fn add_draft_photos(
    engine: &Engine,
    id: String,
    paths: Vec<String>,
) -> Answer<DraftView> {
    let places: Vec<PathBuf> = engine.places(&paths)?;
    let (draft, rejected) = engine.app.add_photos(&id, places).await?;
    engine.forget(&paths).await;
    match rejected.into_iter().next() {
        // The others were added; the first refusal is told, as the view shows the rest.
        Some(file) => Err(Failure::new(
            file.code,
            format!("{}: {}", file.path, file.message),
        )),
        None => Ok(draft),
    }
}
