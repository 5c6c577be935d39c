"""What a socket missed, read from the tables: in order, each message once, or an honest "too much"."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.checkins import queries, removals
from app.checkins.feeds import Asked
from app.checkins.queries import Seen
from app.checkins.signals import CheckedIn, CheckInRemoved
from app.conversation import queries as conversation
from app.conversation.signals import About, Replied, ReplyRemoved
from app.ids import time_of
from app.leaving import queries as leaving
from app.peers import queries as peers
from app.peers.signals import BusinessPosted, BusinessUnheard
from app.relations import queries as relations
from app.trust.contract import Way
from app.trust.shares import Share
from app.trust.terms import Level
from realtime import messages
from realtime.cursors import Heard
from realtime.fanout import disclosed_to, told_by
from realtime.matching import Watch
from realtime.roster import Listener

#: Beyond this a client is better off with a snapshot.
MOST_MISSED = 500
#: What may be looked through to find it: a cursor's horizon lies a minute back, and in a busy city much of that
#: minute was heard.
MOST_PAGES = 10


@dataclass(frozen=True, slots=True)
class Missed:
    """A message that was not sent, and the id by which it is told from others."""

    id: UUID
    what: Seen | CheckInRemoved | Replied | ReplyRemoved | BusinessPosted | BusinessUnheard

    def frame(self, heard: Heard) -> bytes:
        """As it would have come live."""
        match self.what:
            case CheckInRemoved():
                return messages.removed(self.what, heard)
            case Replied():
                return messages.reply(self.what, heard)
            case ReplyRemoved():
                return messages.reply_removed(self.what, heard)
            case BusinessPosted():
                return messages.business_post(self.what, heard)
            case BusinessUnheard():
                return messages.business_post_removed(self.what, heard)
        return messages.check_in(self.what.check_in, self.what.disclosed, heard)


def missed(
    session: Session, listener: Listener, watch: Watch, since: Heard, now: datetime
) -> list[Missed] | None:
    """What a watch would have heard since, oldest first, without what this socket got by another watch.

    None where it is more than MOST_MISSED, where it is not known any more what was taken back since, or where
    something it heard must be forgotten: the person and another are apart since, or somebody left for good.
    """
    away_since = time_of(since.horizon)
    if (
        away_since < now - removals.KEPT
        or relations.parted_since(session, listener.person.id, away_since)
        or leaving.erased_since(session, away_since)
    ):
        return None
    found: list[Missed] = []
    asked = _asked(listener, watch, MOST_MISSED, since.horizon)
    if hears(watch, messages.REMOVED):
        gone = removals.removals(session, asked)
        if len(gone) == MOST_MISSED:
            return None
        found += [Missed(each.id, each) for each in gone if _may_know(listener, watch, each, now)]
    if hears(watch, messages.CHECK_IN):
        for page in _pages(session, asked, listener.person.id, now):
            if page is None:
                return None
            found += [Missed(each.check_in.id, each) for each in page if since.missed(each.check_in.id)]
    for read in (_said, _by_businesses):
        if (said := read(session, listener, watch, asked, now)) is None:
            return None
        found += said
    had = _had_live(session, listener, found, now)
    wanted = [each for each in found if since.missed(each.id) and each.id not in had | listener.sent]
    return sorted(wanted, key=lambda each: each.id) if len(wanted) <= MOST_MISSED else None


def _said(
    session: Session, listener: Listener, watch: Watch, asked: Asked, now: datetime
) -> list[Missed] | None:
    """Replies since, and those to forget; None where there may be more."""
    found: list[Missed] = []
    for kind, read in (
        (messages.REPLY, conversation.missed),
        (messages.REPLY_REMOVED, conversation.taken_back),
    ):
        if hears(watch, kind):
            said = read(session, asked, listener.person.id, now)
            if len(said) == MOST_MISSED:
                return None
            found += [Missed(each.id, each) for each in said]
    return found


def _by_businesses(
    session: Session, listener: Listener, watch: Watch, asked: Asked, now: datetime
) -> list[Missed] | None:
    """What businesses said to members since, and what of it to forget; None where there may be more."""
    theirs = watch.communities & listener.person.chosen
    if watch.area is not None or not theirs or asked.after is None:
        return []
    away = peers.Away(theirs, watch.topics, asked.after, MOST_MISSED)
    found: list[Missed] = []
    if hears(watch, messages.BUSINESS_POST):
        found += [Missed(each.id, each) for each in peers.missed(session, away, listener.person.id)]
    if hears(watch, messages.BUSINESS_POST_REMOVED):
        found += [Missed(made, each) for made, each in peers.unheard(session, away)]
    return found if len(found) < MOST_MISSED else None


def _pages(session: Session, asked: Asked, viewer: UUID, now: datetime) -> Iterator[Sequence[Seen] | None]:
    """What a feed holds, newest first, a page at a time; None where there is no end in sight."""
    before = None
    for _ in range(MOST_PAGES):
        page = queries.feed(session, replace(asked, before=before), viewer, now)
        yield page
        if len(page) < asked.limit:
            return
        before = page[-1].check_in.id
    yield None


def snapshot(session: Session, listener: Listener, watch: Watch, limit: int, now: datetime) -> Sequence[Seen]:
    """The newest check-ins a watch would have heard, newest first."""
    if limit == 0 or not hears(watch, messages.CHECK_IN):
        return []
    return queries.feed(session, _asked(listener, watch, limit, None), listener.person.id, now)


def hears(watch: Watch, kind: str) -> bool:
    """Whether it asks for this kind of message."""
    return not watch.kinds or kind in watch.kinds


def _asked(listener: Listener, watch: Watch, limit: int, after: UUID | None) -> Asked:
    return Asked(
        limit=limit,
        area=watch.area,
        topics=tuple(watch.topics),
        communities=tuple(watch.communities),
        after=after,
        heeds_what=listener.person.heeds_what,
    )


def _may_know(listener: Listener, watch: Watch, removal: CheckInRemoved, now: datetime) -> bool:
    disclosed = disclosed_to(listener, removal, Way.FEED if watch.area is None else Way.NEAR, now)
    if disclosed is Level.NOTHING:
        return False
    return (
        disclosed is Level.EXACT
        or not watch.communities
        or not watch.communities.isdisjoint(removal.community_ids)
    )


def _had_live(session: Session, listener: Listener, found: Sequence[Missed], now: datetime) -> set[UUID]:
    """What came, or comes, live to another watch of this socket.

    Of what was taken back the table does not know where it was found; to forget twice does no harm.
    """
    if not listener.watches:
        return set()
    shares = queries.shares_of(session, [each.id for each in found if isinstance(each.what, Seen)])
    told = [
        (each.id, *_told(each.what, shares))
        for each in found
        if isinstance(each.what, Seen | Replied | ReplyRemoved)
    ]
    had = {
        made
        for made, kind, signal in told
        if any(
            heard.missed(made) and told_by(other, listener, kind, signal, now) > Level.NOTHING
            for other, heard in listener.watches.values()
        )
    }
    posts = [each.what for each in found if isinstance(each.what, BusinessPosted)]
    return had | {each.id for each in posts if _had_post(listener, each)}


def _had_post(listener: Listener, said: BusinessPosted) -> bool:
    return any(
        heard.missed(said.id)
        and other.hears(messages.BUSINESS_POST, None, said.topic_ids, (said.community_id,))
        for other, heard in listener.watches.values()
    )


def _told(
    what: Seen | Replied | ReplyRemoved, shares: Mapping[UUID, tuple[Share, ...]]
) -> tuple[str, CheckedIn | About]:
    """As what kind it came, and by what it was found who hears of it."""
    if isinstance(what, Seen):
        return messages.CHECK_IN, replace(what.check_in, shares=shares.get(what.check_in.id, ()))
    return messages.REPLY if isinstance(what, Replied) else messages.REPLY_REMOVED, what.about
