"""Events are found by whoever may see them, and nothing of them stays when they go."""

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.search.models import SearchEntry
from tests.app.events.evenings import an_event, evening
from tests.app.search.finding import finds, take_in
from tests.world import CAFE, World


def test_an_event_is_found_by_words_topic_and_place(world: World, app: Flask) -> None:
    topic, title = world.topic("interest:sailing"), f"Regatta {world.seed}"
    an_event(world.person("Ana"), title=title, text="Boats, mostly", topics=[topic])
    take_in(app)
    bob = world.person("Bob")
    assert finds(bob, f"boat {world.seed}", kind="event") == [title]
    assert finds(bob, topic=topic, kind="event") == [title]
    assert finds(bob, "regatta", CAFE, kind="event") == [title]


def test_what_is_for_members_is_found_by_members(world: World, app: Flask) -> None:
    community, ana, bob = world.community(), world.person("Ana"), world.person("Bob")
    ana.joins(community)
    title = f"Assembly {world.seed}"
    ana.posts("/events", evening(title=title, community_id=community["id"], visibility="community"))
    take_in(app)
    assert finds(ana, "assembly", kind="event") == [title]
    assert finds(bob, "assembly", kind="event") == []
    bob.joins(community)
    assert finds(bob, "assembly", kind="event") == [title]


def test_nobody_finds_what_is_cancelled_or_of_whom_they_are_apart(world: World, app: Flask) -> None:
    ana, bob = world.person("Ana"), world.person("Bob")
    title = f"Picnic {world.seed}"
    event = an_event(ana, title=title)
    take_in(app)
    assert finds(bob, "picnic", kind="event") == [title]
    ana.blocks(bob)
    assert finds(bob, "picnic", kind="event") == []
    ana.unblocks(bob)
    ana.puts(f"/events/{event['id']}/cancellation")
    assert finds(bob, "picnic", kind="event") == []


def test_an_event_that_leaves_with_its_host_leaves_no_word(
    world: World, app: Flask, session: Session
) -> None:
    ana = world.person("Ana")
    event = an_event(ana, title=f"Farewell {world.seed}")
    take_in(app)
    there = select(func.count()).where(SearchEntry.id == event["id"])
    assert session.scalar(there) == 1
    session.rollback()
    assert ana.asks("DELETE", "/me", {"password": "correct horse"}).status_code == 200
    assert session.scalar(there) == 0


def test_an_event_is_found_by_what_it_is_called_now(world: World, app: Flask) -> None:
    ana, bob = world.person("Ana"), world.person("Bob")
    event = an_event(ana, title=f"Barbecue {world.seed}")
    take_in(app)
    renamed = f"Soup kitchen {world.seed}"
    assert ana.asks("PATCH", f"/events/{event['id']}", {"title": renamed}).status_code == 200
    assert finds(bob, f"barbecue {world.seed}", kind="event") == []
    assert finds(bob, f"soup {world.seed}", kind="event") == [renamed]
