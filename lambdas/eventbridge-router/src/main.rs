//! The router of EventBridge rules.

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    router::run(sources::EventBridge).await
}
