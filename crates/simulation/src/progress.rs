//! How far many histories have come, told while they happen.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Works, and meanwhile prints a line every ten seconds. The work counts the histories that are done; where it panics, so
/// does this.
pub fn watched<T: Send>(histories: u64, work: impl FnOnce(&AtomicU64) -> T + Send) -> T {
    let (done, began) = (AtomicU64::new(0), Instant::now());
    thread::scope(|scope| {
        let worker = scope.spawn(|| work(&done));
        let mut told = 0;
        while !worker.is_finished() {
            thread::sleep(Duration::from_millis(50));
            let seconds = began.elapsed().as_secs();
            if seconds / 10 > told {
                told = seconds / 10;
                tell(done.load(Ordering::Relaxed), histories, began.elapsed());
            }
        }
        worker.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}

fn tell(done: u64, histories: u64, elapsed: Duration) {
    let rate = rate(done, elapsed);
    println!(
        "{done} of {histories} histories after {} s: {rate:.0} in a second, {:.0} s left",
        elapsed.as_secs(),
        seconds_for(histories.saturating_sub(done), rate)
    );
}

/// Histories in a second.
#[must_use]
#[allow(clippy::cast_precision_loss, reason = "a rate is no exact figure")]
pub fn rate(histories: u64, elapsed: Duration) -> f64 {
    histories as f64 / elapsed.as_secs_f64().max(0.001)
}

#[allow(clippy::cast_precision_loss, reason = "what is left is no exact figure")]
fn seconds_for(histories: u64, rate: f64) -> f64 {
    histories as f64 / rate.max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_work_gives_is_given() {
        assert_eq!(watched(3, |done| done.fetch_add(3, Ordering::Relaxed)), 0);
    }

    #[test]
    #[should_panic(expected = "the world has a defect")]
    fn work_that_panics_is_not_waited_for() {
        watched(1, |_| panic!("the world has a defect"));
    }
}
