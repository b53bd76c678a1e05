//! Whose is each record of an event, and what does the router do with it?

use crate::failure::Failure;
use crate::report::Reply;

#[derive(clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_: &Args) -> Result<Reply, Failure> {
    Ok(Reply::silent())
}
