//! The enrichment function for EventBridge pipes; the crate `router` implements it.

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    router::run_enricher().await
}
