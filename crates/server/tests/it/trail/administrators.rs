//! What administrators and resellers do.

use portreeve_testkit::Session;
use serde_json::json;

use super::table::{Table, by, calling};
use crate::sessions::links::path;
use crate::support::*;

const SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const GUESSER: &str = "127.0.0.6";

fn whm(session: &Session, function: &str, fields: &[(&str, &str)]) -> portreeve_testkit::Call {
    session.post(&format!("/json-api/{function}?api.version=1")).form(fields)
}

/// Accounts, links, settings, tokens and others' second factors.
pub async fn rows(table: &mut Table) {
    let root = table.server.session(Whm, "root").await;
    let by_root = by("root", "password", "whm");
    let newone = ("user", "newone");
    log_in(&table.server.client(Cpanel).from(GUESSER), "plain", "wrong").await;
    for (function, fields, event, expected) in [
        (
            "set_tweaksetting",
            &[("key", "minpwstrength"), ("value", "60")][..],
            "setting_changed",
            json!({ "setting": "minpwstrength", "old": null, "new": "60" }),
        ),
        (
            "createacct",
            &[("username", "newone"), ("domain", "newone.example"), ("password", "a-long-enough-secret")],
            "account_created",
            json!({ "account": "newone", "domain": "newone.example" }),
        ),
        (
            "suspendacct",
            &[newone, ("reason", "late")],
            "account_suspended",
            json!({ "account": "newone", "reason": "late", "locked": false }),
        ),
        ("unsuspendacct", &[newone], "account_unsuspended", json!({ "account": "newone" })),
        (
            "passwd",
            &[newone, ("password", "another-long-secret")],
            "password_changed",
            json!({ "who": "newone", "by_owner": false }),
        ),
        (
            "create_cphulk_record",
            &[("list_name", "black"), ("ip", "192.0.2.99"), ("skip_enabled_check", "1")],
            "addresses_listed",
            json!({ "list": "black", "addresses": ["192.0.2.99"] }),
        ),
        (
            "delete_cphulk_record",
            &[("list_name", "black"), ("ip", "192.0.2.99"), ("skip_enabled_check", "1")],
            "addresses_unlisted",
            json!({ "list": "black", "addresses": ["192.0.2.99"] }),
        ),
        (
            "flush_cphulk_login_history_for_ips",
            &[("ip", GUESSER)],
            "failures_forgiven",
            json!({ "only_from": [GUESSER] }),
        ),
        (
            "api_token_create",
            &[("token_name", "one")],
            "token_created",
            json!({ "account": "root", "service": "whm", "token": "one" }),
        ),
        (
            "api_token_update",
            &[("token_name", "one"), ("new_name", "two")],
            "token_changed",
            json!({ "account": "root", "token": "one", "renamed": "two" }),
        ),
        (
            "api_token_revoke",
            &[("token_name", "two")],
            "token_revoked",
            json!({ "account": "root", "token": "two" }),
        ),
    ] {
        let call = calling(&by_root, &format!("WHM {function}"));
        table.row(whm(&root, function, fields), call, &[(event, expected)]).await;
    }
    let link = whm(&root, "create_user_session", &[newone, ("service", "cpaneld")]);
    let call = calling(&by_root, "WHM create_user_session");
    let expected = json!({ "who": "newone", "possessor": "root", "service": "cpanel" });
    let made = table.row(link, call, &[("link_made", expected)]).await.json();
    let taken_up = table.server.client(Cpanel).get(path(made["data"]["url"].as_str().unwrap()));
    // whoever takes a link up is who the link says, by that alone
    let expected =
        json!({ "who": "newone", "possessor": "root", "method": "handle_auth_transfer", "factor": false });
    let mut by_link = by("newone", "link", "cpanel");
    by_link["possessor"] = "root".into();
    table.row(taken_up, by_link, &[("session_opened", expected)]).await;
    let removed = whm(&root, "removeacct", &[("username", "newone")]);
    let expected = json!({ "account": "newone", "mailboxes": [], "released": [] });
    table.row(removed, calling(&by_root, "WHM removeacct"), &[("account_removed", expected)]).await;

    let config = json!({ "plain": { "primary_account": { "secret": SECRET } } });
    let imported = root.post("/json-api/twofactorauth_set_tfa_config_for_user?api.version=1").json(&config);
    let call = calling(&by_root, "WHM twofactorauth_set_tfa_config_for_user");
    table.row(imported, call, &[("factor_imported", json!({ "who": "plain" }))]).await;
    let removed = whm(&root, "twofactorauth_remove_user_config", &[("user", "plain")]);
    let call = calling(&by_root, "WHM twofactorauth_remove_user_config");
    table.row(removed, call, &[("factor_removed", json!({ "who": "plain" }))]).await;
    let reseller = table.server.session(Whm, "asder").await;
    let named = whm(&reseller, "twofactorauth_set_issuer", &[("issuer", "Asder & Sons")]);
    let call = calling(&by("asder", "password_and_code", "whm"), "WHM twofactorauth_set_issuer");
    let expected = json!({ "account": "asder", "issuer": "Asder & Sons" });
    table.row(named, call, &[("issuer_changed", expected)]).await;
}
