"""Pages: every list is walked to its end by its Link header (RFC 8288), each item once and in order, come what may."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask

from app import clock
from app.http.openapi import operations_of
from app.http.pages import MOST, Paged, shown
from app.ids import new_id
from tests.app.phones.pocket import a_visit, overland
from tests.world import CAFE, FAR_AWAY, Json, Someone, World, eventually, problem_in

HOUR = timedelta(hours=1)
#: Each behind all topics there are, so that nothing follows what a test adds.
STEMS = count(1000)


def items(page: Json) -> list[str]:
    """What tells one item from another."""
    listed = page.get("features") or page.get("items", [])
    return [each.get("id") or each.get("key") or each["person"]["id"] for each in listed]


def pages(reader: Someone, path: str) -> Iterator[list[str]]:
    """One page after another, as long as one is said to follow; a walk in a circle fails."""
    for turn in count():
        if not path:
            return
        assert turn < 50, path
        answer = reader.asks("GET", path)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        yield items(answer.get_json(force=True))
        path = following(answer.headers.get("Link"))


def following(link: str | None) -> str:
    if link is None:
        return ""
    target, _, relation = link.partition(">")
    assert relation == '; rel="next"'
    return target.removeprefix("<").removeprefix("/v1")


class List:
    """A list of this test's own: who reads it where, what adds to it, which way it goes."""

    def __init__(
        self, reader: Someone, path: str, add: Callable[[], str], newest_first: bool = False
    ) -> None:
        self.reader, self.path, self.add, self.newest_first = reader, path, add, newest_first

    def ordered(self, added: list[str]) -> list[str]:
        return added[::-1] if self.newest_first else added

    def walk(self, limit: int) -> Iterator[list[str]]:
        return pages(self.reader, f"{self.path}{'&' if '?' in self.path else '?'}limit={limit}")


def check_ins(world: World) -> List:
    ana = world.person("Ana")
    return List(ana, f"/check-ins?person={ana.handle}", lambda: ana.checks_in()["id"], newest_first=True)


def check_ins_near(world: World) -> List:
    ana, topic = world.person("Ana"), world.topic()
    path = f"/check-ins?lat={CAFE.lat}&lon={CAFE.lon}&radius=500.5&topic={topic}"
    return List(ana, path, lambda: ana.checks_in(topics=[topic])["id"], newest_first=True)


def check_ins_of_a_community(world: World) -> List:
    """In a chosen one, and in a time whose plus sign must survive the way through an address."""
    ana, topic = world.person("Ana"), world.topic()
    community = world.community(topics=[topic])
    ana.joins(community)
    since = (clock.now() - HOUR).isoformat().replace("+", "%2B")
    path = f"/check-ins?community={community['id']}&since={since}&bbox=2.1,41.35,2.2,41.45"
    return List(ana, path, lambda: ana.checks_in(topics=[topic])["id"], newest_first=True)


def communities(world: World) -> List:
    topic = world.topic("goal:workshop")
    path = f"/communities?topic={topic}&kind=goal"
    return List(world.person(), path, lambda: world.community("One", "goal", [topic])["id"])


def members(world: World) -> List:
    community, ana = world.community(), world.person("Ana")
    world.founder.leaves(community)
    waiting = [ana]

    def add() -> str:
        joining = waiting.pop() if waiting else world.person()
        joining.joins(community)
        return joining.id

    return List(ana, f"/communities/{community['id']}/members", add)


def blocks(world: World) -> List:
    ana = world.person("Ana")

    def add() -> str:
        other = world.person()
        ana.blocks(other)
        return other.id

    return List(ana, "/me/blocks", add)


def topics(world: World) -> List:
    numbers, stem = count(100), f"value:z{next(STEMS)}"

    def add() -> str:
        return str(world.founder.posts("/topics", {"key": f"{stem}-{next(numbers)}"})["key"])

    return List(world.person(), f"/topics?kind=value&after={stem}", add)


def inbox(world: World) -> List:
    """Each offer in a day of its own, as the gate has it."""
    ana, topic = world.person("Ana"), world.topic()
    ana.joins(world.community(topics=[topic]))
    ana.welcomes_offers()
    days = count()

    def add() -> str:
        with clock.travelling(next(days) * 25 * HOUR):
            before = {each["id"] for each in ana.inbox}
            world.offer([topic], FAR_AWAY, ends_at=(clock.now() + timedelta(days=80)).isoformat())
            ana.moves(FAR_AWAY)
            eventually(lambda: len(ana.inbox) > len(before))
            return str(next(each["id"] for each in ana.inbox if each["id"] not in before))

    return List(ana, "/me/offers", add, newest_first=True)


