//! The router of Step Functions tasks.

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    router::run_tasks().await
}
