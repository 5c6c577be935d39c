"""B7: a reader tells of a thousand codes in one request; beside it the same codes in a request each, by ourselves."""

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from app.tag.codes import sealed
from app.tag.rules import Shown, window_of
from bench import ours
from bench.asking import Asking, asking
from bench.city import City
from bench.inhabitants import carry_tags, code_keys
from bench.ours import WITHOUT_LIMITS, Hereabouts
from bench.report import Figure, Finding, rows_of
from bench.rounds import Figures, after_warm_up, interleave, percentile
from bench.trial import Contest

PEER = "one by one"
#: So many requests a round, as one alone would tell no range.
TIMES = 20
FIGURES = (
    Figure("p50_ms", "all codes answered, half", "ms", "less", ceiling=500),
    Figure("p99_ms", "all codes answered, 99 of 100", "ms", "less"),
    Figure("codes_per_s", "codes", "/s", "more"),
    Figure("cpu_us", "processor time, server", "µs a code", "less"),
    Figure("database_cpu_us", "processor time, database", "µs a code", "less"),
)


@dataclass(frozen=True)
class Till:
    """A reader of a business, and the tags of people who let it know them by their handles."""

    service: Hereabouts
    phone: Asking
    reader: str
    key: str
    numbers: Sequence[int]
    salts: list[int] = field(default_factory=lambda: [0])

    @classmethod
    def of(cls, service: Hereabouts, phone: Asking, numbers: Sequence[int]) -> "Till":
        """One that was just put up."""
        owner = service.tokens[0]
        business = phone.ask("POST", "/businesses", owner, {"name": "A café"}).said["id"]
        wanted = {"name": "Till", "kind": "handheld", "purpose": "stamps for coffee", "asks": "handle"}
        made = phone.ask("POST", f"/businesses/{business}/readers", owner, wanted).said
        return cls(service, phone, made["id"], made["key"], numbers)

    def shown(self) -> list[str]:
        """A code of every tag, such as none has shown before."""
        self.salts[0] += 1
        window = window_of(datetime.now(UTC))
        shown = [Shown(number, 1, window, self.salts[0] % 2**16) for number in self.numbers]
        return sealed(shown, code_keys(self.service.database, window))

    def tell(self, codes: Sequence[str]) -> tuple[float, list[Any]]:
        """In how many milliseconds these were answered, and what."""
        seen = [{"code": code, "nonce": secrets.token_hex(16)} for code in codes]
        answered = self.phone.ask("POST", f"/readers/{self.reader}/readings", self.key, {"readings": seen})
        return answered.ms, answered.said["answers"]


def many_at_once(contest: Contest, codes: int) -> Finding:
    """Whoever is read is somebody else each time; every answer must name them, and every reading be a row."""
    city, cluster = City(people=codes), contest.cluster
    with (
        cluster.fresh("codes") as database,
        ours.running(database, city, settings=WITHOUT_LIMITS) as service,
        asking(service.address) as phone,
    ):
        till = Till.of(service, phone, carry_tags(database, service.tokens))
        ways = {service.name: partial(_together, till), PEER: partial(_one_by_one, till)}
        runs = {name: partial(_round, till, way, contest) for name, way in ways.items()}
        measured = interleave(runs, contest.rounds + 1)
    counted = after_warm_up(measured)
    sizes = {"codes": codes, "times": TIMES}
    return Finding("B7", PEER, sizes, rows_of(counted, PEER, FIGURES), counted, _faults(measured))


Way = Callable[[], tuple[list[float], int, int]]


def _round(till: Till, way: Way, contest: Contest, _: int) -> Figures:
    before = till.service.cpu_s(), contest.cluster.cpu_s(), _readings(till)
    began = time.monotonic()
    waits, told, named = way()
    seconds = time.monotonic() - began
    return {
        "p50_ms": percentile(waits, 0.5),
        "p99_ms": percentile(waits, 0.99),
        "codes_per_s": told / seconds,
        "cpu_us": (till.service.cpu_s() - before[0]) / told * 1e6,
        "database_cpu_us": (contest.cluster.cpu_s() - before[1]) / told * 1e6,
        "not_named": told - named,
        "rows_missing": told - (_readings(till) - before[2]),
    }


def _together(till: Till) -> tuple[list[float], int, int]:
    """How long each request took, how many codes were told, and how many of them named somebody."""
    answers = [till.tell(till.shown()) for _ in range(TIMES)]
    return [ms for ms, _ in answers], TIMES * len(till.numbers), sum(_named(said) for _, said in answers)


def _one_by_one(till: Till) -> tuple[list[float], int, int]:
    """The same, where all that one request held is told in as many as there are codes."""
    answers = [till.tell([code]) for code in till.shown()]
    return [sum(ms for ms, _ in answers)], len(answers), sum(_named(said) for _, said in answers)


def _named(answers: Sequence[Any]) -> int:
    return sum(each["outcome"] == "ok" and each["reading"]["handle"] is not None for each in answers)


def _readings(till: Till) -> int:
    return till.service.database.number("SELECT count(*) FROM readings")


def _faults(measured: dict[str, list[Figures]]) -> list[str]:
    return [
        f"{name}, round {number}: {figures[figure]:.0f} {sentence}"
        for name, rounds in measured.items()
        for number, figures in enumerate(rounds)
        for figure, sentence in (("not_named", "codes named nobody"), ("rows_missing", "readings are no row"))
        if figures[figure]
    ]
