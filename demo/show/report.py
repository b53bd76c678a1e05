"""The tables at the end."""

from rich import box
from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from demo.evidence.checks import Check
from demo.evidence.facts import Facts
from demo.story import BRIDGED, BUFFERED, DIRECT, FIFO, KINESIS, STANDARD, TABLE

# Of a check that does not hold, so many of the things it found wrong are shown.
SHOWN = 5


# What a source is called in a table.
SOURCES = {
    STANDARD: "SQS",
    FIFO: "SQS FIFO",
    KINESIS: "Kinesis",
    BRIDGED: "Kinesis, bridged",
    TABLE: "DynamoDB Streams",
    BUFFERED: "Events, buffered",
    DIRECT: "Events, direct",
}


def show(console: Console, facts: Facts, checks: list[Check], seconds: float) -> None:
    for title, made in (
        ("Sources", sources(facts)),
        ("Tenants", tenants(facts)),
        ("Set aside in quarantine, whole and with the reason", rejected(facts)),
    ):
        console.print()
        console.print(title, style="bold")
        console.print(made)
    console.print(judged(facts, checks))
    console.print()
    console.print(verdict(facts, checks, seconds))


def table() -> Table:
    return Table(box=box.SIMPLE_HEAD, pad_edge=False, show_footer=True)


def sources(facts: Facts) -> Table:
    made, columns = table(), ("sent", "delivered", "rejected", "dead", "retried", "repeated")
    made.add_column("source", footer="all")
    for name, header in zip(columns, ("sent", "delivered", "set aside", "gave up", "retried", "repeated"), strict=True):
        made.add_column(header, footer=str(sum(getattr(source, name) for source in facts.sources)), justify="right")
    for source in facts.sources:
        made.add_row(SOURCES[source.name], *(figure(getattr(source, name)) for name in columns))
    return made


def tenants(facts: Facts) -> Table:
    made, columns = table(), ("delivered", "retried", "dead", "environments")
    made.add_column("tenant", footer="all")
    made.add_column("sent", footer=str(sum(sum(tenant.sent.values()) for tenant in facts.tenants)), justify="right")
    for name, header in zip(columns, ("delivered", "retried", "gave up", "environments"), strict=True):
        made.add_column(header, footer=str(sum(getattr(tenant, name) for tenant in facts.tenants)), justify="right")
    for tenant in facts.tenants:
        made.add_row(tenant.name, figure(sum(tenant.sent.values())), *(figure(getattr(tenant, name)) for name in columns))
    return made


def figure(number: int) -> str:
    return str(number) if number else "·"


def rejected(facts: Facts) -> Table:
    made = table()
    made.add_column("reason", footer="all")
    made.add_column("records", footer=str(sum(facts.rejected.values())), justify="right")
    for reason, count in facts.rejected.items():
        made.add_row(reason, str(count))
    return made


def judged(facts: Facts, checks: list[Check]) -> Group:
    lines = [
        Text("Checks", style="bold"),
        Text(f"first act: {facts.sent} messages, {facts.lanes} groups and keys with an order, {facts.invocations} invocations", style="dim"),
        Text(
            f"second act: {facts.rushed} messages, {facts.deaths} routers killed in mid-batch, {facts.repeated} messages processed again",
            style="dim",
        ),
        Text(
            f"third act: {facts.guarded} messages behind a registry that was down for {facts.outage_seconds:.0f} s, {facts.aside} of them set "
            f"aside and replayed, {facts.killed} replays killed",
            style="dim",
        ),
        Text(""),
    ]
    for check in checks:
        mark, style = ("✓", "green") if check.holds else ("✗", "bold red")
        lines.append(Text.assemble((f"{mark} ", style), check.name))
        lines += [Padding(Text(wrong, style="red"), (0, 0, 0, 4)) for wrong in check.wrong[:SHOWN]]
        if len(check.wrong) > SHOWN:
            lines.append(Padding(Text(f"and {len(check.wrong) - SHOWN} more", style="red"), (0, 0, 0, 4)))
    return Group(*lines)


def verdict(facts: Facts, checks: list[Check], seconds: float) -> Text:
    failed = sum(not check.holds for check in checks)
    if failed:
        return Text(f"{failed} of {len(checks)} checks do not hold.", style="bold red")
    sent = facts.sent + facts.rushed + facts.guarded
    return Text(
        f"{sent} messages of {len(facts.tenants)} tenants: each where it belongs, none lost, in {seconds:.0f} s.",
        style="bold green",
    )
