"""Noticing where people keep meeting, asking exactly them, and what comes of their answers; and offering splits."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import takewhile
from time import monotonic
from uuid import UUID

import gevent
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.communities import service as communities
from app.communities.queries import communities_with
from app.communities.service import Founding
from app.errors import NotFound
from app.growing import noticing, queries, splitting, together
from app.growing.models import Asked, Declined, Emerging, SplitLookedFor
from app.growing.rules import LASTS, MOST_ASKED, Meeting, at_least, is_covered
from app.growing.splitting import Halves
from app.ids import new_id
from app.motions import service as motions
from app.motions.models import Motion
from app.motions.rules import OPEN_DAYS, Kind
from app.motions.service import Moved
from geo import Circle

#: No community is begun to be looked at that much later.
SPLITS_TAKE = timedelta(seconds=30)


def notice(session: Session, now: datetime) -> list[Emerging]:
    """See where people keep meeting, and ask those who do: what there is to be asked about, old and new.

    Reads all that was said openly in the time looked back on; some seconds for a hundred thousand check-ins.
    """
    session.execute(
        delete(Emerging).where(Emerging.last_seen_at < now - LASTS, Emerging.community_id.is_(None))
    )
    found = noticing.people_together(session, now)
    return [_noticed(session, each, now) for each in found if not _is_theirs_already(session, each)]


def agree(session: Session, person_id: UUID, emerging_id: UUID, grows_at: int, now: datetime) -> UUID:
    """Say that one would belong: the community. The first who would has it proposed, though nobody founded it.

    Nothing changes for who agreed before. Raises NotFound for who was not asked.
    """
    asked, emerging = _question(session, person_id, emerging_id)
    if emerging.community_id is None:
        emerging.community_id = _proposed(session, emerging, grows_at, now)
    asked.answer = True
    session.flush()
    communities.join(session, person_id, emerging.community_id, now)
    return emerging.community_id


def refuse(session: Session, person_id: UUID, emerging_id: UUID) -> None:
    """Say that one would not; who belongs already leaves as from any other. Raises NotFound for who was not asked."""
    asked, _ = _question(session, person_id, emerging_id)
    asked.answer = False
    session.flush()


def decline(session: Session, person_id: UUID, community_id: UUID, now: datetime) -> None:
    """Not be suggested a community again; nothing changes for who declined it before."""
    declining = insert(Declined).values(person_id=person_id, community_id=community_id, at=now)
    session.execute(declining.on_conflict_do_nothing())


def offer_splits(session: Session, now: datetime) -> list[Motion]:
    """Look whether communities have grown into two, and have their members decide: what they are to decide now.

    Reads what was said openly in 90 days, once; then some 0.1 s for a community of 500, 20 s for one of 2,000 who all
    meet one another. Twenty at most, and as many as are begun within `SPLITS_TAKE`; the others are next on another day.
    """
    until = monotonic() + SPLITS_TAKE.total_seconds()
    due = takewhile(lambda _: monotonic() < until, together.due(session, now))
    found = [_offer_split(session, each, now) for each in due]
    return [each for each in found if each]


def _offer_split(session: Session, community_id: UUID, now: datetime) -> Motion | None:
    looked = insert(SplitLookedFor).values(community_id=community_id, at=now)
    session.execute(looked.on_conflict_do_update(index_elements=["community_id"], set_={"at": now}))
    people, ties = together.who_with_whom(session, community_id, now)
    # Beside the loop, which is not to wait for it.
    halves = gevent.get_hub().threadpool.apply(splitting.halves, (people, ties))
    if halves is None:
        return None
    return motions.offer(session, community_id, _split(session, community_id, len(people), halves, now), now)


def _split(session: Session, community_id: UUID, active: int, halves: Halves, now: datetime) -> Moved:
    """What members decide. It says how many, in steps, and who of them nowhere."""
    (listed,) = communities_with(session, [community_id])
    old = listed.community.name
    trait = splitting.distinguishing(*halves, together.traits(session, community_id, now))
    name = splitting.second_name(old)
    purpose = splitting.purpose_of(old, trait)
    proposal = {"name": name, "purpose": purpose, "topics": listed.topic_keys, "area": None}
    why = splitting.why_two(at_least(active), at_least(len(halves.smaller)))
    return Moved(Kind.SPLIT, proposal, name, why, timedelta(days=OPEN_DAYS))


def _question(session: Session, person_id: UUID, emerging_id: UUID) -> tuple[Asked, Emerging]:
    found = queries.question(session, person_id, emerging_id)
    if found is None:
        raise NotFound("You are not asked about this, or not any more.")
    return found


def _is_theirs_already(session: Session, meeting: Meeting) -> bool:
    found = queries.members_among(session, meeting.topic_id, meeting.people)
    return any(is_covered(meeting.people, members) for members in found.values())


def _noticed(session: Session, meeting: Meeting, now: datetime) -> Emerging:
    known = queries.emerging_near(session, meeting.topic_id, meeting.centre, meeting.reach_m)
    if known is None:
        known = Emerging(id=new_id(), topic_id=meeting.topic_id, first_seen_at=now)
        session.add(known)
    known.centre, known.radius_m = meeting.centre, meeting.reach_m
    known.people, known.last_seen_at = at_least(len(meeting.people)), now
    session.flush()
    _ask(session, known.id, meeting.people - queries.asked_already(session, known.id), now)
    return known


def _ask(session: Session, emerging_id: UUID, people: Iterable[UUID], now: datetime) -> None:
    new = sorted(people)
    busy = queries.open_questions(session, new)
    session.add_all(
        Asked(person_id=each, emerging_id=emerging_id, asked_at=now)
        for each in new
        if busy.get(each, 0) < MOST_ASKED
    )
    session.flush()


def _proposed(session: Session, emerging: Emerging, grows_at: int, now: datetime) -> UUID:
    found = queries.noticed(session, emerging.id)
    kind, _, _ = found.topic.key.partition(":")
    where = f" around {found.place}" if found.place else ""
    founding = Founding(
        kind=kind,
        name=f"{found.topic.name}{where}"[:80],
        purpose=f"For those who keep meeting{where} and speak of {found.topic.name}."[:280],
        topics={found.topic.key: found.topic.id},
        area=Circle(emerging.centre, emerging.radius_m),
        grows_at=grows_at,
    )
    return communities.found(session, founding, None, now).id
