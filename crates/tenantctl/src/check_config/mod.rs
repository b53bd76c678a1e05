//! Is a router's configuration good?

pub(crate) mod text;

use crate::failure::Failure;
use crate::report::Reply;
use crate::session::Session;

#[derive(clap::Args)]
pub(crate) struct Args {}

pub(crate) async fn run(_: &Args, _: &Session) -> Result<Reply, Failure> {
    Ok(Reply::silent())
}
