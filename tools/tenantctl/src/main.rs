//! The `tenantctl` binary. The library of this name has the commands.

use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    tenantctl::run().await
}
