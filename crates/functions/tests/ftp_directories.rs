//! Deleting an FTP login with its directory: what is not the login's alone stays.

#[cfg(test)]
mod tests {
    use portreeve_functions::uapi_function;
    use portreeve_testkit::{TestServer, context};
    use portreeve_wire::{Answer, Params};

    async fn call(server: &TestServer, function: &str, args: &[(&str, &str)]) -> Result<(), String> {
        let entry = uapi_function("Ftp", function).unwrap();
        let cx = context(server.environment(), entry.name, "cptest").await;
        let mut params = Params::default();
        for (name, value) in args {
            params.push(*name, *value);
        }
        let answer = entry.call(&cx, &params).await.unwrap_or_else(Answer::from);
        answer.errors.into_iter().next().map_or(Ok(()), Err)
    }

    async fn add(server: &TestServer, user: &str, home: &str) {
        let args = [("user", user), ("pass", "a-long-enough-secret"), ("homedir", home)];
        call(server, "add_ftp", &args).await.unwrap();
    }

    async fn destroy(server: &TestServer, user: &str) -> Result<(), String> {
        call(server, "delete_ftp", &[("user", user), ("destroy", "1")]).await
    }

    #[tokio::test]
    async fn a_login_that_lands_in_a_part_of_the_home_goes_without_it() {
        let server = TestServer::start().await;
        let home = server.home("cptest");
        for part in ["mail", "public_html", "etc", "tmp", "mail/cptest.example"] {
            add(&server, "visitor", part).await;
            let refused = destroy(&server, "visitor").await.unwrap_err();
            assert_eq!(
                refused, "This directory belongs to the account itself; delete the login without “destroy”.",
                "{part}"
            );
            call(&server, "delete_ftp", &[("user", "visitor")]).await.unwrap();
            assert!(home.join(part).is_dir(), "{part}");
        }
        assert!(home.join("mail/cptest.example/info/new").is_dir());
    }

    #[tokio::test]
    async fn a_directory_that_another_login_uses_stays_until_that_one_is_gone() {
        let server = TestServer::start().await;
        let home = server.home("cptest");
        add(&server, "one", "files/a").await;
        for other in ["files/a", "files//a/", "files", "files/a/b/c"] {
            add(&server, "two", other).await;
            let refused = destroy(&server, "one").await.unwrap_err();
            let expected = "The directory is used by the FTP login “two@cptest.example” too.";
            assert_eq!(refused, expected, "{other}");
            assert!(home.join("files/a").is_dir(), "{other}");
            call(&server, "delete_ftp", &[("user", "two")]).await.unwrap();
        }
        // a name that only begins alike is another directory
        add(&server, "two", "files/abc").await;
        destroy(&server, "one").await.unwrap();
        assert!(!home.join("files/a").exists() && home.join("files/abc").is_dir());
    }
}
