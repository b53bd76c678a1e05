//! Rejected records in a quarantine queue.

use crate::failure::Failure;
use crate::report::{Format, Reply};
use crate::session::Session;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    Ls,
}

pub(crate) async fn run(_: Command, _: &Session, _: Format) -> Result<Reply, Failure> {
    Ok(Reply::silent())
}
