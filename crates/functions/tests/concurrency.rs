//! Many callers at once on one mailbox: the record and the Maildir are always both there or both not.

#[cfg(test)]
mod tests {
    use std::path::Path;

    use futures_util::future::join_all;
    use portreeve_functions::uapi_function;
    use portreeve_testkit::{TestServer, context};
    use portreeve_types::MailAddress;
    use portreeve_wire::{Answer, Params};

    const ROUNDS: usize = 50;
    const CALLS: usize = 8;

    async fn call(server: &TestServer, function: &str, email: &str) -> Result<(), String> {
        let entry = uapi_function("Email", function).unwrap();
        let cx = context(server.environment(), entry.name, "cptest").await;
        let mut params = Params::default();
        params.push("email", email);
        if function == "add_pop" {
            params.push("password", "a-long-enough-secret");
        }
        let answer = entry.call(&cx, &params).await.unwrap_or_else(Answer::from);
        answer.errors.into_iter().next().map_or(Ok(()), Err)
    }

    fn names(directory: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(directory).into_iter().flatten();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn a_mailbox_and_its_maildir_come_and_go_together() {
        let server = TestServer::start().await;
        let address: MailAddress = "busy@cptest.example".parse().unwrap();
        let domain = server.home("cptest").join("mail/cptest.example");
        let mut succeeded = 0;
        for round in 0..ROUNDS {
            let functions = (0..CALLS).map(|n| if (n + round) % 3 == 0 { "delete_pop" } else { "add_pop" });
            let results = join_all(functions.map(|function| call(&server, function, "busy"))).await;
            for why in results.iter().filter_map(|result| result.as_ref().err()) {
                assert!(why.contains("already exists") || why.contains("does not exist"), "{round}: {why}");
            }
            succeeded += results.iter().filter(|result| result.is_ok()).count();
            let on_record = server.store().mailbox(&address).await.unwrap().is_some();
            let parts = names(&domain.join("busy")).len();
            assert_eq!(parts, if on_record { 3 } else { 0 }, "round {round}: on record: {on_record}");
            let left: Vec<_> = names(&domain).into_iter().filter(|name| name.starts_with('.')).collect();
            assert!(left.is_empty(), "round {round}: {left:?}");
        }
        assert!(succeeded >= ROUNDS / 2, "{succeeded} calls did anything");
    }
}
