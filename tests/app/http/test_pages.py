"""Pages: every list is walked to its end by its Link header (RFC 8288), each item once and in order, come what may."""

from datetime import timedelta
from itertools import count
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask

from app.http.openapi import operations_of
from app.http.pages import MOST, Paged, shown
from app.ids import new_id
from tests.app.http.event_lists import EVENT_LISTS
from tests.app.http.lists import LISTS, following, pages
from tests.app.http.lists import LISTS as OTHER_LISTS
from tests.app.http.lists_together import TOGETHER
from tests.app.http.sale_lists import SALE_LISTS
from tests.world import World, problem_in

HOUR = timedelta(hours=1)
#: Each behind all topics there are, so that nothing follows what a test adds.
STEMS = count(1000)

ALL = {**LISTS, **TOGETHER, **SALE_LISTS}
LISTS = OTHER_LISTS | EVENT_LISTS


@pytest.mark.parametrize("named", ALL)
def test_each_comes_once_and_in_order_however_long_a_page(world: World, named: str) -> None:
    made = ALL[named](world)
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


@pytest.mark.parametrize("named", ALL)
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_and_once_while_others_are_added(world: World, named: str, limit: int) -> None:
    """What was there from the start comes once; what is added meanwhile at most once, and where it belongs."""
    made = ALL[named](world)
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
    made = LISTS["check-ins of a community"](world)
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
        "/businesses/<uuid:business_id>/acts",
        "/check-ins",
        "/check-ins/<uuid:check_in_id>/reactions/people",
        "/check-ins/<uuid:check_in_id>/replies",
        "/communities",
        "/communities/<uuid:community_id>/members",
        "/communities/<uuid:community_id>/motions",
        "/communities/<uuid:community_id>/pieces",
        "/communities/<uuid:community_id>/wishes",
        "/businesses/<uuid:business_id>/offers",
        "/businesses/<uuid:business_id>/redemptions",
        "/businesses/<uuid:business_id>/communities",
        "/businesses/<uuid:business_id>/communities/<uuid:community_id>/feed",
        "/businesses/<uuid:business_id>/communities/<uuid:community_id>/posts",
        "/communities/<uuid:community_id>/posts",
        "/pieces/<uuid:piece_id>/changes",
        "/businesses/<uuid:business_id>/readers",
        "/businesses/<uuid:business_id>/webhooks/<uuid:webhook_id>/deliveries",
        "/businesses/<uuid:business_id>/wishes",
        "/businesses/<uuid:business_id>/wishes/answered",
        "/events",
        "/events/<uuid:event_id>/dates",
        "/events/<uuid:event_id>/dates/<uuid:date_id>/people",
        "/events/<uuid:event_id>/dates/<uuid:date_id>/story",
        "/me/findings",
        "/me/notices",
        "/me/blocks",
        "/me/circles/<uuid:circle_id>/members",
        "/me/consents/check-ins",
        "/me/disclosures",
        "/me/followers",
        "/me/follows",
        "/me/mentions",
        "/me/moderation",
        "/me/mutes",
        "/me/offers",
        "/me/pledges",
        "/me/readings",
        "/me/redemptions",
        "/me/searches/<slug>/found",
        "/me/replies",
        "/me/reports",
        "/moderation/cases",
        "/me/suggestions",
        "/search",
        "/readers/<uuid:reader_id>/readings",
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
