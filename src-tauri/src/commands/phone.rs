//! The local API's switch, and photos from a phone.

use contract::{ImportResult, LocalApiView, PairedPhoneView, PhoneCodeView, PhoneDoorView};
use secrecy::ExposeSecret;
use tauri::State;

use super::Answer;
use crate::desk::Desk;

#[tauri::command]
#[specta::specta]
pub(crate) async fn local_api(desk: State<'_, Desk>) -> Answer<LocalApiView> {
    desk.served().await.local_api().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn set_local_api(desk: State<'_, Desk>, on: bool) -> Answer<LocalApiView> {
    desk.served().await.set_local_api(on).await
}

/// The API's token, when the person asks to see or copy it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn local_api_token(desk: State<'_, Desk>) -> Answer<String> {
    let token = desk.served().await.api_token().await?;
    Ok(token.expose_secret().to_owned())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn phone_door(desk: State<'_, Desk>) -> Answer<PhoneDoorView> {
    Ok(desk.served().await.phone_door().await)
}

/// Lets phones in on an address of this machine; none: the one that leads outside.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_phone_door(
    desk: State<'_, Desk>,
    address: Option<String>,
    encrypted: bool,
) -> Answer<PhoneDoorView> {
    let served = desk.served().await;
    served.open_phone_door(address.as_deref(), encrypted).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn close_phone_door(desk: State<'_, Desk>) -> Answer<()> {
    desk.served().await.close_phone_door().await;
    Ok(())
}

/// A new code that pairs one phone, by the computer's address or by its name where it has one; the one before pairs
/// nobody any more.
#[tauri::command]
#[specta::specta]
pub(crate) async fn phone_code(desk: State<'_, Desk>, by_name: bool) -> Answer<PhoneCodeView> {
    desk.served().await.phone_code(by_name).await
}

/// The code is not shown any more, and pairs nobody.
#[tauri::command]
#[specta::specta]
pub(crate) async fn hide_phone_code(desk: State<'_, Desk>) -> Answer<()> {
    desk.served().await.hide_phone_code();
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn paired_phones(desk: State<'_, Desk>) -> Answer<Vec<PairedPhoneView>> {
    page_commands::paired_phones(&desk.engine().await).await
}

/// A phone may add nothing any more; what it sent stays.
#[tauri::command]
#[specta::specta]
pub(crate) async fn shut_phone_out(desk: State<'_, Desk>, id: String) -> Answer<()> {
    page_commands::shut_phone_out(&desk.engine().await, id).await
}

/// Makes drafts of what phones sent until now; null where nothing waits.
#[tauri::command]
#[specta::specta]
pub(crate) async fn close_phone_import(desk: State<'_, Desk>) -> Answer<Option<ImportResult>> {
    page_commands::close_phone_import(&desk.engine().await).await
}
