"""What a person at the terminal sees of a play: bars, and a table that lives."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import gevent
from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from town.api import Api, NoServer
from town.reference.gate import REASONS
from town.replay.score import Offered, Score, offered, percentiles
from town.stage.cast import Done

_EVERY_S = 1.0
#: The newest so many are enough to see how it goes; the end counts all.
_LATELY = 20_000


def bar(console: Console) -> Progress:
    """A bar that tells what, how far and how long yet."""
    columns = TextColumn("{task.description:32}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    return Progress(*columns, console=console)


@contextmanager
def doing(console: Console, what: str, count: int) -> Iterator[Done]:
    """A bar for one task of about so many parts; what it gives is called with how many more are done."""
    with bar(console) as bars:
        task = bars.add_task(what, total=count, visible=count > 0)
        yield lambda more: bars.advance(task, more)
        bars.update(task, completed=count)


@contextmanager
def watching(console: Console, api: Api, score: Score, rows: int, before: Offered) -> Iterator[None]:
    """While inside, the table of the score, brought up to date every second."""
    bars = bar(console)
    task = bars.add_task("checking in", total=rows)
    with Live(Group(bars, table(score)), console=console, auto_refresh=False) as live:

        def show() -> None:
            score.catch_up()
            with suppress(NoServer):
                score.offers = offered(api).since(before)
            bars.update(task, completed=score.done)
            live.update(Group(bars, table(score)), refresh=True)

        greenlet = gevent.spawn(_for_ever, show)
        try:
            yield
        finally:
            greenlet.kill()
            show()
    if not console.is_terminal:
        # There a living table ends without the end of its line.
        console.print()


def table(score: Score) -> Table:
    """The score as it stands."""
    shown = Table(show_header=False)
    for name, value in _lines(score):
        shown.add_row(name, value)
    return shown


def _lines(score: Score) -> Iterator[tuple[str, str]]:
    yield "accepted", f"{len(score.accepted):,}"
    refused = ", ".join(f"{why} {count:,}" for why, count in score.refused.most_common())
    yield "refused", f"{score.refused.total():,} {refused}"
    yield "memberships opened", f"{score.opened:,}"
    yield "messages delivered", f"{score.heard:,} to {sum(ear.is_open for ear in score.ears):,} sockets"
    yield "offers delivered", f"{score.offers.delivered:,}"
    withheld = ", ".join(
        f"{why} {score.offers.withheld[why]:,}" for why in REASONS if score.offers.withheld[why]
    )
    yield "offers withheld", withheld or "0"
    for name, value in percentiles(score.latencies_ms[-_LATELY:]).items():
        yield f"{name} from post to push", "" if value is None else f"{value:,.1f} ms"


def _for_ever(show: Callable[[], None]) -> None:
    while True:
        gevent.sleep(_EVERY_S)
        show()
