"""What people see: members all of it, everybody a little; one statement, by one key, whatever there is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import clock
from app.db import Database
from app.ids import first_id_at, new_id
from app.statistics import counting, queries, service
from app.statistics.measures import BETWEEN
from app.statistics.rules import SETTLES, midnight
from tests.app.conftest import Counting
from tests.app.statistics.crowd import FOUR, Crowd
from tests.world import CAFE, Json, Someone, World


@dataclass
class Scene:
    """A community whose four weeks are over, one beside it, a member, and somebody else."""

    ring: UUID
    beside: UUID
    mia: Someone
    bob: Someone
    starts_on: date

    def asks(self, query: str, who: Someone | None = None) -> Json:
        answer: Json = (who or self.mia).gets(f"/communities/{self.ring}/statistics?{query}")
        return answer

    def cells(self, query: str) -> dict[tuple[str, ...], float]:
        """Of the four weeks that are over."""
        found = self.asks(query)["cells"]
        return {
            tuple(each["slice"].values()): each["value"]
            for each in found
            if each["starts_on"] == str(self.starts_on)
        }


@pytest.fixture(scope="module")
def scene(app: Flask) -> Iterator[Scene]:
    world = World(app.test_client(use_cookies=False))
    database: Database = app.extensions["hereabouts"].database
    with Session(database.engine, expire_on_commit=False) as session:
        crowd = Crowd(session)
        ring, beside = crowd.community(), crowd.community()
        people = crowd.people(120, ring)
        crowd.belong(people[:60], beside)
        new = crowd.people(75)
        crowd.belong(new, ring, midnight(crowd.starts_on))
        said = crowd.check_in(new, ring, text="hello")
        crowd.check_in(people, ring)
        crowd.check_in(people[:50], beside)
        at = midnight(crowd.starts_on) + timedelta(days=1, hours=12)
        crowd.answer_each([*zip(people, said[:55], strict=False)], at=at)
        for hour in range(1, 20):
            at = midnight(crowd.starts_on) + timedelta(days=3, hours=hour)
            crowd.check_in(people[:70], ring, activity="mending", at=at)
        session.commit()
    mia, bob = world.person("Mia"), world.person("Bob")
    mia.puts(f"/communities/{ring}/membership")
    with clock.travelling(midnight(crowd.starts_on + FOUR.length) + SETTLES - clock.now()):
        for _ in range(8):
            with database.transaction() as session:
                service.close_periods(session, clock.now())
        yield Scene(ring, beside, mia, bob, crowd.starts_on)


def test_a_member_sees_who_took_part_by_anything_and_any_two_things(scene: Scene) -> None:
    assert scene.cells("measure=people")[()] == pytest.approx(195, abs=15)
    assert set(scene.cells("measure=people&by=often")) == {("1",), ("16+",)}
    activities = scene.cells("measure=people&by=activity")
    assert activities["riding",] == pytest.approx(128.5, abs=25)
    assert activities["mending",] == pytest.approx(66.5, abs=25)
    crossed = scene.cells("measure=people&by=often,activity")
    assert crossed["mending", "16+"] == pytest.approx(66.5, abs=35)
    assert scene.cells("measure=people&by=activity&where=often:1").keys() == {("riding", "1")}
    assert scene.cells("measure=people&where=activity:flying") == {}


def test_members_joined_shares_and_the_rest(scene: Scene) -> None:
    assert scene.cells("measure=members")[()] == pytest.approx(196, abs=15)
    assert scene.cells("measure=joined")[()] == pytest.approx(75, abs=15)
    assert scene.cells("measure=share")[()] == pytest.approx(195 / 196, abs=0.2)
    assert scene.cells("measure=inequality")[()] == pytest.approx(0.54, abs=0.12)
    assert scene.cells("measure=reached") == {}
    (overlap,) = scene.cells("measure=overlap").values()
    assert overlap == pytest.approx(60 / 196, abs=0.2)


def test_who_answers_whom_and_who_goes_where(scene: Scene) -> None:
    assert scene.cells("measure=people&by=talk")["answered",] == pytest.approx(55, abs=20)
    assert scene.cells("measure=reciprocity")[()] == pytest.approx(55 / 75, abs=0.35)
    assert scene.cells("measure=newcomers")[()] == pytest.approx(75, abs=20)
    assert scene.cells("measure=newcomers&by=answered")["day",] == pytest.approx(55, abs=30)
    assert scene.cells("measure=newcomers_answered")[()] == pytest.approx(55 / 75, abs=0.4)
    ((_, traffic),) = scene.cells("measure=traffic").items()
    assert traffic == pytest.approx(50 / 195, abs=0.15)


def test_an_answer_says_how_sure_it_is(scene: Scene) -> None:
    said = scene.asks("measure=people&by=day,hour")
    assert (said["sigma"], said["least"], said["by"]) == (7, 26, ["day", "hour"])
    assert min(each["value"] for each in said["cells"]) >= said["least"]


EVERYBODY = ["people", "members", "joined", "share", "people&bucket=week", "share&bucket=week"]
MEMBERS = ["people&by=day", "people&where=day:mon", "members&by=tenure", "inequality", "retention", "overlap"]
MEMBERS += [
    "people&by=talk",
    "reciprocity",
    "newcomers",
    "newcomers&by=answered",
    "newcomers_answered",
    "traffic",
]


@pytest.mark.parametrize("query", [*EVERYBODY, *MEMBERS, "reached"])
def test_everybody_sees_it_whole_and_members_the_rest(scene: Scene, query: str) -> None:
    path = f"/communities/{scene.ring}/statistics?measure={query}"
    alone = scene.bob.client.get(f"/v1{path}")
    if query in EVERYBODY:
        assert scene.bob.gets(path) == scene.mia.gets(path) == alone.get_json()
    else:
        assert scene.bob.is_refused("GET", path)["type"].endswith("not-a-member")
        assert alone.status_code == 403
        assert scene.mia.gets(path)


def test_where_there_is_no_community_or_a_location_there_is_nothing(world: World) -> None:
    ana, place = world.person("Ana"), world.location(CAFE)
    for community, says in ((str(new_id()), "no such community"), (place["id"], "no statistics")):
        refused = ana.is_refused("GET", f"/communities/{community}/statistics?measure=people")
        assert refused["status"] == 404
        assert says in refused["detail"]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "measure=",
        "measure=people&by=%00",
        "measure=people&by=" + "day," * 100,
        "measure=people&where=" + "x" * 500,
        "measure=people&where=topic:%00",
        "measure=people&from=0001-01-01",
        "measure=people&from=99999-01-01",
        "measure=people&from=2026-W10-1",
        "measure=people&from=1e9",
        "measure=people&to=2026-02-30",
        "measure=people&bucket=second",
        "measure=people&area=circle",
        "measure=people&by=day;DROP",
    ],
)
def test_a_hostile_question_is_refused_in_words(scene: Scene, query: str) -> None:
    refused = scene.mia.is_refused("GET", f"/communities/{scene.ring}/statistics?{query}")
    assert refused["status"] == 422


def test_the_language_is_told_to_machines(scene: Scene) -> None:
    told = scene.bob.gets("/statistics/measures")
    for each in told["measures"]:
        for by in ["", *each["by"]]:
            query = f"measure={each['measure']}&by={by}&bucket={each['buckets'][0]}"
            assert scene.asks(query)["measure"] == each["measure"]
    assert {each["dimension"] for each in told["dimensions"]} >= {"area", "tenure"}
    assert (told["best_guess_of_one"], told["best_guess_of_all"]) == (0.79, 0.91)


@pytest.mark.parametrize(
    ("query", "sent"), [("people", 1), ("share", 1), ("retention", 1), ("traffic", 2), ("reciprocity", 1)]
)
def test_an_answer_is_one_statement_or_two(scene: Scene, query: str, sent: int, statements: Counting) -> None:
    scene.asks(f"measure={query}")
    with statements() as so_far:
        scene.asks(f"measure={query}")
    assert so_far() == sent


@pytest.fixture
def full(session: Session, scene: Scene) -> Session:
    """Five hundred communities with a year of figures, beside whatever there is."""
    ids = [new_id() for _ in range(500)]
    session.execute(
        text("""INSERT INTO communities
                SELECT (jsonb_populate_record(c, jsonb_build_object('id', each))).*
                FROM communities c, unnest(CAST(:ids AS uuid[])) AS each WHERE c.id = :ring"""),
        {"ids": ids, "ring": scene.ring},
    )
    session.execute(
        text("""INSERT INTO figures (community_id, measure, cut, bucket, starts_on, one, other, people)
                SELECT id, 'people', cut, 'four_weeks', DATE '2020-01-06' + 28 * period, CAST(part AS text), '', 30
                FROM unnest(CAST(:ids AS uuid[])) AS id, generate_series(1, 13) AS period,
                     generate_series(1, 4) AS part, (VALUES ('day'), ('hour')) AS each (cut)"""),
        {"ids": ids},
    )
    session.execute(text("ANALYZE figures, communities, memberships"))
    return session


def explained(session: Session, sql: str, values: dict[str, Any]) -> str:
    return "\n".join(session.scalars(text(f"EXPLAIN {sql}"), values))


def test_an_answer_reads_the_key_of_figures_and_nothing_that_grows(full: Session, scene: Scene) -> None:
    one = {
        "measures": ["people"],
        "cuts": ["day"],
        "buckets": ["four_weeks"],
        "ones": [None],
        "others": [None],
    }
    days = {"since": [scene.starts_on], "until": [scene.starts_on + FOUR.length]}
    plan = explained(full, queries._FIGURES, {"community": scene.ring, "viewer": new_id(), **one, **days})
    overlap = {
        "community": scene.ring,
        "measures": [*BETWEEN],
        "wholes": [*BETWEEN.values()],
        "since": days["since"][0],
        "until": days["until"][0],
    }
    for each in (plan, explained(full, queries._SHARED, overlap)):
        assert "figures_pkey" in each
        assert "Seq Scan" not in each
        assert "check_ins" not in each


def test_closing_reads_the_months_of_its_period_alone(full: Session, scene: Scene) -> None:
    first, last = scene.starts_on, scene.starts_on + FOUR.length
    possible = {f"{day:%y_%m}" for day in (first, first + timedelta(weeks=2), last)}
    answers = explained(full, counting._ANSWERS, _period(first))
    full.execute(text(counting._ANSWERS), _period(first))
    for plan in (answers, explained(full, counting._STANDING, _period(first))):
        months = set(re.findall(r" on (?:check_ins|replies)_20(\d\d_\d\d)", plan))
        assert months
        assert months <= possible
    assert "on replies_20" in answers
    full.execute(text("DROP TABLE answers"))


def _period(starts_on: date) -> dict[str, Any]:
    begins_at, ends_at = midnight(starts_on), midnight(starts_on + FOUR.length)
    bounds = {"from_id": first_id_at(begins_at), "to_id": first_id_at(ends_at)}
    return {**bounds, "begins_at": begins_at, "ends_at": ends_at, "lot": 1}
