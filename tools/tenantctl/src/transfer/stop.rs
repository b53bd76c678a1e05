//! Handles interruptions: the command finishes its current requests and makes its messages visible again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Tells whether the operator or the system requested a stop.
#[derive(Clone, Default)]
pub(crate) struct StopSignal(Arc<AtomicBool>);

/// The exit code that shells use for a process that an interruption ended.
const EXIT_INTERRUPTED: i32 = 130;

impl StopSignal {
    /// Starts to listen. A second interruption ends the process at once. Nothing is lost then, but its messages stay
    /// hidden until their visibility timeouts end.
    pub(crate) fn listen() -> Self {
        let stop = Self::default();
        let requested = stop.clone();
        tokio::spawn(async move {
            wait_for_signal().await;
            requested.0.store(true, Ordering::Relaxed);
            wait_for_signal().await;
            std::process::exit(EXIT_INTERRUPTED);
        });
        stop
    }

    pub(crate) fn is_requested(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

#[cfg(unix)]
async fn wait_for_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    // If no handler can be installed, the signal keeps its default effect and ends the process.
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => if interrupted.is_err() { std::future::pending().await },
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn wait_for_signal() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
