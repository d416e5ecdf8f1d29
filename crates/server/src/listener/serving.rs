//! Whether every listener that was told to serve still does.

use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The listeners of a server.
#[derive(Default)]
pub struct Listeners {
    told: AtomicUsize,
    serving: AtomicUsize,
}

/// Counts as serving until it is dropped, in whatever way that comes about.
struct Serving<'a>(&'a AtomicUsize);

impl Drop for Serving<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Listeners {
    /// Serves until the listener ends as it was told.
    pub(super) async fn serve(&self, listener: impl Future<Output = ()>) {
        self.told.fetch_add(1, Ordering::Relaxed);
        self.serving.fetch_add(1, Ordering::Relaxed);
        let _serving = Serving(&self.serving);
        listener.await;
        // a listener that fails does not come here
        self.told.fetch_sub(1, Ordering::Relaxed);
    }

    /// Whether there are any, and all of them serve.
    pub(super) fn all_serve(&self) -> bool {
        let told = self.told.load(Ordering::Relaxed);
        told > 0 && self.serving.load(Ordering::Relaxed) >= told
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn a_listener_that_fails_is_missed_and_one_that_was_told_to_end_is_not() {
        let listeners = Arc::new(Listeners::default());
        assert!(!listeners.all_serve());
        let begin = |fails: bool| {
            let (end, ended) = oneshot::channel::<()>();
            let listeners = listeners.clone();
            let listener = async move {
                let _ = ended.await;
                assert!(!fails, "on purpose");
            };
            (end, tokio::spawn(async move { listeners.serve(listener).await }))
        };
        let (_kept, _stays) = begin(false);
        let (end, told) = begin(false);
        tokio::task::yield_now().await;
        assert!(listeners.all_serve());
        drop(end);
        told.await.unwrap();
        assert!(listeners.all_serve());
        let (end, failing) = begin(true);
        drop(end);
        assert!(failing.await.is_err());
        assert!(!listeners.all_serve());
    }
}
