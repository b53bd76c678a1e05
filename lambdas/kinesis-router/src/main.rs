//! The router for Kinesis data streams. It configures nothing but the source; the crate `router` does everything else.

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    router::run(sources::Kinesis).await
}