def suggestions(world: World) -> List:
    ana = world.person("Ana")
    phone, hours = overland(ana), count(1)

    def add() -> str:
        phone.sends_batch(a_visit(CAFE, clock.now() - next(hours) * HOUR))
        return str(ana.gets("/me/suggestions")["items"][0]["id"])

    return List(ana, "/me/suggestions", add, newest_first=True)


LISTS = {
    "check-ins": check_ins,
    "check-ins near": check_ins_near,
    "check-ins of a community": check_ins_of_a_community,
    "communities": communities,
    "members": members,
    "blocks": blocks,
    "topics": topics,
    "inbox": inbox,
    "suggestions": suggestions,
}


@pytest.mark.parametrize("named", LISTS)
def test_each_comes_once_and_in_order_however_long_a_page(world: World, named: str) -> None:
    made = LISTS[named](world)
    added = [made.add() for _ in range(5)]
    wanted = made.ordered(added)
    for limit in (1, 2, 3, 4, 5, 6):
        walked = list(made.walk(limit))
        read = [each for page in walked for each in page]
        assert [each for each in read if each in wanted] == wanted, limit
        assert len(set(read)) == len(read)
        assert all(len(page) == limit for page in walked[:-1])
        assert 0 < len(walked[-1]) <= limit
        if len(read) == 5:
            assert len(walked) == -(-5 // limit), "a full last page promises no other"


@pytest.mark.parametrize("named", LISTS)
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_and_once_while_others_are_added(world: World, named: str, limit: int) -> None:
    """What was there from the start comes once; what is added meanwhile at most once, and where it belongs."""
    made = LISTS[named](world)
    there = [made.add() for _ in range(4)]
    added, read = list(there), list[str]()
    for page in made.walk(limit):
        read += page
        if len(added) < 7:
            added.append(made.add())
    ordered = made.ordered(added)
    mine = [each for each in read if each in added]
    assert mine == [each for each in ordered if each in mine]
    assert set(mine) >= set(there)
    if made.newest_first:
        assert set(mine) == set(there), "what is newer than the first page is no part of this walk"
    else:
        assert set(mine) >= set(added[:-1]), "only the last may have come after the last page was read"


def test_each_comes_once_while_others_are_taken_away(world: World) -> None:
    """Also where the very one at which the next page begins is gone."""
    ana = world.person("Ana")
    there = [str(ana.checks_in()["id"]) for _ in range(6)][::-1]
    walk = pages(ana, f"/check-ins?person={ana.handle}&limit=2")
    read = next(walk)
    for gone in (there[0], there[1], there[2]):
        ana.deletes(f"/check-ins/{gone}")
    for page in walk:
        read += page
    assert read == [*there[:2], *there[3:]]


def test_the_next_page_is_asked_for_as_this_one_was(world: World) -> None:
    made = check_ins_of_a_community(world)
    for _ in range(2):
        made.add()
    link = made.reader.asks("GET", f"{made.path}&limit=1").headers["Link"]
    before = dict(parse_qsl(urlsplit(made.path).query)) | {"limit": "1"}
    after = dict(parse_qsl(urlsplit(following(link)).query))
    assert after.pop("cursor")
    assert after == before


@pytest.mark.parametrize(
    ("there", "limit", "more"), [(0, 1, False), (1, 1, False), (2, 1, True), (2, 2, False)]
)
def test_only_where_more_follows_is_it_said(world: World, there: int, limit: int, more: bool) -> None:
    ana = world.person("Ana")
    for _ in range(there):
        ana.checks_in()
    answer = ana.asks("GET", f"/check-ins?person={ana.handle}&limit={limit}")
    assert ("Link" in answer.headers) is more


def test_every_list_in_parts_is_walked_here(app: Flask) -> None:
    paged = {
        operation.rule.removeprefix("/v1")
        for operation in operations_of(app)
        if operation.query is not None and {"cursor", "after"} & set(operation.query.model_fields)
    }
    assert paged == {
        "/check-ins",
        "/communities",
        "/communities/<uuid:community_id>/members",
        "/me/blocks",
        "/me/offers",
        "/me/suggestions",
        "/topics",
    }


@pytest.mark.parametrize("path", ["/check-ins", "/communities", "/me/offers"])
@pytest.mark.parametrize(
    "query",
    [
        "cursor=x",
        "cursor=AAAA",
        "cursor=%00",
        "cursor=" + "A" * 23,
        "limit=0",
        "limit=-1",
        f"limit={MOST + 1}",
    ],
)
def test_a_page_there_is_not(world: World, path: str, query: str) -> None:
    answer = world.founder.asks("GET", f"{path}?{query}")
    assert problem_in(answer)["type"] == "/v1/problems/invalid"


def test_a_cursor_comes_back_as_it_was() -> None:
    for _ in range(100):
        cursor = new_id()
        assert Paged.model_validate({"cursor": shown(cursor)}).cursor == cursor
        assert "=" not in shown(cursor)
