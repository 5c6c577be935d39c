"""What a page costs is the same however much is on it, and one statement where it can be."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from app import clock
from app.growing.models import Asked, Emerging
from app.ids import new_id
from app.topics import queries as topics
from tests.app.conftest import Counting
from tests.app.events.evenings import an_event
from tests.app.moderation.keeping import moderator, reports
from tests.app.motions.council import Council
from tests.app.wishes.wishing import A_MONTH
from tests.world import CAFE, Someone, World

#: Makes one more of what a page shows; returns who asks for which page.
More = Callable[[], tuple[Someone, str]]


def motions(world: World, session: Session) -> More:
    council = Council(world, 5)

    def more() -> tuple[Someone, str]:
        council.moves(council.people[number()], kind="welcome", business=world.business()["id"])
        return council.people[0], f"{council.path}/motions"

    count = iter(range(100))

    def number() -> int:
        return next(count) % 5

    return more


def my_motions(world: World, session: Session) -> More:
    more = motions(world, session)
    return lambda: (more()[0], "/me/motions")


def wishes(world: World, session: Session) -> More:
    topic = world.topic("goal:bridge")
    community = world.community(kind="goal", topics=[topic])

    def more() -> tuple[Someone, str]:
        ana = world.person("Ana")
        ana.joins(community)
        wish = {"text": "A workshop", "topics": [topic], "threshold": 5}
        wish["deadline"] = (clock.now() + A_MONTH).isoformat()
        made = ana.posts(f"/communities/{community['id']}/wishes", wish)
        ana.puts(f"/wishes/{made['id']}/pledge")
        return ana, f"/communities/{community['id']}/wishes"

    return more


def asked(world: World, session: Session) -> More:
    """What could come to be, some of which came to be."""
    ana, topic = world.person("Ana"), world.topic()
    (known,) = topics.topics_named(session, [topic])
    world.location(CAFE)

    def more() -> tuple[Someone, str]:
        now = clock.now()
        times = {"first_seen_at": now, "last_seen_at": now}
        came_of_it = UUID(world.community()["id"])
        for community_id in (None, came_of_it):
            made = Emerging(id=new_id(), topic_id=known.id, centre=CAFE, radius_m=200, people=5, **times)
            made.community_id = community_id
            session.add(made)
            session.flush()
            session.add(Asked(person_id=UUID(ana.id), emerging_id=made.id, asked_at=now))
        session.commit()
        return ana, "/me/communities/suggested"

    return more


def queue(world: World, session: Session) -> More:
    keeper = moderator(world)

    def more() -> tuple[Someone, str]:
        reports(world.person(), "person", world.person().handle)
        return keeper, "/moderation/cases?state=open"

    return more


def choice(world: World, session: Session) -> More:
    ana = world.person("Ana")

    def more() -> tuple[Someone, str]:
        an_event(world.person(), timedelta(hours=6))
        return ana, f"/events?for=me&lat={CAFE.lat}&lon={CAFE.lon}&radius=500"

    return more


def mesh(world: World, session: Session) -> More:
    ana = world.person("Ana")

    def more() -> tuple[Someone, str]:
        ana.joins(world.community())
        return ana, "/mesh?steps=3"

    return more


def searched(world: World, session: Session) -> More:
    ana = world.person("Ana")

    def more() -> tuple[Someone, str]:
        world.community("Canal people")
        return ana, "/search?q=canal"

    return more


def counted(world: World, session: Session) -> More:
    ana, community = world.person("Ana"), world.community()

    def more() -> tuple[Someone, str]:
        world.person().joins(community)
        return ana, f"/communities/{community['id']}/statistics?measure=people"

    return more


def matured(world: World, session: Session) -> More:
    more = counted(world, session)

    def path() -> tuple[Someone, str]:
        ana, asked = more()
        return ana, asked.replace("statistics?measure=people", "maturity")

    return path


#: Beside the page itself: whether one belongs; whom one is apart from; who one is; what was suggested beside.
PAGES: dict[str, tuple[Any, int]] = {
    "motions": (motions, 3),
    "motions for me": (my_motions, 2),
    "wishes": (wishes, 2),
    "suggestions": (asked, 4),
    "the moderators' queue": (queue, 2),
    "events to choose": (choice, 1),
    "the mesh": (mesh, 1),
    "a search": (searched, 1),
    "statistics": (counted, 1),
    "maturity": (matured, 2),
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_costs_the_same_however_much_is_on_it(
    world: World, session: Session, statements: Counting, page: str
) -> None:
    begin, at_most = PAGES[page]
    more, sent = begin(world, session), []
    for _ in range(3):
        who, path = more()
        who.gets(path)  # What is planned once is planned by then.
        with statements() as so_far:
            who.gets(path)
        sent.append(so_far())
    assert sent[-1] <= at_most, sent
    assert sent[1] == sent[-1]


def test_voting_costs_the_same_however_many_vote(world: World, statements: Counting) -> None:
    council = Council(world, 6)
    motion = council.moves(kind="name", name="Riders")
    path, sent = f"{council.path}/motions/{motion['id']}/vote", []
    for person in council.people:
        with statements() as so_far:
            person.puts(path, {"choice": "for"})
        sent.append(so_far())
    assert set(sent) == {5}
