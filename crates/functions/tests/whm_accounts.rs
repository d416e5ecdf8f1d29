//! WHM's account functions on accounts that the sandbox does not come with.

#[cfg(test)]
mod tests {
    use portreeve_crypt::PasswordHash;
    use portreeve_functions::whm_function;
    use portreeve_store::{NewAccount, Role};
    use portreeve_testkit::{TestServer, context};
    use portreeve_types::Quota;
    use portreeve_wire::{Answer, Params};

    /// An account that nobody owns.
    async fn add(server: &TestServer, user: &str, role: Role) {
        let new = NewAccount {
            user: user.parse().unwrap(),
            owner: None,
            role,
            domain: format!("{user}.example").parse().unwrap(),
            password: PasswordHash::from_record("*".to_owned()),
            email: String::new(),
            plan: "default".to_owned(),
            quota: Quota::UNLIMITED,
        };
        server.store().create_account(new).await.unwrap();
        server.environment().drivers.homes.create(&user.parse().unwrap()).await.unwrap().keep().await;
    }

    async fn by_root(server: &TestServer, function: &str, args: &[(&str, &str)]) -> Answer {
        let entry = whm_function(function).unwrap();
        let cx = context(server.environment(), entry.name, "root").await;
        let mut params = Params::default();
        for (name, value) in args {
            params.push(*name, *value);
        }
        entry.call(&cx, &params).await.unwrap_or_else(Answer::from)
    }

    #[tokio::test]
    async fn an_account_without_an_owner_belongs_to_root() {
        let server = TestServer::start().await;
        add(&server, "lone", Role::User).await;
        let answer = by_root(&server, "listaccts", &[("search", "^root$"), ("searchtype", "owner")]).await;
        let data: serde_json::Value = serde_json::from_str(answer.data.unwrap().get()).unwrap();
        let lone = data["acct"].as_array().unwrap().iter().find(|item| item["user"] == "lone");
        assert_eq!(lone.unwrap()["owner"], "root");
    }

    #[tokio::test]
    async fn an_administrator_is_told_why_another_cannot_be_removed() {
        let server = TestServer::start().await;
        add(&server, "second", Role::Administrator).await;
        for (user, expected) in [
            ("second", "The account “second” is an administrator's and cannot be removed."),
            ("root", "The account “root” cannot remove itself."),
        ] {
            assert_eq!(by_root(&server, "removeacct", &[("user", user)]).await.errors, [expected]);
        }
    }
}
