"""A small town is lived through with one rule of the gate broken, and the reference notices."""

import copy
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import make_url

from app.factory import create_app
from app.offers import gate, receiving
from app.offers.standing import StandingOffers
from app.redemptions import rules
from app.relations.queries import muted_sql
from app.relations.rules import MuteKind
from app.settings import Settings
from tests.conftest import administer, drop_database
from tests.town.offering.standing import TICK, another_time, lived, plan, staged
from town.offering import buying, conditions, drawing, visiting
from town.offering.evidence import Evidence, evidence_of, written_in
from town.offering.opening import Stage
from town.offering.telling import judged, summary_of
from town.reference.judging import Findings

OFFERS = 100
#: The place of who lets no offers come at all, which is a key of each delivery.
UNWILLING = 11

#: Among so few people little would be met of what is rare.
CONDITIONS = {"_FEW": 0.4, "_READS": 1, "_RETURNING": 0.15, "_EVENING": 0.15, "_OFFERS_AN_EVENING": 20}


def application(database_url: str) -> Flask:
    return create_app(Settings(database_url=database_url, limits=False, plausibility=False, people_to_grow=0))


@pytest.fixture(scope="module")
def town(database_url: str) -> Stage:
    """Set up once; each play has a copy of its database."""
    app = application(database_url)
    with another_time(), pytest.MonkeyPatch.context() as patch:
        # Among so few people hardly anybody would pledge for the same.
        patch.setattr(drawing, "_MENDING", 0.9)
        patch.setattr(drawing, "_WISHES", 0.1)
        for name, value in CONDITIONS.items():
            patch.setattr(conditions, name, value)
        stage = staged(app, OFFERS)
    app.extensions["hereabouts"].database.dispose()
    return stage


@pytest.fixture
def copied_url(server_url: str, database_url: str, town: Stage) -> Iterator[str]:
    name = f"test_{secrets.token_hex(4)}"
    administer(server_url, f"CREATE DATABASE {name} TEMPLATE {make_url(database_url).database}")
    yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    drop_database(server_url, name)


def play(url: str, town: Stage, asks: int = 0) -> Evidence:
    app = application(url)
    with another_time(), pytest.MonkeyPatch.context() as patch:
        # Every business reads tags, and where somebody is there are many: a few of them are enough.
        patch.setattr(visiting, "_SHOWS", 0.2)
        evidence = evidence_of(
            lived(app, copy.copy(town), asks), written_in(url), TICK.total_seconds() + 1.0, 0.0
        )
    app.extensions["hereabouts"].database.dispose()
    return evidence


def judgement(evidence: Evidence) -> dict[str, Any]:
    return summary_of(evidence, judged(evidence, lambda _: None))


def test_a_town_in_which_all_goes_well_agrees(copied_url: str, town: Stage) -> None:
    summary = judgement(play(copied_url, town, asks=100))
    assert summary["agrees"], "\n".join(map(str, [*summary["lines"], *summary["faults"], summary]))
    assert summary["deliveries"]["made"] > 20
    reasons = summary["withheld"]["reasons"]
    assert all(reasons[each]["server"] for each in ("quantity", "returning", "event")), reasons
    assert summary["taken"]["tried"].keys() >= {"ok", "enough", "none-left"}
    # Nothing that somebody said, or was told, was said at the same moment as anything else.
    assert not summary["in_doubt"].get("answers")


def broken(
    copied_url: str, town: Stage, monkeypatch: pytest.MonkeyPatch, *rules: tuple[str, str]
) -> tuple[Findings, list[str]]:
    """What the judge finds, and what needs no judge, where these words of the gate's statement are others."""
    statement = gate._PREPARE["gate"]
    for words, instead in rules:
        assert words in statement
        statement = statement.replace(words, instead)
    monkeypatch.setitem(gate._PREPARE, "gate", statement)
    evidence = play(copied_url, town)
    return judged(evidence, lambda _: None), evidence.happened.faults


def never(reason: str) -> tuple[str, str]:
    """That nothing is withheld for a reason."""
    return f"THEN '{reason}'", f"AND false THEN '{reason}'"


