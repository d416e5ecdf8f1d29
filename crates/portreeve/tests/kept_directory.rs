//! A sandbox's directory that is opened again: whose passwords it serves, and to whom.

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};
    use std::path::Path;

    use portreeve::sandbox::{Options, Sandbox};
    use portreeve_crypt::Cost;

    const EVERYWHERE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    /// Root's password in a sandbox that starts, or why it does not.
    async fn start(directory: &Path, listen: IpAddr, random: bool, reset: bool) -> Result<String, String> {
        let options = Options {
            data_dir: Some(directory.to_owned()),
            free_ports: true,
            listen,
            random_credentials: random,
            reset,
            cost: Cost { memory_kib: 64, passes: 1 },
            ..Options::default()
        };
        let sandbox = Sandbox::prepare(options).await.map_err(|why| format!("{why:#}"))?;
        Ok(sandbox.description().accounts[0].password.clone())
    }

    #[tokio::test]
    async fn passwords_that_everybody_knows_stay_on_this_machine() {
        let directory = tempfile::tempdir().unwrap();
        assert_eq!(start(directory.path(), HERE, false, false).await.unwrap(), "sandbox");
        for listen in [HERE, EVERYWHERE] {
            let refused = start(directory.path(), listen, true, false).await.unwrap_err();
            assert!(refused.contains("use --reset"), "{refused}");
        }
        let refused = start(directory.path(), EVERYWHERE, false, false).await.unwrap_err();
        assert!(refused.contains("everybody knows"), "{refused}");
        // it is as it was, until it is reset
        assert_eq!(start(directory.path(), HERE, false, false).await.unwrap(), "sandbox");
        let own = start(directory.path(), EVERYWHERE, true, true).await.unwrap();
        assert_ne!(own, "sandbox");
        for (listen, random) in [(EVERYWHERE, true), (EVERYWHERE, false), (HERE, false)] {
            assert_eq!(start(directory.path(), listen, random, false).await.unwrap(), own);
        }
    }

    #[tokio::test]
    async fn a_sandbox_that_was_never_filled_is_filled_for_the_same_credentials() {
        let directory = tempfile::tempdir().unwrap();
        let own = start(directory.path(), HERE, true, false).await.unwrap();
        let kept = directory.path().join("sandbox.json");
        let text = std::fs::read_to_string(&kept).unwrap();
        assert!(text.contains("\"filled\": true"), "{text}");
        std::fs::write(&kept, text.replace("\"filled\": true", "\"filled\": false")).unwrap();
        std::fs::remove_dir_all(directory.path().join("home/plain")).unwrap();
        assert_eq!(start(directory.path(), HERE, true, false).await.unwrap(), own);
        assert!(directory.path().join("home/plain/mail/plain.example/user/new").is_dir());
        assert_eq!(std::fs::read_to_string(&kept).unwrap(), text);
    }
}
