//! Plans how one record is replayed: to which destination, and in which form. No I/O.

use super::super::edit::{self, TenantIdChange};
use super::super::record::ReplayableRecord;
use crate::transfer::{
    ArnParts, ExpectedResponse, FunctionIdentity, ORIGINAL_TENANT_ATTRIBUTE, OutgoingMessage, QueueKind,
    REPLAY_ATTRIBUTE, SqsRecord, function,
};

/// The operator's options for a replay.
#[derive(Default)]
pub(crate) struct ReplayOptions {
    /// The URL of another queue than the record's source queue.
    pub(crate) to: Option<String>,
    /// The router for records that cannot go back to a queue.
    pub(crate) router: Option<String>,
    /// The change of the tenant id.
    pub(crate) fix: Option<TenantIdChange>,
    /// Whether changed messages are saved to a file first.
    pub(crate) saved: bool,
    /// Whether the operator accepts records that any function or sender quarantined.
    pub(crate) any_source: bool,
}

/// What the quarantine's message says about its record.
#[derive(Clone, Copy)]
pub(crate) struct MessageOrigin<'o> {
    /// The id of the message in the quarantine.
    pub(crate) message_id: &'o str,
    /// The ARN of the source, from the message's attributes.
    pub(crate) source: Option<&'o str>,
    /// The `SenderId` of the message, as reported by SQS.
    pub(crate) sender: Option<&'o str>,
}

/// How one record is replayed.
pub(crate) struct ReplayPlan {
    pub(crate) route: ReplayRoute,
    /// Whether the record goes to another queue than its source queue.
    pub(crate) is_elsewhere: bool,
    /// The original tenant id, if it is replaced.
    pub(crate) original_tenant: Option<String>,
}

/// The destination of a replayed record.
pub(crate) enum ReplayRoute {
    /// A queue by ARN or URL, with the message to send.
    Queue(String, Box<OutgoingMessage>),
    /// The router, with the event to invoke it with.
    Router(String, ExpectedResponse),
}

impl ReplayPlan {
    /// Plans the replay of a record.
    ///
    /// # Errors
    /// Why the record cannot be replayed.
    pub(crate) fn new(
        record: &str,
        origin: MessageOrigin<'_>,
        options: &ReplayOptions,
    ) -> Result<Self, String> {
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

    /// Returns the queue's ARN or URL, or `router`.
    pub(crate) fn destination(&self) -> &str {
        match &self.route {
            ReplayRoute::Queue(destination, _) => destination,
            ReplayRoute::Router(..) => "router",
        }
    }

    /// Returns the names of the attributes that cannot be added to the message.
    pub(crate) fn left_out(&self) -> &[&'static str] {
        match &self.route {
            ReplayRoute::Queue(_, message) => &message.left_out,
            ReplayRoute::Router(..) => &[],
        }
    }

    /// Describes the replay for the operator.
    pub(crate) fn describe(&self) -> String {
        match &self.route {
            ReplayRoute::Router(..) => "invoke the router with it".to_owned(),
            ReplayRoute::Queue(queue, message) => {
                let group = message.message_group_id.as_ref().map(|group| format!(", message group {group}"));
                let left_out = message.left_out.join(" and ");
                let without = match left_out.as_str() {
                    "" => String::new(),
                    names => format!(", without {names}: it exists already, or there is no space for it"),
                };
                format!("send it to {queue}{}{without}", group.unwrap_or_default())
            }
        }
    }
}

fn queue_route(
    sqs: SqsRecord,
    origin: &str,
    to: Option<&str>,
    original: Option<&str>,
) -> Result<ReplayRoute, String> {
    let destination = to.map_or_else(|| sqs.queue_arn.clone(), str::to_owned);
    let mut extra = vec![(REPLAY_ATTRIBUTE, origin.to_owned())];
    extra.extend(original.map(|original| (ORIGINAL_TENANT_ATTRIBUTE, original.to_owned())));
    let message = OutgoingMessage::new(sqs, QueueKind::from_name(&destination), origin, extra)?;
    Ok(ReplayRoute::Queue(destination, Box::new(message)))
}

/// Checks that the record and the message's `source_arn` name the same queue. A sender with access to the quarantine
/// could write both, so `check_sender` checks the sender too.
fn check_source(record: &SqsRecord, source: Option<&str>) -> Result<(), String> {
    if source == Some(record.queue_arn.as_str()) {
        return Ok(());
    }
    let found = source.unwrap_or("nothing");
    Err(format!(
        "its record is of the queue {}, but its source_arn is {found}: find out who wrote it, or name a queue with \
         --to",
        record.queue_arn
    ))
}

/// Checks that a function sent the message, and if `--router` is given, that this router did.
fn check_sender(sender: Option<&str>, options: &ReplayOptions) -> Result<(), String> {
    let function = sender.and_then(FunctionIdentity::parse_sender_id);
    match &options.router {
        _ if options.any_source => Ok(()),
        Some(router) => function::check_function("quarantined by", function, router),
        None if function.is_some() => Ok(()),
        None => Err(format!(
            "it was not written by a function, but by {}: find out who that is, then confirm it with --any-source",
            sender.unwrap_or("an unknown sender")
        )),
    }
}

fn check_router(sender: Option<&str>, options: &ReplayOptions) -> Result<(), String> {
    if options.router.is_none() {
        let why = "it cannot be put back into its source: name the source's router with --router";
        return Err(why.to_owned());
    }
    if options.fix.is_some() && !options.saved {
        let why = "it has no attributes to keep the original tenant id in: add --to-file, which saves the original \
                   record";
        return Err(why.to_owned());
    }
    check_sender(sender, options)
}

/// Returns whether the URL and the ARN are those of one queue.
fn is_same_queue(url: &str, arn: &str) -> bool {
    let mut parts = url.rsplit('/');
    let (name, account) = (parts.next(), parts.next());
    ArnParts::parse(arn).is_some_and(|arn| (Some(arn.resource), Some(arn.account)) == (name, account))
}

/// Makes a text that SQS accepts as an attribute: not empty, at most 256 original characters, printable ASCII.
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
