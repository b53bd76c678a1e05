//! What replaying a record means: where it goes, and how it looks there. Pure.

use super::super::edit::{self, TenantIdChange};
use super::super::clients::ArnParts;
use super::super::function::{self, FunctionIdentity};
use super::super::invoke::ExpectedResponse;
use super::super::outgoing::{QueueKind, ORIGINAL_TENANT_ATTRIBUTE, OutgoingMessage, REPLAY_ATTRIBUTE};
use super::super::record::{ReplayableRecord, SqsRecord};

/// What the operator asked for.
#[derive(Default)]
pub(crate) struct ReplayOptions {
    /// Another queue than the record's own, by URL.
    pub(crate) to: Option<String>,
    /// The router of records that have no queue.
    pub(crate) router: Option<String>,
    /// Another tenant id.
    pub(crate) fix: Option<TenantIdChange>,
    /// Whether what is changed is saved to a file first.
    pub(crate) saved: bool,
    /// The operator vouches for who set the records aside.
    pub(crate) any_source: bool,
}

/// What is known of a record apart from itself.
#[derive(Clone, Copy)]
pub(crate) struct MessageOrigin<'o> {
    /// The quarantine's message.
    pub(crate) message_id: &'o str,
    /// The source, as the message says.
    pub(crate) source: Option<&'o str>,
    /// Who sent the message, as SQS says.
    pub(crate) sender: Option<&'o str>,
}

/// What replaying one record means.
pub(crate) struct ReplayPlan {
    pub(crate) route: ReplayRoute,
    /// Whether it goes into another queue than its own.
    pub(crate) is_elsewhere: bool,
    /// What stood where another tenant id was set.
    pub(crate) original_tenant: Option<String>,
}

/// Where it goes.
pub(crate) enum ReplayRoute {
    /// Into a queue: its ARN or URL.
    Queue(String, Box<OutgoingMessage>),
    /// To the router, as this event.
    Router(String, ExpectedResponse),
}

impl ReplayPlan {
    /// The plan for a record.
    ///
    /// # Errors
    /// Why it cannot be replayed.
    pub(crate) fn new(record: &str, origin: MessageOrigin<'_>, options: &ReplayOptions) -> Result<Self, String> {
        let mut kind = ReplayableRecord::parse(record)?;
        let (mut record, mut original_tenant) = (record.to_owned(), None);
        if let Some(change) = &options.fix {
            let edited = edit::set_tenant_id(&record, change, kind.base64_paths())
                .map_err(|fault| format!("--path {}: {fault}", change.path.path()))?;
            kind = ReplayableRecord::parse(&edited.record)?;
            (record, original_tenant) = (edited.record, Some(to_attribute_text(&edited.original)));
        }
        let mut is_elsewhere = false;
        let route = match kind {
            ReplayableRecord::Sqs(sqs) => {
                match &options.to {
                    None => check_source(&sqs, origin.source)?,
                    Some(to) => is_elsewhere = !is_same_queue(to, &sqs.queue_arn),
                }
                check_sender(origin.sender, options)?;
                let original = original_tenant.as_deref();
                queue_route(sqs, origin.message_id, options.to.as_deref(), original)?
            }
            ReplayableRecord::Stream(_) => {
                check_router(origin.sender, options)?;
                ReplayRoute::Router(format!("{{\"Records\":[{record}]}}"), ExpectedResponse::PartialBatch)
            }
            ReplayableRecord::Event => {
                check_router(origin.sender, options)?;
                ReplayRoute::Router(record, ExpectedResponse::Null)
            }
        };
        Ok(Self { route, is_elsewhere, original_tenant })
    }

    /// Where it goes, in one word.
    pub(crate) fn destination(&self) -> &str {
        match &self.route {
            ReplayRoute::Queue(destination, _) => destination,
            ReplayRoute::Router(..) => "router",
        }
    }

