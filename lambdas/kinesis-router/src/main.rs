//! The router of Kinesis data streams.

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    router::run(sources::Kinesis).await
}
