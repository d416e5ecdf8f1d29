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

#[tokio::test]
async fn a_setting_is_seeded_once_and_never_overrules_what_was_set() {
    on_each_database(async |world| {
        let other = world.open_again().await;
        assert!(world.store.seed_setting("minpwstrength", "80").await.unwrap());
        assert!(!world.store.seed_setting("minpwstrength", "90").await.unwrap());
        assert_eq!(other.policies().await.unwrap().least_password_strength, 80);
        world.store.set_setting("minpwstrength", "70").await.unwrap();
        assert!(!world.store.seed_setting("minpwstrength", "80").await.unwrap());
        assert_eq!(world.store.policies().await.unwrap().least_password_strength, 70);
    })
    .await;
}
