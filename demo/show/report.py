"""The tables at the end of the demo."""

from rich import box
from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from demo.evidence.checks import Check
from demo.evidence.facts import Facts, Source
from demo.messages import BRIDGED, BUFFERED, DIRECT, FIFO, KINESIS, STANDARD, TABLE

# How many problems of a failed check are shown.
SHOWN = 5


# The name of each source in a table.
SOURCES = {
    STANDARD: "SQS",
    FIFO: "SQS FIFO",
    KINESIS: "Kinesis",
    BRIDGED: "Kinesis, bridged",
    TABLE: "DynamoDB Streams",
    BUFFERED: "Events, buffered",
    DIRECT: "Events, direct",
}


# The columns of the table of sources: the title, and the field of `Source`.
COLUMNS = {"sent": "sent", "delivered": "delivered", "quarantined": "rejected", "dead-lettered": "dead", "retried": "retried", "repeated": "repeated"}
NAME_WIDTH, WIDTH = max(map(len, SOURCES.values())), 14


def header() -> str:
    """The title line of the rows that are shown while the demo runs."""
    return f"  {'':<{NAME_WIDTH}}{''.join(f'{column:>{WIDTH}}' for column in COLUMNS)}"


def row(source: Source) -> str:
    """A source's row, shown as soon as its last message has arrived."""
    figures = (figure(getattr(source, name)) for name in COLUMNS.values())
    return f"  {SOURCES[source.name]:<{NAME_WIDTH}}{''.join(f'{each:>{WIDTH}}' for each in figures)}"


def show(console: Console, facts: Facts, checks: list[Check], created: str, times: dict[str, float]) -> None:
    for title, made in (
        ("Sources", sources(facts)),
        ("Tenants", tenants(facts)),
        ("Quarantined, whole and with the reason", rejected(facts)),
    ):
        console.print()
        console.print(title, style="bold")
        console.print(made)
    console.print(check_list(facts, checks))
    console.print()
    console.print(Text.assemble(("Queues, routers and mappings: ", "bold"), created))
    console.print(Text(timed(times), style="dim"))
    console.print()
    console.print(conclusion(facts, checks))


def timed(times: dict[str, float]) -> str:
    """The durations that `./taskw demo` measured."""
    first, after, whole = (times[name] for name in ("first_row_seconds", "first_row_after_build_seconds", "seconds"))
    return f"First rows after {first:.0f} s, of which {after:.0f} s after the routers were built; {whole:.0f} s in total."


def table() -> Table:
    return Table(box=box.SIMPLE_HEAD, pad_edge=False, show_footer=True)


def sources(facts: Facts) -> Table:
    made = table()
    made.add_column("source", footer="all")
    for column, name in COLUMNS.items():
        made.add_column(column, footer=str(sum(getattr(source, name) for source in facts.sources)), justify="right")
    for source in facts.sources:
        made.add_row(SOURCES[source.name], *(figure(getattr(source, name)) for name in COLUMNS.values()))
    return made


def tenants(facts: Facts) -> Table:
    made, columns = table(), ("delivered", "retried", "dead", "environments")
    made.add_column("tenant", footer="all")
    made.add_column("sent", footer=str(sum(sum(tenant.sent.values()) for tenant in facts.tenants)), justify="right")
    for name, header in zip(columns, ("delivered", "retried", "dead-lettered", "environments"), strict=True):
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


def check_list(facts: Facts, checks: list[Check]) -> Group:
    lines: list = [
        Text("Checks", style="bold"),
        Text(f"first phase: {facts.sent} messages, {facts.ordering_groups} ordering groups, {facts.invocations} invocations", style="dim"),
    ]
    if second := facts.second:
        text = f"second phase: {second.rushed} messages, {second.deaths} routers killed in mid-batch, {second.repeated} messages processed again"
        lines.append(Text(text, style="dim"))
    if third := facts.third:
        text = (
            f"third phase: {third.guarded} messages and a registry unavailable for {third.outage_seconds:.0f} s, {third.quarantined} of them "
            f"quarantined and replayed, {third.killed} replays killed"
        )
        lines.append(Text(text, style="dim"))
    if not facts.second:
        lines.append(Text("with --full: routers that are killed while they work, a registry that fails, replays that are killed", style="dim"))
    lines.append(Text(""))
    for check in checks:
        mark, style = ("✓", "green") if check.holds else ("✗", "bold red")
        lines.append(Text.assemble((f"{mark} ", style), check.name))
        lines += [Padding(Text(wrong, style="red"), (0, 0, 0, 4)) for wrong in check.wrong[:SHOWN]]
        if len(check.wrong) > SHOWN:
            lines.append(Padding(Text(f"and {len(check.wrong) - SHOWN} more", style="red"), (0, 0, 0, 4)))
    return Group(*lines)


def conclusion(facts: Facts, checks: list[Check]) -> Text:
    failed = sum(not check.holds for check in checks)
    if failed:
        return Text(f"{failed} of {len(checks)} checks failed.", style="bold red")
    sent = facts.sent + (facts.second.rushed if facts.second else 0) + (facts.third.guarded if facts.third else 0)
    return Text(f"{sent} messages of {len(facts.tenants)} tenants: each one ended where it should, none was lost.", style="bold green")
