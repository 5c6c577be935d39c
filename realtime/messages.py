"""What goes over the sockets: each message made once for each disclosure, as a finished frame."""

from uuid import UUID

from app.checkins.shown import feature
from app.checkins.signals import CheckedIn, CheckedInByFriend, CheckInRemoved
from app.conversation.schemas import MentionShown, ReplyShown
from app.conversation.signals import Mentioned, Reacted, Replied, ReplyRemoved
from app.conversation.values import counted
from app.errors import Refusal
from app.http.operations import to_json
from app.http.problems import problem_of
from app.notices.schemas import NoticeShown
from app.notices.signals import NoticeGiven
from app.offers.shown import delivery_shown
from app.offers.signals import OfferDelivered, OfferWithdrawn
from app.peers.schemas import PostShown
from app.peers.signals import BusinessPosted, BusinessUnheard
from app.search.schemas import FindingShown
from app.search.signals import Found, MoreFound
from app.tag.schemas import MyReading
from app.tag.signals import TagRead
from app.trust.terms import Level
from realtime.cursors import Heard
from realtime.frames import event_frame

CHECK_IN = "check_in"
REMOVED = "check_in_removed"
REPLY = "reply"
REPLY_REMOVED = "reply_removed"
REACTION = "reaction"
PRESENCE = "presence"
BUSINESS_POST = "business_post"
BUSINESS_POST_REMOVED = "business_post_removed"
OFFER = "offer"
WITHDRAWN = "offer_withdrawn"
READING = "reading"
NOTICE = "notice"
FOUND = "found"
MORE_FOUND = "found_more"
SIGNED_OUT = "signed_out"
FORGET = "forget"
CHECKED_IN_BY = "checked_in_by"
MENTION = "mention"
#: What a watch may ask for.
KINDS = (
    CHECK_IN,
    REMOVED,
    REPLY,
    REPLY_REMOVED,
    REACTION,
    PRESENCE,
    BUSINESS_POST,
    BUSINESS_POST_REMOVED,
)
#: By which clients forget what they were told, also where they muted it since.
TO_FORGET = frozenset({REMOVED, REPLY_REMOVED})


def check_in(signal: CheckedIn, disclosed: Level, heard: Heard) -> bytes:
    """A check-in as a feed shows it, and the cursor to resume from after it."""
    return event_frame(CHECK_IN, {**feature(signal, disclosed), "cursor": str(heard)})


def removed(signal: CheckInRemoved, heard: Heard) -> bytes:
    """Forget this check-in."""
    return event_frame(REMOVED, {"id": signal.check_in_id, "cursor": str(heard)})


def reply(signal: Replied, heard: Heard) -> bytes:
    """An answer to a check-in as a list shows it, and the cursor to resume from after it."""
    shown = ReplyShown.told(signal).model_dump(mode="json")
    return event_frame(REPLY, {**shown, "cursor": str(heard)})


def reply_removed(signal: ReplyRemoved, heard: Heard) -> bytes:
    """Forget this answer."""
    said = {"id": signal.reply_id, "check_in": signal.about.id, "cursor": str(heard)}
    return event_frame(REPLY_REMOVED, said)


def reaction(signal: Reacted) -> bytes:
    """How often people reacted to a check-in."""
    return event_frame(REACTION, {"id": signal.about.id, "counts": counted(signal.counts)})


def mention(signal: Mentioned) -> bytes:
    """Words in which somebody is named, or which answer them."""
    return event_frame(MENTION, MentionShown.told(signal).model_dump(mode="json"))


def presence(community_id: UUID, here: int) -> bytes:
    """How many are here."""
    return event_frame(PRESENCE, {"id": community_id, "here": here})


def business_post(signal: BusinessPosted, heard: Heard) -> bytes:
    """What a business says to members, as their list shows it, and the cursor to resume from after it."""
    shown = PostShown.told(signal).model_dump(mode="json")
    return event_frame(BUSINESS_POST, {**shown, "cursor": str(heard)})


def business_post_removed(signal: BusinessUnheard, heard: Heard) -> bytes:
    """Forget this; or all that the business said in the community, where `id` is null."""
    said = {"id": signal.post_id, "community": signal.community_id, "business": signal.business_id}
    return event_frame(BUSINESS_POST_REMOVED, {**said, "cursor": str(heard)})


def offer(signal: OfferDelivered) -> bytes:
    """An offer as the inbox shows it."""
    return event_frame(OFFER, to_json(delivery_shown(signal)))


def withdrawn(signal: OfferWithdrawn) -> bytes:
    """Forget this offer."""
    return event_frame(WITHDRAWN, {"offer_id": signal.offer_id})


def reading(signal: TagRead) -> bytes:
    """A reading as the person's own log shows it."""
    return event_frame(READING, to_json(MyReading.told(signal)))


def notice(signal: NoticeGiven) -> bytes:
    """What somebody is told of what they have a part in, as their notices show it."""
    return event_frame(NOTICE, to_json(NoticeShown.of(signal)))


def found(signal: Found) -> bytes:
    """Something new of a saved search, as the person's findings show it."""
    return event_frame(FOUND, to_json(FindingShown.told(signal)))


def more_found(signal: MoreFound) -> bytes:
    """More is new of a saved search than is told; ask for it."""
    return event_frame(MORE_FOUND, {"search": signal.search})


def forget(handle: str) -> bytes:
    """Show nothing of this person any more."""
    return event_frame(FORGET, {"handle": handle})


def checked_in_by(signal: CheckedInByFriend) -> bytes:
    """A friend said where you are; take it back if they should not have."""
    return event_frame(CHECKED_IN_BY, {"id": signal.check_in_id, "by": signal.by})


def signed_out(refusal: Refusal) -> bytes:
    """This socket's token is worth nothing any more."""
    return event_frame(SIGNED_OUT, problem_of(refusal))
