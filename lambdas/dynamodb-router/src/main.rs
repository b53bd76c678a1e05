//! The router for DynamoDB streams. It configures nothing but the source; the crate `router` does everything else.

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    router::run(sources::DynamoDb).await
}
