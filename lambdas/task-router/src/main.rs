//! The router for Step Functions tasks; the crate `router` implements it.

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    router::run_tasks().await
}
