//! A password that the server is too busy to evaluate is nobody's guess, whichever function it was given to.

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;
    use std::sync::Arc;

    use portreeve_api::Environment;
    use portreeve_crypt::{Cost, Hasher};
    use portreeve_functions::uapi_function;
    use portreeve_testkit::{TestServer, context};
    use portreeve_wire::{Answer, Params};
    use tokio::task::JoinSet;

    /// The server's own parts with another hasher.
    fn with_hasher(server: &TestServer, hasher: Hasher) -> Arc<Environment> {
        let own = server.environment();
        Arc::new(Environment {
            ports: own.ports,
            store: own.store.clone(),
            drivers: own.drivers.clone(),
            hasher,
            clock: own.clock.clone(),
            entropy: own.entropy.clone(),
            host_name: own.host_name.clone(),
        })
    }

    async fn call(
        environment: &Arc<Environment>,
        (module, function): (&str, &str),
        arguments: &[(&str, &str)],
    ) -> Answer {
        let entry = uapi_function(module, function).unwrap();
        let cx = context(environment, entry.name, "cptest").await;
        let mut params = Params::default();
        arguments.iter().for_each(|(name, value)| params.push(*name, (*value).to_owned()));
        entry.call(&cx, &params).await.unwrap_or_else(Answer::from)
    }

    #[tokio::test]
    async fn a_busy_server_holds_nothing_against_anybody() {
        let server = TestServer::start().await;
        let one = NonZeroUsize::MIN;
        let slow = Cost { memory_kib: 65_536, passes: 40 };
        let hasher = Hasher::with_threads(server.environment().entropy.clone(), slow, one).unwrap();
        let busy = with_hasher(&server, hasher);
        let mut queue = JoinSet::new();
        for _ in 0..100 {
            let environment = busy.clone();
            let work = async move {
                environment
                    .hasher
                    .hash("long".to_owned().into(), portreeve_crypt::Scheme::Panel)
                    .await
                    .is_ok()
            };
            queue.spawn(work);
        }
        tokio::task::yield_now().await;
        let mailbox = [("login", "info"), ("domain", "cptest.example"), ("password", "mailpass")];
        let verify = [("email", "info@cptest.example"), ("password", "mailpass")];
        let change = [("oldpass", "blahblah"), ("newpass", "correct horse battery staple")];
        for (function, arguments) in [
            (("Email", "verify_password"), &verify[..]),
            (("Session", "create_webmail_session_for_mail_user_check_password"), &mailbox),
            (("UserManager", "change_password"), &change),
        ] {
            for _ in 0..6 {
                let answer = call(&busy, function, arguments).await;
                assert!(
                    answer.errors[0].starts_with("The server is busy"),
                    "{function:?}: {:?}",
                    answer.errors
                );
            }
            let answer = call(server.environment(), function, arguments).await;
            assert!(answer.succeeded(), "{function:?}: {:?}", answer.errors);
        }
        queue.abort_all();
    }
}
