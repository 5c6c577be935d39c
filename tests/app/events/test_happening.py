"""What happens at an event: while it lasts its area is a location community; and then its story stays."""

from datetime import timedelta
from xml.etree.ElementTree import fromstring

import pytest

from app import clock
from tests.app.events.evenings import an_event, dates_of, first_date, goes, goes_on, local
from tests.world import CAFE, FAR_AWAY, Json, Someone, World, point

NOW = timedelta(minutes=1)


@pytest.fixture
def host(world: World) -> Someone:
    return world.person("Host")


def on_now(world: World, host: Someone, **more: object) -> tuple[Json, str]:
    event = an_event(host, NOW, **more)
    goes_on(world)
    return event, first_date(host, event)


def texts(somebody: Someone, date: str) -> list[str]:
    return [each["properties"]["text"] for each in somebody.gets(f"{date}/story?limit=100")["features"]]


def test_whoever_checks_in_there_is_part_of_it_while_it_lasts(world: World, host: Someone) -> None:
    event, date = on_now(world, host, title="Night ride of ours")
    ana, bob = world.person("Ana"), world.person("Bob")
    with clock.travelling(2 * NOW):
        ana.checks_in(CAFE)
        bob.checks_in(FAR_AWAY)
        assert event["properties"]["title"] in ana.is_part_of
        assert event["properties"]["title"] not in bob.is_part_of
        here = world.founder.gets(f"{date}/here")
        assert here["community_id"] in [each["id"] for each in ana.presence["memberships"]]
    with clock.travelling(timedelta(hours=4)):
        goes_on(world)
        assert ana.is_part_of == []
        ana.checks_in(CAFE)
        assert event["properties"]["title"] not in ana.is_part_of, "it is closed, though not yet removed"
    with clock.travelling(timedelta(hours=4, minutes=2)):
        goes_on(world)
        assert world.founder.gets(f"{date}/here") == {"community_id": None, "here": None, "communities": []}
        assert world.client.get(f"/v1/communities/{here['community_id']}").status_code == 404


def test_those_who_are_here_are_a_figure_from_five_on_of_mine_alone(world: World, host: Someone) -> None:
    _, date = on_now(world, host)
    riders, others = world.community("Ring riders"), world.community("Tea")
    people = [world.person() for _ in range(5)]
    with clock.travelling(2 * NOW):
        for each in people:
            each.joins(riders)
            each.joins(others)
        for each in people[:4]:
            each.checks_in(CAFE)
        people[0].leaves(others)
        assert world.founder.gets(f"{date}/here")["here"] is None
        shy = world.person("Shy", contract="friends-and-communities")
        shy.checks_in(CAFE)
        assert world.founder.gets(f"{date}/here")["here"] is None, "who says it to some alone is not counted"
        people[4].checks_in(CAFE)
        assert people[0].gets(f"{date}/here")["here"] == 5
        assert [each["name"] for each in people[0].gets(f"{date}/here")["communities"]] == ["Ring riders"]
        assert world.client.get(f"/v1{date}/here").get_json(force=True)["communities"] == []


def test_its_story_is_what_people_let_everybody_know_and_stays(world: World, host: Someone) -> None:
    _, date = on_now(world, host)
    ana, guarded = world.person("Ana"), world.person("Guarded", contract=None)
    guarded.agrees({"terms": [{"purpose": "feed", "who": {"group": "signed_in"}, "exactness": "exact"}]})
    shy = world.person("Shy", contract="friends-and-communities")
    with clock.travelling(2 * NOW):
        ana.checks_in(CAFE, "what a night")
        ana.checks_in(CAFE, "roughly here", exactness="quarter")
        ana.checks_in(CAFE, "only me", visibility="me")
        shy.checks_in(CAFE, "shy")
        guarded.checks_in(CAFE, "for whoever is signed in")
        ana.checks_in(FAR_AWAY, "elsewhere")
        taken_back = ana.checks_in(CAFE, "a slip")
        ana.deletes(f"/check-ins/{taken_back['id']}")
        assert texts(world.founder, date) == ["what a night"]
        assert texts(ana, date) == ["what a night"], "it is the same page for everybody"
    with clock.travelling(timedelta(hours=4)):
        ana.checks_in(CAFE, "too late")
        goes_on(world)
        assert texts(world.founder, date) == ["what a night"]
        told = world.client.get(f"/v1{date}/story")
        assert told.get_json(force=True)["features"][0]["properties"]["text"] == "what a night"
        ana.agrees({"ready": "invisible"})
        assert texts(world.founder, date) == [], "what is closed later is closed here, too"


