//! The figures in words and tables, as Markdown.

use std::fmt::Write;

use super::Rival;
use super::account::{Tally, Wrong};
use super::contest::{Contender, Contest, Day, Payload, Score};
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
         What becomes of records with this router, with the published sample and with others that one might write. \
         Each meets the same simulated histories of each source, {} of them on a usual day: the same records, tenants \
         and settings, and the same faults at the same places. Written, with the README's figures, by\n\n\
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

/// What the README says.
#[must_use]
pub fn block(score: &Score) -> String {
    let of =
        |contender: Contender| score.get(&(Day::Usual, Kind::Fifo, contender)).copied().unwrap_or_default();
    let counts = |tally: Tally| {
        [Wrong::Lost, Wrong::Misdelivered, Wrong::OutOfOrder, Wrong::DeadLettered]
            .map(|wrong| grouped(tally.of_a_million(wrong)))
    };
    let [lost, misdelivered, out_of_order, dead_lettered] = counts(of(Contender::Rival(Rival::Published)));
    let careful = counts(of(Contender::Rival(Rival::Diligent))).join(", ");
    let router = of(Contender::Shipped(Payload::Event));
    format!(
        "Of a million records in a FIFO queue, on a simulated day on which one call in a hundred goes wrong,\n\
         the [published sample]({SAMPLE})\n\
         loses {lost}, runs {misdelivered} for a wrong tenant, finishes {out_of_order} out of order and\n\
         needlessly dead-letters {dead_lettered}. A careful loop with partial batch responses: {careful}.\n\
         **The tenant router: {}.** Each meets the same {} histories.\n",
        counts(router).join(", "),
        grouped(router.histories),
    )
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
        Day::Usual => "## A usual day\n\nOne call in a hundred goes wrong".to_owned(),
        Day::Bad => {
            "## A bad day\n\nBy history, none, 4, 12, 30 or 60 calls of a hundred go wrong".to_owned()
        }
    };
    let all = score.get(&(day, Kind::Standard, Contender::Shipped(Payload::Event)));
    let all = all.copied().unwrap_or_default();
    let _ = write!(
        text,
        ". {} histories. Of a million records {} name no tenant, or two, or one that cannot be; with {} the backend can never be done.\n\n",
        grouped(all.histories),
        grouped(all.per_million(all.nobodys)),
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
        " Invokes per record | seconds to done |\n| --- | --: | --: | --: | --: | --: | --: | --: |\n",
    );
    for contender in Contender::all() {
        let tally = score.get(&(day, kind, contender)).copied().unwrap_or_default();
        let _ = write!(text, "| {} |", contender.name());
        for wrong in Wrong::ALL {
            let has_order = kind != Kind::Standard || wrong != Wrong::OutOfOrder;
            let count = if has_order { grouped(tally.of_a_million(wrong)) } else { "–".to_owned() };
            let _ = write!(text, " {count} |");
        }
        let _ = writeln!(
            text,
            " {:.2} | {:.1} |",
            ratio(tally.invokes, tally.records),
            tally.waited.as_secs_f64() / ratio(tally.done, 1).max(1.0)
        );
    }
    text + "\n"
}

/// A source's name in the figures.
pub(super) const fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::Standard => "SQS, standard queue",
        Kind::Fifo => "SQS, FIFO queue",
        Kind::Kinesis => "Kinesis, one shard",
        Kind::DynamoDb => "DynamoDB stream, one shard",
        Kind::Bridge => "A stream with a bridge, one shard",
        Kind::EventBridge => "EventBridge rule",
        Kind::Buffered => "EventBridge rule with a queue",
    }
}

fn reading() -> String {
    let mut text = String::from(
        "## What is counted\n\n\
         - **lost**: no backend was ever done with the record, and neither the quarantine nor the dead-letter queue \
           nor the on-failure destination has it. Nobody will hear of it.\n\
         - **to a wrong tenant**: the record ran under a tenant id that it contradicts: its attribute names one tenant \
           and its body another, or one of them is no tenant's id.\n\
         - **out of order**: the backend was done with it before an earlier record of its message group (of its \
           tenant's partition key, in a stream). What a backend passes over within one Invoke is its own doing.\n\
         - **needless dead letters**: the source gave it up, although it names its tenant and the backend can be done \
           with it.\n\
         - **done twice**: the backend was done with it more than once. Some of that nobody can avoid: answers that \
           are lost after the work is done, queues that hand out a message twice, streams that go on from a \
             checkpoint.\n\
         - **seconds to done**: from sending a record to the backend being done with it, in virtual time, the mean.\n\n\
         Shares of a million are rounded up: where there is a 0, it never happened.\n\n\
         ## How to read it\n\n\
         - Faults are those of `./taskw simulate`: throttles, refused and cut Invokes, function errors, slow and \
           silent backends, answers lost, routers that crash, messages handed out twice. The rules and the AWS pages \
           that they follow stand in `crates/simulation/src/world`. In one history of five nothing goes wrong, and in \
           the others some tenants are spared; on a usual day one in ten of the hunt's bad records and storms is \
             left.\n\
         - Every router's function has fifteen seconds more than one Invoke may take, no registry, and no aggregates \
           to unpack; the others' Invokes have the retries that the AWS SDK makes by itself. All have partial batch \
           responses and a dead-letter queue or on-failure destination at their source, whether they use them or not.\n\
         - All but \"one Invoke per tenant\" and the tenant router send each record by itself, to a function that says \
           by an error that it failed. With `payload = \"event\"` a sub-batch shares the fate of its worst record when \
           the function fails as a whole; with `payload = \"record\"` it does not. Hence two rows.\n\
         - What the published sample loses are records that its function fails each time, for there is no failure \
           destination, bodies that are no JSON, and accepted events that Lambda deletes unseen, as it may when a \
           function cannot keep up: of what goes wrong with an accepted event that is one case in five.\n\
         - What the router rejects waits in the quarantine, with the reason; with the others such a record goes to a \
           wrong tenant, or fails until it is dead-lettered, alone or with its whole batch.\n\
         - The figures compare routers in one world. How often things go wrong in yours, they do not say.\n\n\
         ## The routers\n\n",
    );
    for rival in Rival::ALL {
        let _ = writeln!(text, "- **{}**: {}.", rival.name(), rival.what());
    }
    text + "- **tenant router**: the one that ships, through its own ports.\n"
}

#[allow(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
fn ratio(count: u64, of: u64) -> f64 {
    count as f64 / of.max(1) as f64
}

/// Digits in groups of three.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn digits_stand_in_groups_of_three() {
        assert_eq!([0, 12, 999, 1_000, 1_234_567].map(grouped), ["0", "12", "999", "1,000", "1,234,567"]);
    }
}
