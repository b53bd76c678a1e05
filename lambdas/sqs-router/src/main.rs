//! The router of SQS queues, standard and FIFO.

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    router::run(sources::Sqs::default()).await
}
