//! Tenants in the registry.

use crate::failure::Failure;
use crate::report::Reply;
use crate::session::Session;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    Ls,
}

pub(crate) async fn run(_: Command, _: &Session) -> Result<Reply, Failure> {
    Ok(Reply::silent())
}
