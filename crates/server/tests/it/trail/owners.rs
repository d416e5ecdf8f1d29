//! What the owner of an account does in it.

use serde_json::json;

use super::table::{Table, by, calling};
use crate::support::*;

const SECRET: &str = "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU";

/// Mailboxes, FTP logins, tokens, one's own second factor, and the pages that one keeps.
pub async fn rows(table: &mut Table) {
    let session = table.server.session(Cpanel, "plain").await;
    let plain = by("plain", "password", "cpanel");
    let (email, secret) = (("email", "new"), ("password", "a-long-enough-secret"));
    let designer = ("user", "designer");
    let mailbox = json!({ "mailbox": "new@plain.example" });
    let login = json!({ "login": "designer@plain.example" });
    for (function, fields, event, expected) in [
        ("Email::add_pop", &[email, secret][..], "mailbox_created", mailbox.clone()),
        ("Email::suspend_login", &[email], "mailbox_login_suspended", mailbox.clone()),
        ("Email::unsuspend_login", &[email], "mailbox_login_unsuspended", mailbox.clone()),
        (
            "Email::passwd_pop",
            &[email, ("password", "another-long-secret")],
            "password_changed",
            json!({ "who": "new@plain.example", "by_owner": false }),
        ),
        ("Email::delete_pop", &[email], "mailbox_removed", mailbox),
        ("Ftp::add_ftp", &[designer, ("pass", "a-long-enough-secret")], "ftp_login_created", login.clone()),
        ("Ftp::passwd", &[designer, ("pass", "another-long-secret")], "ftp_password_changed", login.clone()),
        ("Ftp::delete_ftp", &[designer, ("destroy", "0")], "ftp_login_removed", login),
        (
            "Tokens::create_full_access",
            &[("name", "one")],
            "token_created",
            json!({ "account": "plain", "service": "cpanel", "token": "one" }),
        ),
        (
            "Tokens::rename",
            &[("name", "one"), ("new_name", "two")],
            "token_changed",
            json!({ "token": "one", "renamed": "two" }),
        ),
        ("Tokens::revoke", &[("name", "two")], "token_revoked", json!({ "token": "two" })),
    ] {
        let call = session.post(&format!("/execute/{}", function.replace("::", "/"))).form(fields);
        table.row(call, calling(&plain, &format!("UAPI {function}")), &[(event, expected)]).await;
    }

    let keep = session.post("/bookmarks").form(&[("action", "keep"), ("name", "api-tokens")]);
    let kept = json!({ "who": "plain", "service": "cpanel", "page": "api-tokens" });
    table.row(keep, plain.clone(), &[("page_kept", kept)]).await;
    let page = session.get("/security/sessions").send().await.text();
    let id = page.split("name=\"page\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let end = session.post("/security/sessions").form(&[("action", "end_page"), ("page", id)]);
    table.row(end, plain.clone(), &[("page_ended", json!({ "who": "plain", "page": "api-tokens" }))]).await;
    table.server.session(Cpanel, "plain").await;
    let end = session.post("/security/sessions").form(&[("action", "end_others")]);
    let ended = json!({ "who": "plain" });
    table.row(end, plain.clone(), &[("sessions_ended", ended)]).await;

    let code = table.server.code_of(SECRET, 0);
    let set_up = session.post("/execute/TwoFactorAuth/set_user_configuration");
    let set_up = set_up.form(&[("secret", SECRET), ("tfa_token", &code)]);
    let call = calling(&plain, "UAPI TwoFactorAuth::set_user_configuration");
    let expected = json!({ "who": "plain", "replaced": false, "recovery_codes": 10 });
    table.row(set_up, call, &[("factor_set_up", expected)]).await;

    let header = by("plain", "password_and_code", "cpanel");
    table.server.pass_seconds(30);
    let basic = |code: &str, path: &str| {
        table.server.client(Cpanel).get(&format!("/execute/{path}")).basic("plain", "plainpass").code(code)
    };
    let code = table.server.code_of(SECRET, 0);
    // accepts the code for the calls that follow, and is the credential's first use
    basic(&code, "Email/list_pops").send().await;
    let renew = basic(&code, "TwoFactorAuth/generate_recovery_codes");
    let left = [("recovery_codes_made", json!({ "who": "plain", "recovery_codes": 10 }))];
    let made = table.row(renew, calling(&header, "UAPI TwoFactorAuth::generate_recovery_codes"), &left).await;
    let recovery = made.json()["data"]["recovery_codes"][0].as_str().unwrap_or_default().to_owned();
    let used = table.server.client(Cpanel).get(LIST_POPS).basic("plain", "plainpass").code(&recovery);
    table.row(used, plain.clone(), &[("recovery_code_used", json!({ "who": "plain", "left": 9 }))]).await;
    table.server.pass_seconds(30);
    let code = table.server.code_of(SECRET, 0);
    let coded = table.server.client(Cpanel).get(LIST_POPS).basic("plain", "plainpass").code(&code);
    table.row(coded, plain, &[("code_accepted", json!({ "who": "plain", "login_to": null }))]).await;
    let remove = table.server.client(Cpanel).get("/execute/TwoFactorAuth/remove_user_configuration");
    let remove = remove.basic("plain", "plainpass").code(&code);
    let call = calling(&header, "UAPI TwoFactorAuth::remove_user_configuration");
    table.row(remove, call, &[("factor_removed", json!({ "who": "plain" }))]).await;
}