def test_whoever_gets_what_they_do_not_want_is_noticed(
    copied_url: str, town: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    findings, _ = broken(
        copied_url,
        town,
        monkeypatch,
        ("(s.businesses IS NULL OR o.business_id = ANY (s.businesses))", "true"),
        ("AND NOT o.business_id = ANY (s.refused)", ""),
        ("(s.minutes IS NULL OR", "(true OR"),
        never("muted"),
        (f"AND NOT m.community_id = ANY ({muted_sql('p.person_id', MuteKind.COMMUNITY)})", ""),
        ("AND NOT quiet", ""),
        ("coalesce(h.recent[h.an_hour] > $4, false)", "false"),
        ("coalesce(h.recent[h.a_day] > $5, false)", "false"),
        ("came.count >= h.a_community AS is_spent", "false AS is_spent"),
        (">= h.a_business", ">= 99"),
    )
    users = list(plan().users)
    by_id = {player.id: users.index(user) for user, player in town.cast.users.items()}
    told = {(by_id[line.split()[0]], line.rpartition(": ")[2]) for line in findings.unjustified}
    assert told >= {
        *((person, "consent") for person in (0, 1, 2)),
        *((person, "muted") for person in (3, 4)),
        (5, "community"),
        (6, "quiet"),
        *((person, "budget") for person in (7, 8, 9, 10)),
    }
    assert not any(person == UNWILLING for person, _ in told)


def test_whatever_comes_and_should_not_is_noticed(
    copied_url: str, town: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    findings, faults = broken(
        copied_url,
        town,
        monkeypatch,
        never("activity"),
        ("AND NOT s.is_welcome", "AND s.is_welcome AND false"),
        ("came.count >= noise.budget AS is_noisy", "false AS is_noisy"),
        ("(o.minutes IS NULL OR", "(true OR"),
        ("o.starts_at <= $3", "true"),
        *map(never, ("quantity", "returning", "event")),
        ("AND remaining IS DISTINCT FROM 0", ""),
    )
    assert findings.broken.keys() >= {
        "activity",
        "noise",
        "hours",
        "window",
        "quantity",
        "returning",
        "event",
    }
    # Of a business that was sent off nothing stands in an inbox, even if the gate let it through.
    assert faults
    assert all(each.endswith("was written and not told") for each in faults)


def test_what_comes_though_something_else_is_first_or_they_are_elsewhere_is_noticed(
    copied_url: str, town: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    findings, _ = broken(
        copied_url,
        town,
        monkeypatch,
        ("ST_Covers(o.area, h.position)", "ST_DWithin(o.area, h.position, 0.003)"),
        (f"ORDER BY {gate._ORDER}", "ORDER BY relevance, metres DESC"),
    )
    assert findings.broken.keys() >= {"place", "order"}


def test_what_does_not_come_and_should_is_noticed(
    copied_url: str, town: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not when something opens, nor to who has a drink."""
    monkeypatch.setattr(StandingOffers, "opened", lambda *_: [])
    findings, _ = broken(
        copied_url, town, monkeypatch, ("WHEN o.remaining = 0", "WHEN h.activity = 'drinking'")
    )
    since = {float(line.split(" between ")[1].split(" and ")[0]) for line in findings.missing}
    looked = {act.row.fixed_at.timestamp() for act in plan().acts}
    at_check_ins = {each for each in since if any(0 <= each - one < 1 for one in looked)}
    assert at_check_ins
    assert since - at_check_ins


def test_who_gets_too_many_or_none_of_what_is_left_is_noticed(
    copied_url: str, town: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    redeem = rules.redeem

    def as_often_as_they_like(stock: rules.Stock, *others: Any) -> rules.Outcome:
        stock.per_person = 9
        return redeem(stock, *others)

    monkeypatch.setattr(buying, "_LATER", 1.0)
    monkeypatch.setattr(rules, "redeem", as_often_as_they_like)
    monkeypatch.setattr(receiving, "_LAPSED", f"{receiving._LAPSED} AND false")
    findings, faults = broken(copied_url, town, monkeypatch)
    told = {each.partition(" was told ")[2].partition(" (")[0] for each in findings.wrongly_answered}
    assert told >= {"ok of what they wanted redeemed", "none-left of what they wanted redeemed"}
    assert any(each.endswith("times") and " redeemed " in each for each in faults)
