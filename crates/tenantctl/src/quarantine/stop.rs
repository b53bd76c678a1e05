//! An interruption: what is under way is finished, what is held is given back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the operator, or the system, wants an end.
#[derive(Clone, Default)]
pub(crate) struct StopSignal(Arc<AtomicBool>);

/// What shells answer for a process that an interruption ended.
const EXIT_INTERRUPTED: i32 = 130;

impl StopSignal {
    /// Listens from now on. A second interruption ends the process where it stands: nothing is lost by that, it only
    /// takes as long as messages are held until others see them again.
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
    // Without a handler the signal ends the process, as it does by default.
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
