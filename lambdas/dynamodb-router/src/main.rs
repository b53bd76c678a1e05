//! The router of DynamoDB streams.

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    router::run(sources::DynamoDb).await
}
