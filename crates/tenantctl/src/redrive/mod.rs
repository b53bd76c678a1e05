//! What a source gave up is handed out again.

use crate::failure::Failure;
use crate::report::{Format, Reply};
use crate::session::Session;

#[derive(clap::Args)]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, _: &Session, _: Format) -> Result<Reply, Failure> {
    Ok(Reply::silent())
}
