//! One timer for all the time-outs of a connection.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// A timer that is armed only when something really has to wait, and then stays armed: pushing a deadline out
/// costs nothing, the timer is set anew when it fires too early.
#[derive(Debug, Default)]
pub(super) struct Timer {
    sleep: Option<Pin<Box<Sleep>>>,
}

/// The time was over first.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Elapsed;

impl Timer {
    /// What the future gives, if it does so in time. The time starts when the future first has to wait.
    pub(super) async fn within<F: Future>(
        &mut self,
        time: Duration,
        future: F,
    ) -> Result<F::Output, Elapsed> {
        let mut future = pin!(future);
        let mut deadline = None;
        poll_fn(|context| {
            if let Poll::Ready(output) = future.as_mut().poll(context) {
                return Poll::Ready(Ok(output));
            }
            let deadline = *deadline.get_or_insert_with(|| Instant::now() + time);
            self.poll_passed(context, deadline).map(|()| Err(Elapsed))
        })
        .await
    }

    fn poll_passed(&mut self, context: &mut Context<'_>, deadline: Instant) -> Poll<()> {
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if sleep.deadline() > deadline {
            sleep.as_mut().reset(deadline);
        }
        loop {
            ready!(sleep.as_mut().poll(context));
            if Instant::now() >= deadline {
                return Poll::Ready(());
            }
            sleep.as_mut().reset(deadline);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use tokio::task::yield_now;
    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn each_wait_has_its_own_time_though_the_timer_is_one() {
        let mut timer = Timer::default();
        assert_eq!(timer.within(Duration::ZERO, ready(1)).await, Ok(1));
        for milliseconds in [60, 5, 30] {
            // Leaves the timer armed for long after the wait that follows.
            assert_eq!(timer.within(Duration::from_secs(3_600), yield_now()).await, Ok(()));
            let before = Instant::now();
            let time = Duration::from_millis(milliseconds);
            let waited = timeout(Duration::from_secs(10), timer.within(time, pending::<()>())).await;
            assert_eq!(waited.expect("an earlier deadline should count"), Err(Elapsed));
            assert!(before.elapsed() >= time);
        }
    }
}
