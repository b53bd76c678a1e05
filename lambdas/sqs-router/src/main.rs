//! The router for SQS queues, standard and FIFO. It configures nothing but the source; the crate `router` does everything
//! else.

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    router::run(sources::Sqs::default()).await
}
