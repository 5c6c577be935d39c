"""Which benchmarks there are, what each needs around it, and their findings one after the other."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from bench import (
    checkins,
    codes,
    fanout,
    feed,
    forgetting,
    growth,
    least,
    matching,
    offers,
    offers_elsewhere,
    offers_heard,
    ours,
    parse,
    questions,
    redemptions,
    returns,
)
from bench.database import Cluster, Database
from bench.market import Market
from bench.processes import ROOT, WORKSHOP
from bench.report import Finding
from bench.service import Service
from bench.trial import Contest

BENCHMARKS = ("B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B9", "B10", "B11", "B12", "B13", "growth")
CONTESTANTS: dict[str, Callable[[Database], AbstractContextManager[Service]]] = {
    "hereabouts": partial(ours.running, city=checkins.CITY),
    "hereabouts-2": partial(ours.running, city=checkins.CITY, workers=2),
    "parse-server": parse.running,
    "least": least.running,
}


@dataclass(frozen=True)
class Scale:
    """How long and how large, and where the plot goes."""

    rounds: int
    seconds: float = 5.0
    watchers: Sequence[int] = (200, 1_000, 5_000)
    #: For B3: a quiet pace, and one near what the peer can do.
    per_second: Sequence[int] = (checkins.PROMISED_PER_S, 200)
    archive: int = 1_000_000
    codes: int = 1_000
    #: For B8, of which the most is for B9 too.
    said: Sequence[int] = (1, 100, 2_500)
    #: For B10, which has as many check-ins as the archive: people, and communities that they chose.
    town: tuple[int, int] = (50_000, 4_500)
    #: For B12: as many as there are of the offer that everybody wants.
    hot: int = 4_000
    #: For B11, and how many offers are elsewhere where none is here.
    market: Market = field(default_factory=Market)
    elsewhere: Sequence[int] = offers_elsewhere.SIZES
    grown: Sequence[int] = growth.SIZES
    #: Where growth.svg and offers.svg go.
    plots: Path = ROOT / "docs"

    @classmethod
    def quick(cls) -> "Scale":
        """Enough to see that everything runs; none of its figures means anything."""
        market = Market(people=2_000, communities=200, offers=1_000, span_deg=0.1)
        small = (200,), (50,), 20_000, 20, (1, 20), (500, 200), 100, market, (0, 100, 1_000), (100, 1_000)
        return cls(1, 1.0, *small, WORKSHOP)


def findings(
    only: Collection[str], contestants: Collection[str], cluster: Cluster, scale: Scale
) -> Iterator[Finding]:
    """What each of the benchmarks named in `only` found, as soon as it has."""
    nobody = Contest({}, cluster, scale.rounds, scale.seconds)
    if any(name in only for name in ("B1", "B2", "B3")):
        with _joined(nobody, contestants) as contest:
            yield from _of_check_ins(only, contest, scale)
    if "B4" in only:
        yield from fanout.findings(scale.rounds)
    if "B5" in only:
        yield from matching.findings(scale.rounds)
    if "B6" in only:
        yield feed.newest_nearby(nobody, scale.archive)
    if "B7" in only:
        yield codes.many_at_once(nobody, scale.codes)
    if "B8" in only:
        yield from forgetting.after_a_change(nobody, scale.said)
    if "B9" in only:
        yield forgetting.after_leaving(nobody, max(scale.said))
    if "B10" in only:
        yield questions.all_asked(nobody, scale.archive, *scale.town)
    if "B11" in only:
        yield from _of_offers(nobody, scale)
    if "B12" in only:
        yield redemptions.of_one_offer(nobody, scale.hot)
    if "B13" in only:
        yield returns.reported(nobody, scale.archive)
    if "growth" in only:
        yield growth.grown(nobody, scale.grown, scale.plots / "growth.svg")


@contextmanager
def _joined(contest: Contest, contestants: Collection[str]) -> Iterator[Contest]:
    """The contest with these contestants running, each on a fresh database; they end with the block."""
    with ExitStack() as until_done:
        services = {}
        for name in contestants:
            database = until_done.enter_context(contest.cluster.fresh(name))
            service = until_done.enter_context(CONTESTANTS[name](database))
            services[service.name] = service
        yield replace(contest, services=services)


def _of_offers(contest: Contest, scale: Scale) -> Iterator[Finding]:
    with offers.settled(contest.cluster, scale.market) as town:
        yield from offers.through_the_gate(contest, town)
        yield offers_heard.until_offered(contest, town)
    yield offers_elsewhere.elsewhere(contest, scale.elsewhere, scale.plots / "offers.svg")


def _of_check_ins(only: Collection[str], contest: Contest, scale: Scale) -> Iterator[Finding]:
    rivals = {name: service for name, service in contest.services.items() if name != least.NAME}
    rivalry = replace(contest, services=rivals)
    if "B1" in only:
        yield checkins.alone(rivalry)
    if "B2" in only:
        yield from (checkins.while_watched(watchers, rivalry) for watchers in scale.watchers)
    if "B3" in only:
        yield from (checkins.until_heard(contest, per_second) for per_second in scale.per_second)
