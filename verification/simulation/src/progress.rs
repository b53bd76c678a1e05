//! Prints the progress of a long run of histories.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Runs `work`, and meanwhile prints a line every ten seconds. `work` counts the finished histories.
///
/// # Panics
/// If `work` panics.
pub fn with_progress<T: Send>(histories: u64, work: impl FnOnce(&AtomicU64) -> T + Send) -> T {
    let (done, began) = (AtomicU64::new(0), Instant::now());
    thread::scope(|scope| {
        let worker = scope.spawn(|| work(&done));
        let mut printed = 0;
        while !worker.is_finished() {
            thread::sleep(Duration::from_millis(50));
            let seconds = began.elapsed().as_secs();
            if seconds / 10 > printed {
                printed = seconds / 10;
                print(done.load(Ordering::Relaxed), histories, began.elapsed());
            }
        }
        worker.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}

fn print(done: u64, histories: u64, elapsed: Duration) {
    let rate = rate(done, elapsed);
    println!(
        "{done} of {histories} histories after {} s: {rate:.0} in a second, {:.0} s left",
        elapsed.as_secs(),
        seconds_for(histories.saturating_sub(done), rate)
    );
}

/// Returns the number of histories in a second.
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
    fn result_of_the_work_is_returned() {
        assert_eq!(with_progress(3, |done| done.fetch_add(3, Ordering::Relaxed)), 0);
    }

    #[test]
    #[should_panic(expected = "the world has a bug")]
    fn panic_of_the_work_is_passed_on() {
        with_progress(1, |_| panic!("the world has a bug"));
    }
}