def test_who_is_apart_is_not_in_the_story(world: World, host: Someone) -> None:
    _, date = on_now(world, host)
    ana, bob = world.person("Ana"), world.person("Bob")
    ana.blocks(bob)
    with clock.travelling(2 * NOW):
        ana.checks_in(CAFE, "what a night")
        assert texts(bob, date) == []
        assert texts(world.founder, date) == ["what a night"]


def test_the_story_can_be_subscribed_to(world: World, host: Someone) -> None:
    _, date = on_now(world, host, title="Night & <ride>")
    ana = world.person("Ana")
    with clock.travelling(2 * NOW):
        ana.checks_in(CAFE, "tea & <cake> \ufffe")
        answer = world.client.get(f"/v1{date}/story.atom")
    assert answer.mimetype == "application/atom+xml"
    root = fromstring(answer.get_data())
    atom = "{http://www.w3.org/2005/Atom}"
    assert root.findtext(f"{atom}title") == "Night & <ride>"
    assert root.findtext(f"{atom}entry/{atom}content") == "tea & <cake> "
    assert root.findtext(f"{atom}entry/{atom}author/{atom}name") == ana.handle


def test_an_event_moved_while_people_are_inside_stays_where_it_was_for_them(
    world: World, host: Someone
) -> None:
    event, date = on_now(world, host)
    ana = world.person("Ana")
    with clock.travelling(2 * NOW):
        ana.checks_in(CAFE, "inside")
        host.asks("PATCH", f"/events/{event['id']}", {"position": point(FAR_AWAY)})
        goes_on(world)
        assert event["properties"]["title"] in ana.is_part_of
        ana.checks_in(CAFE, "still inside")
        assert texts(host, date) == ["still inside", "inside"]


def test_what_is_for_members_alone_is_no_location_community(world: World, host: Someone) -> None:
    riders = world.community()
    host.joins(riders)
    _, date = on_now(world, host, community_id=riders["id"], visibility="community")
    assert host.gets(f"{date}/here")["community_id"] is None
    assert world.person().asks("GET", f"{date}/story").status_code == 404


def test_what_is_cancelled_or_put_off_ends_at_once(world: World, host: Someone) -> None:
    event, date = on_now(world, host)
    later = an_event(host, timedelta(minutes=5))
    goes_on(world)
    assert dates_of(host, later)[0]["properties"]["lasting"]
    starts = local(timedelta(days=2))
    said = {"starts_at": starts.isoformat(), "ends_at": (starts + NOW).isoformat()}
    host.asks("PATCH", f"/events/{later['id']}", said)
    host.puts(f"/events/{event['id']}/cancellation")
    goes_on(world)
    assert not host.gets(date)["properties"]["lasting"]
    assert not dates_of(host, later)[0]["properties"]["lasting"]
    with clock.travelling(timedelta(minutes=2)):
        goes_on(world)
    with clock.travelling(timedelta(days=2)):
        goes_on(world)
        assert dates_of(host, later)[0]["properties"]["lasting"]


def test_who_said_they_go_or_says_so_openly_was_there(world: World, host: Someone) -> None:
    place = world.place()
    _, date = on_now(world, host, place_id=place["id"])
    ana, shy, silent = (
        world.person("Ana"),
        *(world.person("Shy", "friends-and-communities") for _ in range(2)),
    )
    goes(shy, date)
    with clock.travelling(2 * NOW):
        for each in (ana, shy, silent):
            each.checks_in(CAFE)
        goes_on(world)
    with clock.travelling(timedelta(hours=8)):
        next_one = an_event(host, place_id=place["id"])
        for each, was_there in ((ana, True), (shy, True), (silent, False)):
            query = f"/events?for=me&host={host.handle}"
            [found] = [
                feature["properties"]["reasons"]
                for feature in each.gets(query)["features"]
                if feature["properties"]["event_id"] == next_one["id"]
            ]
            assert ("you were at this place before" in found) is was_there


def test_an_event_that_lasts_leaves_with_its_host(world: World, host: Someone) -> None:
    _, date = on_now(world, host, title="A very rare title")
    community = host.gets(f"{date}/here")["community_id"]
    assert host.asks("DELETE", "/me", {"password": "correct horse"}).status_code == 200
    assert world.client.get(f"/v1/communities/{community}").status_code == 404