    /// What should have been noted on the message and found no room.
    pub(crate) fn left_out(&self) -> &[&'static str] {
        match &self.route {
            ReplayRoute::Queue(_, message) => &message.left_out,
            ReplayRoute::Router(..) => &[],
        }
    }

    /// What will be done, in words.
    pub(crate) fn describe(&self) -> String {
        match &self.route {
            ReplayRoute::Router(..) => "invoke the router with it".to_owned(),
            ReplayRoute::Queue(queue, message) => {
                let group = message.message_group_id.as_ref().map(|group| format!(", message group {group}"));
                let left_out = message.left_out.join(" and ");
                let without = match left_out.as_str() {
                    "" => String::new(),
                    names => format!(", without {names}, which is there already or has no room"),
                };
                format!("send it to {queue}{}{without}", group.unwrap_or_default())
            }
        }
    }
}

fn queue_route(sqs: SqsRecord, origin: &str, to: Option<&str>, original: Option<&str>) -> Result<ReplayRoute, String> {
    let destination = to.map_or_else(|| sqs.queue_arn.clone(), str::to_owned);
    let mut notes = vec![(REPLAY_ATTRIBUTE, origin.to_owned())];
    notes.extend(original.map(|original| (ORIGINAL_TENANT_ATTRIBUTE, original.to_owned())));
    let message = OutgoingMessage::new(sqs, QueueKind::from_name(&destination), origin, notes)?;
    Ok(ReplayRoute::Queue(destination, Box::new(message)))
}

/// Two places have to name the same queue: the record, and what the router wrote beside it. Who may send to the
/// quarantine can write both, so that the sender is looked at as well.
fn check_source(record: &SqsRecord, source: Option<&str>) -> Result<(), String> {
    if source == Some(record.queue_arn.as_str()) {
        return Ok(());
    }
    let found = source.unwrap_or("nothing");
    Err(format!(
        "its record is of the queue {}, and its source_arn says {found}: find out who wrote it, or name a queue \
         with --to",
        record.queue_arn
    ))
}

/// A router sends as a session of its role. Which router it has to be is known only where one is named.
fn check_sender(sender: Option<&str>, options: &ReplayOptions) -> Result<(), String> {
    let function = sender.and_then(FunctionIdentity::parse_sender_id);
    match &options.router {
        _ if options.any_source => Ok(()),
        Some(router) => function::check_function("set aside by", function, router),
        None if function.is_some() => Ok(()),
        None => Err(format!(
            "no function wrote it, but {}: find out who that is, then vouch for it with --any-source",
            sender.unwrap_or("somebody who is not known")
        )),
    }
}

fn check_router(sender: Option<&str>, options: &ReplayOptions) -> Result<(), String> {
    if options.router.is_none() {
        let why = "nothing can be put back into its source: name the source's router with --router";
        return Err(why.to_owned());
    }
    if options.fix.is_some() && !options.saved {
        let why = "on its way there is no place for the original tenant id: give --to-file as well, which keeps \
                   the record as it is";
        return Err(why.to_owned());
    }
    check_sender(sender, options)
}

/// Whether the queue's URL and its ARN are those of one queue.
fn is_same_queue(url: &str, arn: &str) -> bool {
    let mut parts = url.rsplit('/');
    let (name, account) = (parts.next(), parts.next());
    ArnParts::parse(arn).is_some_and(|arn| (Some(arn.resource), Some(arn.account)) == (name, account))
}

/// A value as an attribute, which is never empty and takes no control characters.
fn to_attribute_text(original: &str) -> String {
    match original {
        "" => "(empty)".to_owned(),
        text => text.chars().take(256).flat_map(escape).collect(),
    }
}

fn escape(character: char) -> Vec<char> {
    match character {
        '\\' => vec!['\\', '\\'],
        ' '..='~' => vec![character],
        _ => character.escape_default().collect(),
    }
}

#[cfg(test)]
mod tests;
