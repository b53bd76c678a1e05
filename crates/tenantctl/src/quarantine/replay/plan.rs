//! What replaying a record means: where it goes, and how it looks there. Pure.

use super::super::edit::{self, Change};
use super::super::estate::Arn;
use super::super::function::{self, Function};
use super::super::invoke::Answering;
use super::super::outgoing::{Kind, ORIGINAL, Outgoing, REPLAY};
use super::super::record::{Record, SqsRecord};

/// What the operator asked for.
#[derive(Default)]
pub(crate) struct Wishes {
    /// Another queue than the record's own, by URL.
    pub(crate) to: Option<String>,
    /// The router of records that have no queue.
    pub(crate) router: Option<String>,
    /// Another tenant id.
    pub(crate) fix: Option<Change>,
    /// Whether what is changed is saved to a file first.
    pub(crate) saved: bool,
    /// The operator vouches for who set the records aside.
    pub(crate) any_source: bool,
}

/// What is known of a record apart from itself.
#[derive(Clone, Copy)]
pub(crate) struct Origin<'o> {
    /// The quarantine's message.
    pub(crate) message_id: &'o str,
    /// The source, as the message says.
    pub(crate) source: Option<&'o str>,
    /// Who sent the message, as SQS says.
    pub(crate) sender: Option<&'o str>,
}

/// What replaying one record means.
pub(crate) struct Plan {
    pub(crate) route: Route,
    /// Whether it goes into another queue than its own.
    pub(crate) is_elsewhere: bool,
    /// What stood where another tenant id was set.
    pub(crate) original_tenant: Option<String>,
}

/// Where it goes.
pub(crate) enum Route {
    /// Into a queue: its ARN or URL.
    Queue(String, Box<Outgoing>),
    /// To the router, as this event.
    Router(String, Answering),
}

impl Plan {
    /// The plan for a record.
    ///
    /// # Errors
    /// Why it cannot be replayed.
    pub(crate) fn new(record: &str, origin: Origin<'_>, wishes: &Wishes) -> Result<Self, String> {
        let mut kind = Record::of(record)?;
        let (mut record, mut original_tenant) = (record.to_owned(), None);
        if let Some(change) = &wishes.fix {
            let edited = edit::set(&record, change, kind.base64_paths())
                .map_err(|fault| format!("--path {}: {fault}", change.path.path()))?;
            kind = Record::of(&edited.record)?;
            (record, original_tenant) = (edited.record, Some(noted(&edited.original)));
        }
        let mut is_elsewhere = false;
        let route = match kind {
            Record::Sqs(sqs) => {
                match &wishes.to {
                    None => check_source(&sqs, origin.source)?,
                    Some(to) => is_elsewhere = !is_queue(to, &sqs.queue_arn),
                }
                check_sender(origin.sender, wishes)?;
                let original = original_tenant.as_deref();
                queue(sqs, origin.message_id, wishes.to.as_deref(), original)?
            }
            Record::Stream(_) => {
                check_router(origin.sender, wishes)?;
                Route::Router(format!("{{\"Records\":[{record}]}}"), Answering::Batch)
            }
            Record::Event => {
                check_router(origin.sender, wishes)?;
                Route::Router(record, Answering::Event)
            }
        };
        Ok(Self { route, is_elsewhere, original_tenant })
    }

    /// Where it goes, in one word.
    pub(crate) fn destination(&self) -> &str {
        match &self.route {
            Route::Queue(destination, _) => destination,
            Route::Router(..) => "router",
        }
    }

    /// What should have been noted on the message and found no room.
    pub(crate) fn left_out(&self) -> &[&'static str] {
        match &self.route {
            Route::Queue(_, message) => &message.left_out,
            Route::Router(..) => &[],
        }
    }

    /// What will be done, in words.
    pub(crate) fn words(&self) -> String {
        match &self.route {
            Route::Router(..) => "invoke the router with it".to_owned(),
            Route::Queue(queue, message) => {
                let group = message.group.as_ref().map(|group| format!(", message group {group}"));
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

fn queue(sqs: SqsRecord, origin: &str, to: Option<&str>, original: Option<&str>) -> Result<Route, String> {
    let destination = to.map_or_else(|| sqs.queue_arn.clone(), str::to_owned);
    let mut notes = vec![(REPLAY, origin.to_owned())];
    notes.extend(original.map(|original| (ORIGINAL, original.to_owned())));
    let message = Outgoing::new(sqs, Kind::of(&destination), origin, notes)?;
    Ok(Route::Queue(destination, Box::new(message)))
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
fn check_sender(sender: Option<&str>, wishes: &Wishes) -> Result<(), String> {
    let function = sender.and_then(Function::of_sender);
    match &wishes.router {
        _ if wishes.any_source => Ok(()),
        Some(router) => function::check("set aside by", function, router),
        None if function.is_some() => Ok(()),
        None => Err(format!(
            "no function wrote it, but {}: find out who that is, then vouch for it with --any-source",
            sender.unwrap_or("somebody who is not known")
        )),
    }
}

fn check_router(sender: Option<&str>, wishes: &Wishes) -> Result<(), String> {
    if wishes.router.is_none() {
        let why = "nothing can be put back into its source: name the source's router with --router";
        return Err(why.to_owned());
    }
    if wishes.fix.is_some() && !wishes.saved {
        let why = "on its way there is no place for the original tenant id: give --to-file as well, which keeps \
                   the record as it is";
        return Err(why.to_owned());
    }
    check_sender(sender, wishes)
}

/// Whether the queue's URL and its ARN are those of one queue.
fn is_queue(url: &str, arn: &str) -> bool {
    let mut parts = url.rsplit('/');
    let (name, account) = (parts.next(), parts.next());
    Arn::of(arn).is_some_and(|arn| (Some(arn.resource), Some(arn.account)) == (name, account))
}

/// A value as an attribute, which is never empty and takes no control characters.
fn noted(original: &str) -> String {
    match original {
        "" => "(empty)".to_owned(),
        text => text.chars().take(256).flat_map(escaped).collect(),
    }
}

fn escaped(character: char) -> Vec<char> {
    match character {
        '\\' => vec!['\\', '\\'],
        ' '..='~' => vec![character],
        _ => character.escape_default().collect(),
    }
}

#[cfg(test)]
mod tests;
