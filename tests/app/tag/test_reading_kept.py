"""What stays of a reading, for whom and how long; and what reading costs."""

from datetime import timedelta
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app import clock
from app.db import Database
from app.tag import keys, service
from app.tag.codes import sealed
from app.tag.models import CodeKey, CodeRead, Reading, ReadingNonce
from app.tag.rules import KEPT, Shown, window_of
from app.tag.signals import TagRead
from app.trust.terms import Identity
from tests.app.conftest import Counting
from tests.app.tag.tags import NONCE, Till, code_of, codes_of, lets_know
from tests.world import Someone, World


def test_a_person_sees_each_reading_and_erases_any_for_the_business_too(
    ana: Someone, till: Till, session: Session
) -> None:
    first, second, *_ = codes_of(ana)
    kept, gone = (till.reads(code, nonce=NONCE + code)["reading"]["id"] for code in (first, second))
    log = ana.gets("/me/readings")["items"]
    assert [each["id"] for each in log] == [gone, kept]
    assert (log[0]["reader"], log[0]["business"]["name"], log[0]["purpose"], log[0]["disclosed"]) == (
        "Till 1",
        "Bike Bar",
        "stamps for coffee",
        "handle",
    )
    ana.deletes(f"/me/readings/{gone}")
    ana.deletes(f"/me/readings/{gone}")
    assert [each["id"] for each in till.learnt] == [kept]
    assert [each["id"] for each in ana.gets("/me/readings")["items"]] == [kept]
    assert till.reads(second, nonce=NONCE + second) == {
        "nonce": NONCE + second,
        "outcome": "silent",
        "reading": None,
    }
    assert session.get(Reading, UUID(gone)) is None


def test_of_who_left_for_good_a_business_has_nothing(app: Flask, world: World, till: Till) -> None:
    bob = world.person("Bob")
    lets_know(app, bob, Identity.HANDLE)
    first, second, *_ = codes_of(bob)
    till.reads(first, nonce=NONCE)
    assert bob.asks("DELETE", "/me", {"password": "correct horse"}).status_code == 200
    assert till.learnt == []
    assert [till.reads(first, nonce=NONCE)["outcome"], till.outcome(second)] == ["silent", "unknown"]


def test_nobody_erases_anothers_reading(world: World, ana: Someone, till: Till) -> None:
    made = till.reads(code_of(ana))["reading"]["id"]
    world.person("Eve").deletes(f"/me/readings/{made}")
    world.founder.deletes(f"/me/readings/{made}")
    assert [each["id"] for each in till.learnt] == [made]


def test_both_lists_come_page_by_page(ana: Someone, till: Till) -> None:
    made = [till.reads(code)["reading"]["id"] for code in codes_of(ana)]
    for who, path in ((ana, "/me/readings"), (till.staff, f"/readers/{till.id}/readings")):
        first = who.asks("GET", f"{path}?limit=3")
        following = first.headers["Link"].split(">")[0].removeprefix("</v1")
        rest = who.asks("GET", following)
        assert [each["id"] for each in first.get_json()["items"] + rest.get_json()["items"]] == made[::-1]
        assert "Link" not in rest.headers


def test_a_business_looks_at_readings_for_thirty_days_and_a_person_for_as_long_as_they_like(
    app: Flask, world: World, till: Till, database: Database
) -> None:
    bob = world.person("Bob")
    lets_know(app, bob, Identity.PSEUDONYM)
    till.reads(code_of(bob))
    with clock.travelling(KEPT - timedelta(minutes=1)):
        assert len(till.learnt) == 1
    with clock.travelling(KEPT + timedelta(minutes=1)):
        assert till.learnt == []
        with database.transaction() as session:
            service.tidy(session, clock.now())
            assert session.scalar(select(Reading.pseudonym).where(Reading.person_id == UUID(bob.id))) is None
        assert [each["disclosed"] for each in bob.gets("/me/readings")["items"]] == ["pseudonym"]


