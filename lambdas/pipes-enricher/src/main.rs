//! The enrichment of EventBridge pipes.

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    router::run_enricher().await
}
