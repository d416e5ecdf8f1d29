//! Settings.

use crate::world::on_each_database;

#[tokio::test]
async fn a_setting_holds_at_once_and_is_read_without_sql() {
    on_each_database(async |world| {
        let store = &world.store;
        assert_eq!(store.setting("otp.window").await.unwrap(), None);
        assert_eq!(store.policies().await.unwrap().otp_window, 1);
        for text in ["2", "0"] {
            store.set_setting("otp.window", text).await.unwrap();
            assert_eq!(store.setting("otp.window").await.unwrap().as_deref(), Some(text));
            assert_eq!(store.policies().await.unwrap().otp_window.to_string(), text);
            let before = store.queries();
            store.setting("otp.window").await.unwrap();
            store.policies().await.unwrap();
            assert_eq!(store.queries(), before);
        }
        assert_eq!(world.open_again().await.policies().await.unwrap().otp_window, 0);
    })
    .await;
}
