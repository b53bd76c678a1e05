//! An executor with virtual time: one thread, no runtime. Time does not pass while a task can make progress; then it
//! jumps to the next timer. The same tasks take the same steps in every run.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

/// The number of steps after which the tasks count as stuck. A history takes some hundreds.
const MOST_STEPS: u32 = 200_000;

/// The virtual clock with its timers.
#[derive(Default)]
pub struct Time {
    now: Cell<Duration>,
    timers: RefCell<BinaryHeap<Reverse<Timer>>>,
    timers_made: Cell<u64>,
}

/// A moment that a task waits for. Timers with the same moment fire in the order in which they were made.
struct Timer {
    at: Duration,
    number: u64,
    sleeper: Rc<RefCell<Option<Waker>>>,
}

impl Time {
    /// Returns the time since the world began.
    #[must_use]
    pub fn now(&self) -> Duration {
        self.now.get()
    }

    /// Waits until `at`.
    pub fn sleep_until(&self, at: Duration) -> Sleep<'_> {
        Sleep { time: self, at, sleeper: None }
    }

    /// Waits for this duration.
    pub fn sleep(&self, time: Duration) -> Sleep<'_> {
        self.sleep_until(self.now() + time)
    }

    /// Jumps to the next timer that was not cancelled, and wakes its task.
    fn jump(&self) -> Jump {
        while let Some(Reverse(timer)) = self.timers.borrow_mut().pop() {
            if let Some(waker) = timer.sleeper.borrow_mut().take() {
                self.now.set(self.now.get().max(timer.at));
                waker.wake();
                return Jump::Woke;
            }
        }
        Jump::NoTimer
    }
}

enum Jump {
    Woke,
    NoTimer,
}

/// A future that waits for a moment. It must stay in the task, or the set of futures, in which it was first polled.
pub struct Sleep<'t> {
    time: &'t Time,
    at: Duration,
    sleeper: Option<Rc<RefCell<Option<Waker>>>>,
}

impl Future for Sleep<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.time.now() >= self.at {
            return Poll::Ready(());
        }
        if self.sleeper.is_none() {
            let sleeper = Rc::new(RefCell::new(Some(context.waker().clone())));
            let number = self.time.timers_made.get();
            self.time.timers_made.set(number + 1);
            let timer = Timer { at: self.at, number, sleeper: Rc::clone(&sleeper) };
            self.time.timers.borrow_mut().push(Reverse(timer));
            self.sleeper = Some(sleeper);
        }
        Poll::Pending
    }
}

/// Cancels the timer.
impl Drop for Sleep<'_> {
    fn drop(&mut self) {
        if let Some(sleeper) = &self.sleeper {
            sleeper.borrow_mut().take();
        }
    }
}

impl PartialEq for Timer {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for Timer {}

impl PartialOrd for Timer {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Timer {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}

/// How a set of tasks ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// All tasks finished.
    Finished,
    /// Some tasks wait for an event that never comes, or make no progress.
    Stuck,
}

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

struct Task<'f> {
    future: Pin<Box<dyn Future<Output = ()> + 'f>>,
    woken: Arc<Flag>,
    waker: Waker,
}

/// Runs tasks until all are finished or the rest is stuck.
pub fn run<'f>(
    time: &Time,
    futures: impl IntoIterator<Item = Pin<Box<dyn Future<Output = ()> + 'f>>>,
) -> End {
    let task = |future| {
        let woken = Arc::new(Flag(AtomicBool::new(true)));
        Task { future, waker: Waker::from(Arc::clone(&woken)), woken }
    };
    let mut tasks: Vec<Task<'f>> = futures.into_iter().map(task).collect();
    for _ in 0..MOST_STEPS {
        let mut stood_still = true;
        tasks.retain_mut(|task| {
            if !task.woken.0.swap(false, Ordering::Relaxed) {
                return true;
            }
            stood_still = false;
            task.future.as_mut().poll(&mut Context::from_waker(&task.waker)).is_pending()
        });
        if tasks.is_empty() {
            return End::Finished;
        }
        if stood_still && matches!(time.jump(), Jump::NoTimer) {
            return End::Stuck;
        }
    }
    End::Stuck
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn time_jumps_to_the_next_timer() {
        let (time, seen) = (Time::default(), RefCell::new(Vec::new()));
        let task = |name: &'static str, at: u64| {
            let (time, seen) = (&time, &seen);
            async move {
                time.sleep_until(seconds(at)).await;
                seen.borrow_mut().push((name, time.now()));
            }
        };
        let tasks: [Pin<Box<dyn Future<Output = ()>>>; 3] =
            [Box::pin(task("late", 90)), Box::pin(task("early", 2)), Box::pin(task("too", 2))];
        assert_eq!(run(&time, tasks), End::Finished);
        assert_eq!(*seen.borrow(), [("early", seconds(2)), ("too", seconds(2)), ("late", seconds(90))]);
    }

    #[test]
    fn dropped_sleep_cancels_its_timer() {
        let time = Time::default();
        let task = async {
            let dropped =
                futures_util::future::select(time.sleep(seconds(5)), time.sleep(seconds(500))).await;
            drop(dropped);
            time.sleep(seconds(1)).await;
        };
        assert_eq!(run(&time, [Box::pin(task) as Pin<Box<dyn Future<Output = ()>>>]), End::Finished);
        assert_eq!(time.now(), seconds(6));
    }

    #[test]
    fn task_that_never_wakes_is_stuck() {
        let task: Pin<Box<dyn Future<Output = ()>>> = Box::pin(std::future::pending());
        assert_eq!(run(&Time::default(), [task]), End::Stuck);
    }
}
