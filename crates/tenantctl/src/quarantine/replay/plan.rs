//! What replaying a record means: where it goes, and how it looks there. Pure.

use tenancy::{Selector, TenantId};

use super::super::edit;
use super::super::invoke::Answering;
use super::super::lanes::Ticket;
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
    pub(crate) fix: Option<Fix>,
}

/// Another tenant id, and where it stands.
pub(crate) struct Fix {
    pub(crate) tenant: TenantId,
    pub(crate) path: Selector,
}

/// What replaying one record means.
pub(crate) struct Plan {
    pub(crate) route: Route,
    /// Where it stands among others.
    pub(crate) ticket: Ticket,
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
    /// The plan for a record that the message `origin` holds.
    ///
    /// # Errors
    /// Why it cannot be replayed.
    pub(crate) fn new(
        record: &str,
        origin: &str,
        source: Option<&str>,
        wishes: &Wishes,
    ) -> Result<Self, String> {
        let mut kind = Record::of(record)?;
        let (mut record, mut original_tenant) = (record.to_owned(), None);
        if let Some(Fix { tenant, path }) = &wishes.fix {
            let edited = edit::set(&record, path, kind.base64_paths(), tenant)
                .map_err(|fault| format!("--path {}: {fault}", path.path()))?;
            kind = Record::of(&edited.record)?;
            (record, original_tenant) = (edited.record, Some(noted(&edited.original)));
        }
        let line = kind.line();
        if let (Record::Sqs(sqs), None) = (&kind, &wishes.to) {
            check_source(sqs, source)?;
        }
        let route = match kind {
            Record::Sqs(sqs) => queue(sqs, origin, wishes.to.as_deref(), original_tenant.as_deref())?,
            Record::Stream(_) => {
                needs_router(wishes)?;
                Route::Router(format!("{{\"Records\":[{record}]}}"), Answering::Batch)
            }
            Record::Event => {
                needs_router(wishes)?;
                Route::Router(record, Answering::Event)
            }
        };
        let destination = match &route {
            Route::Queue(destination, _) => destination.clone(),
            Route::Router(..) => "router".to_owned(),
        };
        let (line, rank) = line.unzip();
        Ok(Self { route, ticket: Ticket { line, rank, destination }, original_tenant })
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
                    names => format!(", without {names}, for which there is no room"),
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

/// Who can put messages into the quarantine must not choose which queue the operator writes to: the router says where
/// a record came from apart from the record.
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

fn needs_router(wishes: &Wishes) -> Result<(), String> {
    match wishes.router {
        Some(_) => Ok(()),
        None => {
            Err("nothing can be put back into its source: name the source's router with --router".to_owned())
        }
    }
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
mod tests {
    use super::*;
    use tenancy::Grammar;

    const ARN: &str = "arn:aws:sqs:eu-west-1:111122223333:orders.fifo";

    fn sqs() -> String {
        format!(
            r#"{{"messageId":"m-1","body":"{{\"tenantId\":\"blu\"}}","attributes":{{"MessageGroupId":"g"}},
               "messageAttributes":{{}},"eventSource":"aws:sqs","eventSourceARN":"{ARN}"}}"#
        )
    }

    const KINESIS: &str = r#"{"eventSource":"aws:kinesis","eventSourceARN":"a","n":1.0e2,
        "kinesis":{"partitionKey":"p","sequenceNumber":"7","data":"eyJ0ZW5hbnRJZCI6ImIifQ=="}}"#;

    fn fix(path: &str) -> Wishes {
        let tenant = TenantId::parse("blue", &Grammar::Lambda).unwrap();
        let fix = Some(Fix { tenant, path: Selector::parse(path).unwrap() });
        Wishes { fix, router: Some("router".to_owned()), ..Wishes::default() }
    }

    fn message(plan: Plan) -> Outgoing {
        match plan.route {
            Route::Queue(_, message) => *message,
            Route::Router(..) => panic!("no queue"),
        }
    }

    #[test]
    fn a_queues_record_goes_back_to_its_queue_in_its_group() {
        let plan =
            Plan::new(&sqs(), "q-1", Some(ARN), &Wishes::default()).unwrap_or_else(|why| panic!("{why}"));
        assert_eq!(plan.ticket.line, Some(format!("{ARN}/g")));
        assert!(plan.words().contains(ARN) && plan.words().contains("message group g"));
        assert_eq!(message(plan).body, r#"{"tenantId":"blu"}"#);
    }

    #[test]
    fn a_streams_record_goes_through_the_router_byte_for_byte_and_needs_its_name() {
        let with_router = Wishes { router: Some("r".to_owned()), ..Wishes::default() };
        let plan = Plan::new(KINESIS, "q-1", None, &with_router).unwrap_or_else(|why| panic!("{why}"));
        assert!(matches!(plan.route, Route::Router(event, Answering::Batch)
                if event == format!("{{\"Records\":[{KINESIS}]}}")));
        let without = Plan::new(KINESIS, "q-1", None, &Wishes::default()).err().unwrap();
        assert!(without.contains("--router"));
    }

    #[test]
    fn another_tenant_id_is_set_and_the_original_is_noted() {
        let plan = Plan::new(&sqs(), "q-1", Some(ARN), &fix("$.body.tenantId"))
            .unwrap_or_else(|why| panic!("{why}"));
        assert_eq!(plan.original_tenant.as_deref(), Some("blu"));
        let fixed = message(plan);
        assert_eq!(fixed.body, r#"{"tenantId":"blue"}"#);
        assert_eq!(fixed.attributes[ORIGINAL], super::super::super::message::Attribute::text("blu"));
        let group = Plan::new(&sqs(), "q-1", Some(ARN), &fix("$.attributes.MessageGroupId"));
        assert_eq!(message(group.unwrap_or_else(|why| panic!("{why}"))).group.as_deref(), Some("blue"));
    }

    #[test]
    fn a_path_that_is_not_there_is_refused_with_its_name() {
        let problem = Plan::new(&sqs(), "q-1", Some(ARN), &fix("$.body.tenant")).err().unwrap();
        assert!(problem.contains("--path $.body.tenant"), "{problem}");
    }

    #[test]
    fn a_message_cannot_choose_which_queue_the_operator_writes_to() {
        for source in [None, Some("arn:aws:sqs:eu-west-1:111122223333:other")] {
            let problem = Plan::new(&sqs(), "q-1", source, &Wishes::default()).err().unwrap();
            assert!(problem.contains("who wrote it"), "{problem}");
        }
        let named = Wishes { to: Some("https://queue.fifo".to_owned()), ..Wishes::default() };
        assert!(Plan::new(&sqs(), "q-1", None, &named).is_ok());
    }

    #[test]
    fn a_noted_value_is_one_that_an_attribute_takes() {
        assert_eq!(noted(""), "(empty)");
        assert_eq!(noted("a\0\\ü"), r"a\u{0}\\\u{fc}");
    }
}
