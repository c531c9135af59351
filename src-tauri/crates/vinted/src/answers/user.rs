//! `GET users/current`: `{user:{id, login}}` (vinted-facts A6, H).

use app::ports::CurrentUser;
use serde_json::Value;

use super::id_text;

/// Who is logged in; none where the answer names nobody.
pub(crate) fn current_user(body: &Value) -> Option<CurrentUser> {
    let user = body.get("user").unwrap_or(body);
    let login = user["login"].as_str().filter(|l| !l.is_empty())?;
    Some(CurrentUser {
        id: id_text(&user["id"])?,
        login: login.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_user_has_id_and_login() {
        let user = current_user(&json!({"user": {"id": 7, "login": "lea"}, "code": 0}));
        assert_eq!(
            user.map(|u| (u.id, u.login)),
            Some(("7".into(), "lea".into())),
            "both are read"
        );
        for body in [
            json!({"code": 0}),
            json!({"user": {"id": 7, "login": ""}}),
            json!(null),
        ] {
            assert_eq!(current_user(&body), None, "{body} names nobody");
        }
    }
}
