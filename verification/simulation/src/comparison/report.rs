//! The figures in words and tables, as Markdown.

use std::fmt::Write;

use super::ComparisonRouter;
use super::account::Wrong;
use super::contest::{Contender, Contest, Day, Payload, Score};
use crate::numbers::grouped;
use crate::plan::Kind;

/// The marks between which the README's figures stand, and the page's own.
pub const BLOCK: [&str; 2] = ["<!-- routers: written by ./taskw figures -->\n", "<!-- end of routers -->\n"];

const SAMPLE: &str =
    "https://github.com/aws-samples/serverless-patterns/tree/main/sqs-lambda-tenant-isolation-sam-py";

/// The whole page.
#[must_use]
pub fn page(contest: &Contest, score: &Score) -> String {
    let Contest { seed, histories, .. } = contest;
    let mut page = format!(
        "# Routers compared\n\n\
         What becomes of records with this router, with a loop after the published sample and with others that one \
         might write. Each meets the same simulated histories of each source, {} of them on a usual day: the same \
         records, tenants and settings, and faults drawn from the same seed, by place. Written, with the \
         README's figures, by\n\n\
         ```sh\n./taskw figures -- --histories {histories} --seed {seed}\n```\n\n\
         {}{}{}\n\
         ![What goes wrong with a million records, by router and source](routers.svg)\n\n\
         A usual day, records of a million; the scale is logarithmic, and 0 stands apart.\n\n",
        grouped(*histories),
        BLOCK[0],
        block(score),
        BLOCK[1]
    );
    // Writing into a String does not fail.
    for &day in contest.days {
        let _ = write!(page, "{}", section(day, score));
    }
    page + &reading()
}

/// What the README says. The published sample's loop stands there only where the sample does, in a standard queue, and
/// only for what the sample can do as well: it reads no tenant id that another place could contradict.
#[must_use]
pub fn block(score: &Score) -> String {
    let of = |kind: Kind, contender: Contender| {
        score.get(&(Day::Usual, kind, contender)).copied().unwrap_or_default()
    };
    let [loops, careful] =
        [ComparisonRouter::Asynchronous, ComparisonRouter::Diligent].map(Contender::ComparisonRouter);
    let router = Contender::Shipped(Payload::Event);
    let all = of(Kind::Standard, router);
    let mut text = format!(
        "On this simulated day, but for rare outages, at most one call in a hundred goes wrong, at most one event in 500 \
         that\nLambda accepted is deleted unseen (an assumed rate), and {:.1} % of the records are bad: of a million {} name no\n\
         clear tenant, and {} others can never be processed. Each router meets the same {} histories.\n\n\
         | of a million records | lost | to a wrong tenant | out of order | needless dead letters |\n\
         | --- | --: | --: | --: | --: |\n",
        100.0 * ratio(all.without_tenant + all.poisoned, all.records),
        grouped(all.per_million(all.without_tenant)),
        grouped(all.per_million(all.poisoned)),
        grouped(all.histories),
    );
    for (kind, contender, name) in [
        (
            Kind::Standard,
            loops,
            format!("standard queue: asynchronous loop, after the [published sample]({SAMPLE})"),
        ),
        (Kind::Standard, careful, "standard queue: careful loop, partial batch responses".to_owned()),
        (Kind::Standard, router, "standard queue: **tenant router**".to_owned()),
        (Kind::Fifo, careful, "FIFO queue: careful loop, partial batch responses".to_owned()),
        (Kind::Fifo, router, "FIFO queue: **tenant router**".to_owned()),
    ] {
        let counts = of(kind, contender);
        let _ = write!(text, "| {name} |");
        for wrong in [Wrong::Lost, Wrong::Misdelivered, Wrong::OutOfOrder, Wrong::DeadLettered] {
            let is_judged = match wrong {
                Wrong::Misdelivered => contender != loops,
                Wrong::OutOfOrder => kind != Kind::Standard,
                _ => true,
            };
            let _ = write!(
                text,
                " {} |",
                if is_judged { grouped(counts.of_a_million(wrong)) } else { "–".to_owned() }
            );
        }
        text.push('\n');
    }
    text + "\n–: not judged. A standard queue keeps no order, and the sample reads the tenant where these records cannot\n\
            contradict it. The careful loop reads one of the two places that name it; the tenant router compares both.\n"
}

/// A page with the README's figures in the place of those that stand there.
///
/// # Errors
/// When it has no place for them.
pub fn in_place(page: &str, block: &str) -> Result<String, String> {
    let [begin, end] = BLOCK;
    let parts = page.split_once(begin).and_then(|(before, rest)| Some((before, rest.split_once(end)?.1)));
    let (before, after) =
        parts.ok_or_else(|| format!("no place for figures: README.md: put back the lines\n{begin}{end}"))?;
    Ok(format!("{before}{begin}{block}{end}{after}"))
}

fn section(day: Day, score: &Score) -> String {
    let mut text = match day {
        Day::Usual => {
            "## A usual day\n\nBut for rare outages at most one call in a hundred goes wrong, and at most one accepted \
             event in 500 is deleted unseen"
        }
        Day::Bad => {
            "## A bad day\n\nBy history, none, 4, 12, 30 or 60 calls of a hundred go wrong, and a fifth as many \
             accepted events are deleted unseen"
        }
    }
    .to_owned();
    let all = score.get(&(day, Kind::Standard, Contender::Shipped(Payload::Event)));
    let all = all.copied().unwrap_or_default();
    let _ = write!(
        text,
        ". How often they are deleted is an assumption, on which part of what the asynchronous loop loses depends. {} \
         histories. Of a million records {} name no clear tenant: none, or two, or what the strict grammar refuses; \
         with {} others the backend can never be done.\n\n",
        grouped(all.histories),
        grouped(all.per_million(all.without_tenant)),
        grouped(all.per_million(all.poisoned)),
    );
    for kind in Contest::KINDS {
        let _ = write!(text, "{}", table(day, kind, score));
    }
    text
}

