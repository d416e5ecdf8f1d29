//! A few threads for work that keeps a core busy for a long time, and a short queue before them.

use std::io;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::{Semaphore, oneshot};
use tokio::time::timeout;

/// How many may wait for a thread.
const QUEUE: usize = 64;
/// How long one may wait for a thread.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// All threads are busy, and the queue is full or did not move for two seconds: try again later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being checked at the moment")]
pub struct Busy;

type Job = Box<dyn FnOnce() + Send>;

/// The threads. They end when this is dropped.
pub(super) struct Pool {
    jobs: Sender<Job>,
    /// A place in the queue or at a thread.
    places: Arc<Semaphore>,
    /// A thread's attention. Jobs are sent only with one of these, so none waits unseen in the channel.
    turns: Arc<Semaphore>,
    threads: usize,
    refused: AtomicU64,
}

/// How much there is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// Evaluations at a thread.
    pub running: usize,
    /// Evaluations that wait for one.
    pub waiting: usize,
    /// Evaluations that were refused so far, at once or after waiting.
    pub refused: u64,
}

impl Pool {
    /// Starts the threads.
    pub(super) fn start(threads: NonZeroUsize) -> io::Result<Pool> {
        let (jobs, receiver) = mpsc::channel();
        start_threads(threads, receiver)?;
        Ok(Pool {
            jobs,
            places: Arc::new(Semaphore::new(threads.get().saturating_add(QUEUE))),
            turns: Arc::new(Semaphore::new(threads.get())),
            threads: threads.get(),
            refused: AtomicU64::new(0),
        })
    }

    /// How much there is to do now.
    pub(super) fn load(&self) -> Load {
        let running = self.threads.saturating_sub(self.turns.available_permits());
        let places = self.threads.saturating_add(QUEUE).saturating_sub(self.places.available_permits());
        let waiting = places.saturating_sub(running);
        Load { running, waiting, refused: self.refused.load(Ordering::Relaxed) }
    }

    /// Does some work on one of the threads. Whoever stops waiting before it began leaves the queue.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T, Busy>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let done = self.do_in_turn(work).await;
        if done.is_err() {
            self.refused.fetch_add(1, Ordering::Relaxed);
        }
        done
    }

    async fn do_in_turn<T, F>(&self, work: F) -> Result<T, Busy>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| Busy)?;
        let turn = timeout(LONGEST_WAIT, Arc::clone(&self.turns).acquire_owned())
            .await
            .map_err(|_| Busy)?
            .map_err(|_| Busy)?;
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move || {
            let result = work();
            drop((turn, place));
            // an error means that nobody waits any more
            let _ = answer.send(result);
        });
        self.jobs.send(job).map_err(|_| Busy)?;
        answered.await.map_err(|_| Busy)
    }
}

/// Threads that take jobs from one channel, and end with it.
fn start_threads(threads: NonZeroUsize, jobs: Receiver<Job>) -> io::Result<Vec<JoinHandle<()>>> {
    let jobs = Arc::new(Mutex::new(jobs));
    let start = |number| {
        let jobs = Arc::clone(&jobs);
        thread::Builder::new().name(format!("password-{number}")).spawn(move || work(&jobs))
    };
    (0..threads.get()).map(start).collect()
}

/// One thread: a job after the other, until the pool is gone.
fn work(jobs: &Mutex<Receiver<Job>>) {
    loop {
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        // a job that panics must not cost the pool a thread; its sender learns of it by getting no answer
        let _ = catch_unwind(AssertUnwindSafe(job));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    fn pool(threads: usize) -> Pool {
        Pool::start(NonZeroUsize::new(threads).unwrap()).unwrap()
    }

    /// Occupies a pool's only thread until the sender is used or dropped.
    async fn occupy(pool: &Arc<Pool>) -> mpsc::Sender<()> {
        let (release, released) = mpsc::channel::<()>();
        let (began, begun) = oneshot::channel();
        let pool = Arc::clone(pool);
        tokio::spawn(async move {
            pool.run(move || {
                let _ = began.send(());
                let _ = released.recv();
            })
            .await
        });
        begun.await.unwrap();
        release
    }

    #[tokio::test(start_paused = true)]
    async fn one_who_waits_two_seconds_is_told_to_come_back() {
        let pool = Arc::new(pool(1));
        let release = occupy(&pool).await;
        let asked = tokio::time::Instant::now();
        assert_eq!(pool.run(|| 1).await, Err(Busy));
        assert_eq!(asked.elapsed().as_secs(), 2);
        drop(release);
    }

    #[tokio::test]
    async fn the_queue_holds_64_and_refuses_the_next_at_once() {
        let pool = Arc::new(pool(1));
        let release = occupy(&pool).await;
        let done = Arc::new(AtomicUsize::new(0));
        let waiting: Vec<_> = (0..QUEUE)
            .map(|_| {
                let (pool, done) = (Arc::clone(&pool), Arc::clone(&done));
                tokio::spawn(async move { pool.run(move || done.fetch_add(1, Ordering::Relaxed)).await })
            })
            .collect();
        tokio::task::yield_now().await;
        while pool.places.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(pool.load(), Load { running: 1, waiting: QUEUE, refused: 0 });
        assert_eq!(pool.run(|| 0).await, Err(Busy));
        assert_eq!(pool.load(), Load { running: 1, waiting: QUEUE, refused: 1 });
        drop(release);
        for task in waiting {
            assert!(task.await.unwrap().is_ok());
        }
        assert_eq!(done.load(Ordering::Relaxed), QUEUE);
        assert_eq!(pool.run(|| 7).await, Ok(7));
        assert_eq!(pool.load(), Load { running: 0, waiting: 0, refused: 1 });
    }

    #[tokio::test]
    async fn a_job_that_panics_costs_neither_a_thread_nor_a_place() {
        let pool = pool(1);
        let places = pool.places.available_permits();
        assert_eq!(pool.run(|| panic!("on purpose")).await, Err::<(), _>(Busy));
        assert_eq!(pool.run(|| 7).await, Ok(7));
        assert_eq!(pool.places.available_permits(), places);
    }

    #[tokio::test]
    async fn one_who_stops_waiting_leaves_the_queue_and_its_work_is_not_done() {
        let pool = Arc::new(pool(1));
        let release = occupy(&pool).await;
        let done = Arc::new(AtomicUsize::new(0));
        let task = {
            let (pool, done) = (Arc::clone(&pool), Arc::clone(&done));
            tokio::spawn(async move { pool.run(move || done.fetch_add(1, Ordering::Relaxed)).await })
        };
        while pool.places.available_permits() != QUEUE - 1 {
            tokio::task::yield_now().await;
        }
        task.abort();
        assert!(task.await.is_err());
        drop(release);
        assert_eq!(pool.run(|| 7).await, Ok(7));
        assert_eq!(done.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn the_work_is_done_on_threads_with_a_name() {
        let name = pool(1).run(|| thread::current().name().map(str::to_owned)).await;
        assert_eq!(name.unwrap().as_deref(), Some("password-0"));
    }

    #[test]
    fn the_threads_end_when_nobody_can_send_them_jobs_any_more() {
        let (jobs, receiver) = mpsc::channel();
        let threads = start_threads(NonZeroUsize::new(3).unwrap(), receiver).unwrap();
        drop(jobs);
        assert_eq!(threads.into_iter().map(JoinHandle::join).filter(Result::is_ok).count(), 3);
    }
}