def test_what_had_its_time_is_let_go_of_and_nothing_sooner(
    ana: Someone, till: Till, database: Database
) -> None:
    till.reads(code_of(ana), nonce=NONCE)

    def left(after: timedelta) -> tuple[int, int]:
        with clock.travelling(after), database.transaction() as session:
            service.tidy(session, clock.now())
            marks = session.scalars(select(CodeRead).where(CodeRead.person_id == UUID(ana.id))).all()
            nonces = session.scalars(
                select(ReadingNonce).where(ReadingNonce.reader_id == UUID(till.id))
            ).all()
            return len(marks), len(nonces)

    assert left(timedelta(hours=24)) == (1, 1)
    assert left(timedelta(hours=25)) == (0, 1)
    assert left(timedelta(hours=48, minutes=1)) == (0, 0)


def test_keys_are_erased_when_nothing_of_their_day_can_be_read(ana: Someone, database: Database) -> None:
    code_of(ana)
    today = window_of(clock.now()) // 144
    with clock.travelling(timedelta(days=3)), database.transaction() as session:
        service.tidy(session, clock.now())
        days = session.scalars(select(CodeKey.day).order_by(CodeKey.day)).all()
    assert days[0] > today
    assert {today + 2, today + 3, today + 4, today + 5} <= set(days)


def test_those_who_read_hear_of_nothing_but_what_was_told(
    app: Flask, ana: Someone, till: Till, database: Database
) -> None:
    told: list[TagRead] = []
    database.signals.listen(TagRead, told.extend)
    made = till.reads(code_of(ana))["reading"]["id"]
    till.reads("no code")
    assert [(str(each.id), str(each.person_id), each.disclosed) for each in told] == [
        (made, ana.id, "handle")
    ]
    database.signals._listeners[TagRead].pop()


def crowd(database: Database, count: int) -> list[str]:
    """So many people who let everybody know a pseudonym, straight in the tables; a code of each."""
    now = clock.now()
    with database.transaction() as session:
        ids = [uuid4() for _ in range(count)]
        values = [
            {"id": each, "handle": f"c{each.hex}", "now": now, "number": each.int >> 65} for each in ids
        ]
        session.execute(
            text(
                "INSERT INTO people (id, handle, name, password_hash, created_at, contract_version) "
                "VALUES (:id, :handle, :handle, '', :now, 1)"
            ),
            values,
        )
        terms = """{"terms": [{"purpose": "readers", "who": {"group": "everyone", "id": null}, "level": "nothing",
            "hours": null, "days": null, "identity": "pseudonym"}], "quiet_places": [], "time_zone": "UTC"}"""
        session.execute(
            text(
                "INSERT INTO contracts SELECT id, 1, created_at, CAST(:terms AS jsonb) FROM people WHERE id = ANY(:ids)"
            ),
            {"terms": terms, "ids": ids},
        )
        session.execute(
            text("INSERT INTO tags VALUES (:id, :number, 1, 'answering', :now)"),
            values,
        )
        shown = [Shown(each["number"], 1, window_of(now), 0) for each in values]
        return sealed(shown, keys.code_keys(session, now))


def test_a_thousand_codes_take_as_many_ways_to_the_database_as_one(
    world: World, till: Till, database: Database, own_round_trips: Counting
) -> None:
    codes = crowd(database, 1_001)
    till.outcome(codes[0])
    with own_round_trips() as of_one:
        assert till.outcome(codes[0]) == "ok"
    with own_round_trips() as of_many:
        answers = till.reads_all([{"code": code, "nonce": NONCE + code} for code in codes[1:]])
    assert {each["outcome"] for each in answers} == {"ok"}
    assert len({each["reading"]["pseudonym"] for each in answers}) == 1_000
    assert of_many() <= of_one() <= 20


def test_unknown_codes_take_the_same_statements_whatever_they_are(
    ana: Someone, till: Till, statements: Counting
) -> None:
    code_of(ana)
    till.outcome("warm")
    counts = set()
    for said in ("", "A" * 28, "2" * 28, "nothing like a code", code_of(ana)[::-1]):
        with statements() as counted:
            till.outcome(said)
        counts.add(counted())
    assert len(counts) == 1