fn table(day: Day, kind: Kind, score: &Score) -> String {
    let mut text = format!("**{}**\n\n| of a million records |", title(kind));
    for wrong in Wrong::ALL {
        let _ = write!(text, " {} |", wrong.name());
    }
    text.push_str(
        " Invokes per record | seconds to its run |\n| --- | --: | --: | --: | --: | --: | --: | --: |\n",
    );
    for contender in Contender::all() {
        let counts = score.get(&(day, kind, contender)).copied().unwrap_or_default();
        let _ = write!(text, "| {} |", contender.name());
        for wrong in Wrong::ALL {
            let has_order = kind != Kind::Standard || wrong != Wrong::OutOfOrder;
            let count = if has_order { grouped(counts.of_a_million(wrong)) } else { "–".to_owned() };
            let _ = write!(text, " {count} |");
        }
        let _ = writeln!(
            text,
            " {:.2} | {:.1} |",
            ratio(counts.invokes, counts.records),
            counts.waited.as_secs_f64() / ratio(counts.done, 1).max(1.0)
        );
    }
    text + "\n"
}

/// A source's name in the figures.
pub(super) const fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::Standard => "SQS, standard queue",
        Kind::Fifo => "SQS, FIFO queue",
        _ => "Kinesis, one shard",
    }
}

fn reading() -> String {
    let mut text = String::from(
        "## What is counted\n\n\
         - **lost**: no backend was ever done with the record, and neither the quarantine nor the dead-letter queue \
           nor the on-failure destination has it.\n\
         - **to a wrong tenant**: the record ran under a tenant id that it contradicts: its attribute names one tenant \
           and its body another, or a number. An id that both places name and only the strict grammar refuses is not \
           counted: Lambda's own grammar takes it.\n\
         - **out of order**: the run in which the backend was done with it began before that of an earlier record of \
           its message group (of its tenant's partition key, in a stream). What a backend passes over within one \
           Invoke is its own doing. \
         Where the router went away at a record's last try with its Invoke still on the way, the stream gives the \
         record up and delivers the next, and the late run is counted here; no router can prevent it.\n\
         - **needless dead letters**: the source gave it up, although it names its tenant and the backend can be done \
           with it.\n\
         - **done twice**: the backend was done with it more than once. Some of that nobody can avoid: answers that \
           are lost after the work is done, queues that deliver a message twice, streams that go on from a \
             checkpoint.\n\
         - **seconds to its run**: from sending a record to the beginning of the run in which the backend was first \
           done with it, in virtual time, the mean.\n\n\
         Shares of a million are rounded up: where there is a 0, it never happened.\n\n\
         ## How to read it\n\n\
         - Faults are those of `./taskw simulate`: throttles, refused and cut Invokes, function errors, slow and \
           silent backends, answers lost, routers that crash, messages delivered twice. The rules and the AWS pages \
           that they follow stand in `verification/simulation/src/world`. In one history of five nothing goes wrong, and in \
           the others some tenants are spared. In an outage every Invoke of one tenant is throttled or slow for a while, \
           or the quarantine takes nothing. On a usual day one in ten of the hunt's bad records and outages is left. \
           Faults that only this router can meet are left out for all: credentials of a tenant that cannot be \
           had, ports that panic, an acceptance where an answer is due.\n\
         - The tenant router is set up with `must_match` and the strict grammar. Without `must_match` it would take \
           records that contradict themselves to a wrong tenant as well.\n\
         - Every router's function has fifteen seconds more than one Invoke may take, no registry, and no aggregates \
           to unpack; the others' Invokes have the retries that the AWS SDK makes by itself. All have partial batch \
           responses and a dead-letter queue or on-failure destination at their source, whether they use them or not.\n\
         - All but \"one Invoke per tenant\" and the tenant router send each record by itself, to a function that stated \
           by an error that it failed. With `payload = \"event\"` a sub-batch shares the fate of its worst record when \
           the function fails as a whole; with `payload = \"record\"` it does not. Hence two rows.\n\
         - What the asynchronous loop loses are records that its function fails each time, for there is no failure \
           destination, bodies that are no JSON, and accepted events that Lambda deletes unseen, as it may when a \
           function cannot keep up. How often it does AWS does not say: here it is one case in five of what goes \
           wrong with an accepted event.\n\
         - What the router rejects waits in the quarantine, with the reason; with the others such a record goes to a \
           wrong tenant, runs under an id that only the strict grammar refuses, is skipped, or fails until it is \
           dead-lettered, alone or with its whole batch.\n\
         - The figures compare routers in one world. How often things go wrong in yours, they do not say.\n\n\
         ## The routers\n\n",
    );
    for router in ComparisonRouter::ALL {
        let _ = writeln!(text, "- **{}**: {}.", router.name(), router.what());
    }
    text + "- **tenant router**: the one that ships, through its own ports.\n"
}

#[allow(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
fn ratio(count: u64, of: u64) -> f64 {
    count as f64 / of.max(1) as f64
}
