//! What the router costs in a month.

use crate::failure::Failure;
use crate::report::Reply;

#[derive(clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_: &Args) -> Result<Reply, Failure> {
    Ok(Reply::silent())
}
