//! Sixty-four clients, one code.

use portreeve_testkit::TestServer;
use portreeve_types::Subject;
use tokio::task::JoinSet;

use crate::support::*;

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_clients_with_one_code_open_exactly_one_session() {
    on_each_database(async |server: TestServer| {
        let code = server.code("cptest");
        let mut clients = JoinSet::new();
        for _ in 0..64 {
            let (client, code) = (server.client(Cpanel), code.clone());
            clients.spawn(async move {
                // the hashing pool says so when it is full: such a try was never evaluated
                loop {
                    let answer = log_in_with(&client, "cptest", "blahblah", &code).await;
                    if answer.status != 503 {
                        return answer;
                    }
                }
            });
        }
        let answers = clients.join_all().await;
        let (opened, refused): (Vec<_>, Vec<_>) =
            answers.iter().partition(|answer| answer.cookie("cpsession").is_some());
        assert_eq!(opened.len(), 1, "{opened:?}");
        assert_logged_in(opened[0]);
        for answer in refused {
            assert_eq!(answer.status, 401, "{answer:?}");
            assert!(!answer.shows_a_security_token(), "{answer:?}");
            assert!(answer.retry_after().is_some(), "{answer:?}");
        }
        let cptest = server.store().account(&"cptest".parse().unwrap()).await.unwrap().unwrap();
        let sessions = server.store().sessions_of(Subject::Account(cptest.id)).await.unwrap();
        assert_eq!(sessions.len(), 1);
    })
    .await;
}
