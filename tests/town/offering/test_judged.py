"""A small town is lived through with one rule of the gate broken, and the reference notices."""

import copy
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import make_url

from app.factory import create_app
from app.offers import gate
from app.settings import Settings
from tests.conftest import administer, drop_database
from tests.town.offering.standing import TICK, another_time, lived, staged
from town.offering import drawing
from town.offering.evidence import Evidence, evidence_of, written_in
from town.offering.opening import Stage
from town.offering.telling import judged, summary_of

OFFERS = 100


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
    with another_time():
        evidence = evidence_of(lived(app, copy.copy(town), asks), written_in(url), TICK.total_seconds() + 1.0)
    app.extensions["hereabouts"].database.dispose()
    return evidence


def judgement(evidence: Evidence) -> dict[str, Any]:
    return summary_of(evidence, judged(evidence, lambda _: None))


def test_a_town_in_which_all_goes_well_agrees(copied_url: str, town: Stage) -> None:
    summary = judgement(play(copied_url, town, asks=100))
    assert summary["agrees"], summary
    assert summary["deliveries"]["made"] > 20
    # Nothing that somebody said, or was told, was said at the same moment as anything else.
    assert not summary["in_doubt"].get("answers")


def never(reason: str) -> tuple[str, str]:
    """That nothing is withheld for a reason."""
    return f"THEN '{reason}'", f"AND false THEN '{reason}'"


#: What is broken in the gate's statement: the words, and what stands there instead.
BROKEN = {
    "activity": never("activity"),
    "wish": never("wish"),
    "consent": never("consent"),
    "consent, of a business": ("AND NOT o.business_id = ANY (s.refused)", ""),
    "consent, of others": ("(s.businesses IS NULL OR o.business_id = ANY (s.businesses))", "true"),
    "consent, at an hour": ("(s.minutes IS NULL OR", "(true OR"),
    "muted": never("muted"),
    "community, muted": ("AND NOT m.community_id = ANY (h.muted_communities)", ""),
    "community, sent off": ("AND NOT s.is_welcome", "AND s.is_welcome AND false"),
    "noise": ("came.count >= noise.budget AS is_noisy", "false AS is_noisy"),
    "budget, an hour": ("coalesce(h.recent[h.an_hour] > $4, false)", "false"),
    "budget, a day": ("coalesce(h.recent[h.a_day] > $5, false)", "false"),
    "budget, a community": ("came.count >= h.a_community AS is_spent", "false AS is_spent"),
    "budget, a business": (">= h.a_business", ">= 99"),
    "hours": ("(o.minutes IS NULL OR", "(true OR"),
    "hours, not begun": ("o.starts_at <= $3", "true"),
    "quiet": ("AND NOT quiet", ""),
    "nearest": ("ORDER BY round(metres), offer_id", "ORDER BY round(metres) DESC, offer_id"),
    "place": ("ST_Covers(o.area, h.position)", "ST_DWithin(o.area, h.position, 5000)"),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_rule_is_noticed(
    copied_url: str, town: Stage, monkeypatch: pytest.MonkeyPatch, rule: str
) -> None:
    words, instead = BROKEN[rule]
    whole = gate._PREPARE["gate"]
    assert words in whole
    monkeypatch.setitem(gate._PREPARE, "gate", whole.replace(words, instead))
    summary = judgement(play(copied_url, town))
    assert not summary["agrees"]
    assert rule.partition(",")[0] in summary["deliveries"]["broken_rules"], summary
