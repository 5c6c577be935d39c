"""Taking everything along: all of it, readable by whoever opens it, and nobody else's."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app import clock
from app.leaving import kept, queries
from app.leaving.archive import Table, zipped
from app.trust.terms import Identity
from geo import Position
from tests.app.phones.pocket import OwnTracks, a_visit, overland, owntracks
from tests.app.tag.tags import a_till, code_of, lets_know
from tests.app.wishes.wishing import workshop
from tests.world import CAFE, Json, Someone, World, eventually, point, square

PIECE = {"title": "What to look for", "text": "=a frame that fits", "language": "en"}


def export(somebody: Someone) -> zipfile.ZipFile:
    answer = somebody.asks("POST", "/me/export")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert f'filename="hereabouts-{somebody.handle}.zip"' in answer.headers["Content-Disposition"]
    return zipfile.ZipFile(io.BytesIO(answer.get_data()))


def as_json(archive: zipfile.ZipFile, name: str) -> Any:
    return json.loads(archive.read(f"{name}.json"))


def reports_by_phones(ana: Someone, world: World, riders: Json) -> OwnTracks:
    """An app that keeps a history and shows a fellow, and one that noticed two visits, of which she wants one."""
    fellow = world.person("Fellow")
    fellow.joins(riders)
    fellow.checks_in(CAFE)
    phone, noticing = owntracks(ana), overland(ana)
    phone.changes(history=True)
    phone.is_at(CAFE, -1)
    noticing.sends_batch(a_visit(CAFE, clock.now()), a_visit(CAFE, clock.now() - timedelta(hours=1)))
    ana.deletes(f"/me/suggestions/{ana.gets('/me/suggestions')['items'][0]['id']}")
    return phone


def test_everything_is_in_it_and_the_readme_tells_of_every_file(world: World, app: Flask) -> None:
    ana, bob, topic = world.person("Ana"), world.person("Bob"), world.topic()
    riders = world.community(topics=[topic])
    ana.joins(riders)
    ana.welcomes_offers()
    world.location(CAFE)
    ana.blocks(bob)
    bob.blocks(ana)
    ana.puts(f"/me/mutes/people/{world.person().handle}")
    ana.puts(f"/me/consents/check-ins/{world.founder.handle}")
    world.founder.puts(f"/me/consents/check-ins/{ana.handle}")
    ana.draws("Riders", world.founder)
    ana.follows(world.founder)
    world.founder.follows(ana)
    ana.posts("/businesses", {"name": "Ana's"})
    ana.posts("/places", {"name": "Ana's corner", "position": point(CAFE)}, Idempotency_Key="corner")
    made = [
        ana.checks_in(CAFE, "for all", topics=[topic], activity="riding"),
        ana.checks_in(CAFE, "only me", visibility="me", exactness="quarter"),
    ]
    world.offer([topic])
    eventually(lambda: ana.inbox)
    lets_know(app, ana, Identity.PSEUDONYM)
    learnt = a_till(world).reads(code_of(ana))["reading"]
    area = a_till(world, kind="area", area=square(CAFE, 0.001))
    ana.moves(CAFE)
    eventually(lambda: len(ana.gets("/me/readings")["items"]) == 2)
    phone = reports_by_phones(ana, world, riders)
    here = workshop(world)
    ana.joins(here.community)
    ana.puts(f"/wishes/{here.stated()}/pledge")
    ana.posts(f"/communities/{riders['id']}/pieces", {**PIECE, "topics": [topic]})
    ana.puts("/me/searches/mine", {"q": "bicycle"})
    archive = export(ana)
    world.founder.deletes(f"/readers/{area.id}")
    readme = archive.read("README.txt").decode()
    for file in archive.namelist():
        assert file == "README.txt" or f"{file.partition('.')[0]}: " in readme, file
    assert [each["handle"] for each in as_json(archive, "account")] == [ana.handle]
    assert [each["id"] for each in as_json(archive, "check_ins")] == [each["id"] for each in made[::-1]]
    assert [each["text"] for each in as_json(archive, "check_ins")] == ["only me", "for all"]
    counts = {
        name.removesuffix(".json"): len(json.loads(archive.read(name)))
        for name in archive.namelist()
        if name.endswith(".json")
    }
    assert counts == {
        "account": 1,
        "check_ins": 2,
        "replies": 0,
        "reactions": 0,
        "mentions": 0,
        "mentions_of_others": 0,
        "positions": 1,
        "location_memberships": 1,
        "lasting_memberships": 0,
        "votes": 0,
        "asked_to_belong": 0,
        "declined": 0,
        "motions_about_you": 0,
        "stewardships": 0,
        "reports": 0,
        "cases_about_you": 0,
        "memberships": 2,
        "offers_received": 1,
        "offer_budgets": 1,
        "offers_in_the_inbox": 1,
        "holds": 0,
        "redemptions": 0,
        "purchases": 0,
        "tag": 1,
        "readings": 2,
        "codes_read": 1,
        "area_visits": 1,
        "tag_fixes": 1,
        "contracts": 3,
        "disclosures": 2,
        "consents": 1,
        "blocks": 1,
        "follows": 1,
        "followers": 1,
        "circles": 2,
        "check_in_consents": 1,
        "check_in_consents_of_others": 1,
        "mutes": 1,
        "pieces": 1,
        "piece_opinions": 0,
        "pledges": 1,
        "saved_searches": 1,
        "findings": 0,
        "businesses_acted_for": 1,
        "staff_invitations": 0,
        "business_acts": 1,
        "doubts": 0,
        "sessions": 1,
        "authorizations": 0,
        "clients": 0,
        "mailed_links": 0,
        "passkeys": 0,
        "passkey_challenges": 0,
        "networks": 1,
        "kept_answers": 1,
        "devices": 2,
        "position_history": 1,
        "suggestions": 2,
        "contact_letters": 1,
        "events": 0,
        "event_replies": 0,
        "notices": 0,
        "event_attendances": 0,
        "event_calendars": 0,
        "begun": 1,
    }
    # All that the receipt of whoever leaves would name, save what is for others to tell.
    assert set(queries.HELD) - set(counts) == {
        "blocks_by_others",
        "contact_letters_of_others",
        "in_circles_of_others",
        "mutes_by_others",
    }
    read = as_json(archive, "readings")[-1]
    assert (read["reader"], read["business"], read["pseudonym"]) == (
        "Till 1",
        "Bike Bar",
        learnt["pseudonym"],
    )
    assert [(each["what"], each["name"]) for each in as_json(archive, "begun")] == [("place", "Ana's corner")]
    everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert ana.token not in everything
    assert phone.setup["password"] not in everything
    assert "argon2" not in everything


def test_all_forms_hold_the_same(world: World) -> None:
    ana = world.person("Ana")
    ana.checks_in(Position(41.1, 2.2), 'one, "two"\nthree')
    archive = export(ana)
    (row,) = as_json(archive, "check_ins")
    (read,) = csv.DictReader(io.StringIO(archive.read("check_ins.csv").decode()))
    (feature,) = json.loads(archive.read("check_ins.geojson"))["features"]
    assert row["text"] == read["text"] == feature["properties"]["text"] == 'one, "two"\nthree'
    assert row["position"] == {"lat": 41.1, "lon": 2.2}
    assert (float(read["lat"]), float(read["lon"])) == (41.1, 2.2)
    assert feature["geometry"] == {"type": "Point", "coordinates": [2.2, 41.1]}


def test_many_check_ins_come_page_after_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "A_PAGE", 3)
    ana = world.person("Ana")
    for count in range(1, 8):
        ana.checks_in(CAFE)
        assert len(as_json(export(ana), "check_ins")) == count


def test_who_is_new_here_gets_an_archive_that_says_so(world: World) -> None:
    archive = export(world.person())
    assert as_json(archive, "check_ins") == []
    assert "check_ins.geojson" not in archive.namelist()
    assert (
        "check_ins: What you said, where and when, newest first. Rows: 0."
        in archive.read("README.txt").decode()
    )


@pytest.mark.parametrize("said", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_a_spreadsheet_takes_no_text_for_a_formula(said: str) -> None:
    packed = zipped("ana", [Table("check_ins", "", [{"text": said}])], clock.now())
    archive = zipfile.ZipFile(io.BytesIO(packed))
    (row,) = csv.DictReader(io.StringIO(archive.read("check_ins.csv").decode(), newline=""))
    assert row["text"] == "'" + said
    assert as_json(archive, "check_ins") == [{"text": said}]


def test_nobody_exports_without_being_signed_in(world: World) -> None:
    assert world.client.post("/v1/me/export").status_code == 401
