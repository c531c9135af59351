//! The list of commands, typed: the page's TypeScript is generated from it.

use tauri_specta::{Builder, collect_commands};

use crate::commands::{
    backup, browser, drafts, log, own_model, phone, photos, plans, publish, queue, session, site,
    system,
};

/// Every command that the page may call.
pub(crate) fn builder() -> Builder<tauri::Wry> {
    Builder::<tauri::Wry>::new()
        .commands(collect_commands![
            system::about,
            system::doctor,
            system::settings,
            system::set_settings,
            system::set_practice,
            system::open_external,
            system::open_data_dir,
            system::vocabulary,
            backup::export_backup,
            backup::restore_backup,
            backup::pick_table,
            backup::import_table,
            system::answer_close,
            browser::browser_status,
            browser::download_browser,
            own_model::own_model,
            own_model::set_model_key,
            own_model::consent_to_model,
            own_model::withdraw_model_consent,
            own_model::test_model,
            own_model::analyze_with_model,
            session::accounts,
            session::account_add,
            session::account_change,
            session::session_check,
            session::session_login,
            session::session_set,
            session::session_forget,
            session::stop,
            phone::local_api,
            phone::set_local_api,
            phone::local_api_token,
            phone::phone_door,
            phone::open_phone_door,
            phone::close_phone_door,
            phone::phone_code,
            phone::hide_phone_code,
            phone::paired_phones,
            phone::shut_phone_out,
            phone::close_phone_import,
            photos::pick_photos,
            photos::pick_folder,
            photos::sample_paths,
            photos::import_photos,
            photos::stop_import,
            photos::unfinished_imports,
            photos::resume_import,
            photos::close_import,
            photos::add_draft_photos,
            photos::turn_photo,
            photos::crop_photo,
            photos::undo_photo_edit,
            plans::start_plan,
            plans::photo_plan,
            plans::photo_plans,
            plans::cancel_plan,
            plans::resume_plan,
            plans::edit_piles,
            plans::undo_piles,
            plans::make_plan_drafts,
            plans::analyze_draft,
            plans::accept_suggestions,
            drafts::list_drafts,
            drafts::show_draft,
            drafts::change_draft,
            drafts::check_draft,
            drafts::draft_suggestions,
            drafts::draft_proposals,
            drafts::remove_draft,
            drafts::restore_draft,
            drafts::set_draft_photos,
            drafts::draft_rows,
            drafts::draft_ids,
            drafts::draft_counts,
            drafts::draft_place,
            drafts::change_many,
            drafts::undo_many,
            drafts::draft_versions,
            drafts::revert_draft,
            drafts::find_brands,
            drafts::find_categories,
            publish::prepare,
            publish::publish,
            publish::publish_by_hand,
            publish::publish_evidence,
            publish::resolve_publish,
            publish::show_browser,
            publish::answer_challenge,
            site::pick_site_profile,
            site::site_check,
            queue::queue_add,
            queue::queue_plan,
            queue::queue_page,
            queue::queue_state,
            queue::queue_pause_account,
            queue::queue_list,
            queue::queue_act,
            queue::queue_move,
            queue::queue_logs,
            queue::queue_pause_all,
            log::own_log,
            log::problem_report,
            log::save_problem_report,
        ])
        .typ::<contract::Event>()
        .disable_serde_phases()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use specta_typescript::Typescript;

    use super::*;

    /// The generator knows one way to call; a page in a browser tab goes another (`invoke.ts`).
    const BY_TAURI: &str = "from \"@tauri-apps/api/core\"";
    const BY_EITHER: &str = "from \"./invoke\"";

    /// `UPDATE_BINDINGS=1 cargo test -p vintedbot-studio` writes the file anew.
    #[test]
    fn the_page_s_types_are_those_of_the_commands() {
        let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/lib/host/bindings.ts");
        let fresh = tempfile_path();
        builder().export(Typescript::default(), &fresh).unwrap();
        let generated = fs_err::read_to_string(&fresh).unwrap();
        assert_eq!(
            generated.matches(BY_TAURI).count(),
            1,
            "one import to change"
        );
        let generated = generated.replace(BY_TAURI, BY_EITHER);
        fs_err::remove_file(&fresh).unwrap();
        if std::env::var_os("UPDATE_BINDINGS").is_some() {
            fs_err::write(&committed, &generated).unwrap();
        }
        let present = fs_err::read_to_string(&committed).unwrap_or_default();
        assert!(
            present == generated,
            "ui/src/lib/host/bindings.ts is stale: run UPDATE_BINDINGS=1 cargo test -p vintedbot-studio"
        );
    }

    fn tempfile_path() -> std::path::PathBuf {
        std::env::temp_dir().join(format!("studio-bindings-{}.ts", std::process::id()))
    }
}
