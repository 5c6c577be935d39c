"""Asking to be welcome, speaking to members, going, and counting what people call what came."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.businesses import queries as businesses
from app.businesses.models import Business
from app.businesses.recording import note
from app.businesses.rules import Act
from app.communities import queries as communities
from app.conversation.line import next_id
from app.db import announce
from app.errors import AlreadyThere, Conflict, NotAllowed, NotFound
from app.motions import service as motions
from app.motions.models import Standing
from app.peers import queries
from app.peers.models import Asking, BusinessPost
from app.peers.rules import MOST_ASKED_A_DAY, MOST_POSTS_A_DAY, Facts, asks_again_at
from app.peers.signals import BusinessPosted, BusinessUnheard


def check_staff(session: Session, person_id: UUID, business_id: UUID) -> None:
    """Raises NotFound where there is no such business, NotAllowed unless this person is on its staff."""
    if not businesses.may_act_for(session, person_id, business_id):
        businesses.existing(session, business_id)
        raise NotAllowed("Only the staff of a business act for it among its communities.")


def check_welcome(session: Session, person_id: UUID, business_id: UUID, community_id: UUID) -> datetime:
    """Since when a community has welcomed a business. Raises NotFound, NotAllowed for who is not staff or welcome."""
    check_staff(session, person_id, business_id)
    since = queries.welcome_since(session, business_id, community_id)
    if since is None:
        communities.existing(session, community_id)
        raise NotAllowed(
            "Only who is welcome hears what is said here, and speaks. Ask its members to welcome you."
        )
    return since


def ask(session: Session, asked: tuple[UUID, UUID], why: str, by: UUID, now: datetime) -> None:
    """Ask a community to welcome a business, by one of its staff; `asked` is the business and the community.

    Raises NotFound, NotAllowed; AlreadyThere where it is welcome or this is decided now; Conflict where the community
    is forming, has enough to decide, or is to be left in peace, and where enough others were asked today.
    """
    business_id, community_id = asked
    check_staff(session, by, business_id)
    _hold(session, business_id)
    communities.existing(session, community_id)
    stands = queries.stands(session, business_id, community_id)
    facts = stands.facts if stands else Facts()
    if facts.welcome_since:
        raise AlreadyThere("This community has welcomed the business already.")
    if facts.is_open:
        raise AlreadyThere("Its members are deciding this already. Wait for what they say.")
    again_at = asks_again_at(facts)
    if again_at and again_at > now:
        raise Conflict(
            f"This community was asked before. Leave its members in peace until {again_at:%-d %B %Y, %H:%M} UTC.",
            again_at=again_at.isoformat(),
        )
    if queries.asked_since(session, business_id, now) >= MOST_ASKED_A_DAY:
        raise Conflict(
            f"A business asks {MOST_ASKED_A_DAY} communities a day at most. Ask those whom you have something to say."
        )
    motion = motions.ask(session, community_id, business_id, why, now)
    session.add(Asking(id=motion.id, by_id=by))
    note(session, business_id, by, Act.ASKED_COMMUNITY, community_id)
    session.flush()


def go(session: Session, business_id: UUID, community_id: UUID, by: UUID) -> None:
    """Withdraw what a business asks of a community, and leave where it is welcome; nothing changes where neither is.

    Raises NotFound, NotAllowed.
    """
    check_staff(session, by, business_id)
    _hold(session, business_id)
    communities.existing(session, community_id)
    withdrew = motions.withdraw_asked(session, community_id, business_id)
    if left := motions.depart(session, community_id, business_id):
        _be_unheard(session, community_id, business_id)
    if withdrew or left:
        note(session, business_id, by, Act.LEFT_COMMUNITY, community_id)
        session.flush()


@dataclass(frozen=True, slots=True)
class NewPost:
    """What a business says to the members of a community; topics by their keys."""

    business_id: UUID
    community_id: UUID
    text: str
    topics: Mapping[str, UUID]


def post(session: Session, new: NewPost, by: UUID, now: datetime) -> BusinessPosted:
    """Say something to the members, by one of the staff, while the business is welcome.

    Raises NotFound, NotAllowed; Conflict where it said enough for a day, or members would not hear of a topic.
    """
    check_staff(session, by, new.business_id)
    # Held, so that it is sent off before this or after it, and others who speak for it count this.
    held = select(Standing.since).where(
        Standing.community_id == new.community_id, Standing.business_id == new.business_id
    )
    session.execute(held.with_for_update(key_share=True))
    check_welcome(session, by, new.business_id, new.community_id)
    _check_post(session, new, now)
    made = BusinessPost(
        id=next_id(session),
        community_id=new.community_id,
        business_id=new.business_id,
        by_id=by,
        text=new.text,
        topic_ids=list(new.topics.values()),
        said_at=now,
    )
    session.add(made)
    note(session, new.business_id, by, Act.POSTED, made.id)
    session.flush()
    business = businesses.existing(session, new.business_id)
    said = new.text, tuple(new.topics.values()), tuple(new.topics), now
    posted = BusinessPosted(made.id, new.community_id, new.business_id, business.name, *said)
    announce(session, posted)
    return posted


def _check_post(session: Session, new: NewPost, now: datetime) -> None:
    if queries.posted_since(session, new.business_id, new.community_id, now) >= MOST_POSTS_A_DAY:
        raise Conflict(
            f"A business speaks {MOST_POSTS_A_DAY} times a day in a community at most, so that members hear one "
            "another. Go on tomorrow."
        )
    if queries.is_muted_in(session, new.community_id, new.topics.values()):
        raise Conflict("Members decided to hear nothing of one of these topics here. Leave it out.")


def take_back(session: Session, said: tuple[UUID, UUID, UUID], by: UUID) -> None:
    """Take back what the business said, whoever of its staff did; nothing changes where it is gone.

    `said` is the business, the community and the post. Raises NotFound, NotAllowed.
    """
    business_id, community_id, post_id = said
    check_staff(session, by, business_id)
    asked = select(BusinessPost).where(
        BusinessPost.id == post_id,
        BusinessPost.business_id == business_id,
        BusinessPost.community_id == community_id,
    )
    found = session.scalars(asked.with_for_update()).one_or_none()
    if found is None:
        raise NotFound("This business never said that here.")
    if not found.gone:
        found.gone, found.text, found.changed_id = True, "", next_id(session)
        note(session, business_id, by, Act.TOOK_BACK_POST, post_id)
        session.flush()
        announce(session, BusinessUnheard(community_id, business_id, post_id, found.changed_id))


def _be_unheard(session: Session, community_id: UUID, business_id: UUID) -> None:
    """All that the business said goes with it: it does not come back when it is welcomed anew."""
    changed_id = next_id(session)
    theirs = BusinessPost.community_id == community_id, BusinessPost.business_id == business_id
    gone = update(BusinessPost).where(*theirs, BusinessPost.gone.is_(False))
    session.execute(gone.values(gone=True, text="", changed_id=changed_id))
    announce(session, BusinessUnheard(community_id, business_id, None, changed_id))


def _hold(session: Session, business_id: UUID) -> None:
    """Have others who ask for the same business wait until the commit; what only refers to it goes on."""
    session.execute(select(Business.id).where(Business.id == business_id).with_for_update(key_share=True))


def called(
    session: Session, business_id: UUID, community_id: UUID, before: str | None, after: str | None
) -> None:
    """Count that somebody calls what came through a community `useful` or `noise`, or nothing any more.

    They must be held until the commit, so that nobody counts the same twice. A community that is gone counts nothing.
    """
    count(
        session,
        (business_id, community_id),
        (after == "useful") - (before == "useful"),
        (after == "noise") - (before == "noise"),
    )


def count(session: Session, where: tuple[UUID, UUID], useful: int, noise: int) -> None:
    """Count so many more opinions, or fewer, of a business in a community."""
    if not (useful or noise):
        return
    business_id, community_id = where
    values = {"business": business_id, "community": community_id, "useful": useful, "noise": noise}
    session.execute(_COUNT, values)


_COUNT = text("""
INSERT INTO business_records AS r (business_id, community_id, useful, noise)
SELECT :business, c.id, greatest(:useful, 0), greatest(:noise, 0)
FROM communities c WHERE c.id = :community FOR KEY SHARE
ON CONFLICT (business_id, community_id) DO UPDATE SET useful = r.useful + :useful, noise = r.noise + :noise
""")
