//! `tenantctl`: see the library of this name.

use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    tenantctl::run().await
}
