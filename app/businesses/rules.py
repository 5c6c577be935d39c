"""Who may do what for a business: decisions on plain values."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from app.trust.steps import in_steps

INVITATION_LASTS = timedelta(days=14)
#: How many may be on the staff of one business, those who are invited among them.
MOST_STAFF = 200
MOST_PLACES = 100
#: A place of a business is a shop, a stall, a hall or a park; not a city.
MOST_PLACE_M2 = 1_000_000.0
#: Nor scattered over one: how far from its position an area may reach.
MOST_PLACE_REACH_M = 2_000.0
MOST_TOPICS = 10
#: From so many on a claim is shown as doubted.
DOUBTED_FROM = 10
#: For how long somebody has belonged whose doubts count, so that nobody comes to doubt with ten accounts.
DOUBT_COUNTS_AFTER = timedelta(days=7)


class Role(StrEnum):
    """What somebody is to a business they act for."""

    OWNER = "owner"
    STAFF = "staff"


class Act(StrEnum):
    """What is done in a business's name. Whoever lets more be done adds a word, of which none is ever renamed."""

    REGISTERED = "registered"
    INVITED = "invited"
    WITHDREW_INVITATION = "withdrew-invitation"
    JOINED = "joined"
    CHANGED_ROLE = "changed-role"
    REMOVED = "removed"
    LEFT = "left"
    ADDED_READER = "added-reader"
    CHANGED_READER = "changed-reader"
    ENDED_READER = "ended-reader"
    MADE_OFFER = "made-offer"
    CHANGED_OFFER = "changed-offer"
    PUBLISHED_OFFER = "published-offer"
    PAUSED_OFFER = "paused-offer"
    RESUMED_OFFER = "resumed-offer"
    WITHDREW_OFFER = "withdrew-offer"
    ANSWERED_WISH = "answered-wish"
    MADE_EVENT = "made-event"
    CHANGED_EVENT = "changed-event"
    CANCELLED_EVENT = "cancelled-event"
    ADDED_PLACE = "added-place"
    CHANGED_PLACE = "changed-place"
    REMOVED_PLACE = "removed-place"
    VERIFIED_PLACE = "verified-place"
    CHANGED_TOPICS = "changed-topics"
    ROLLED_BACK = "rolled-back"
    OPENED_READER = "opened-reader"
    CLOSED_READER = "closed-reader"
    ASKED_COMMUNITY = "asked-community"
    LEFT_COMMUNITY = "left-community"
    POSTED = "posted"
    TOOK_BACK_POST = "took-back-post"
    WROTE_PIECE = "wrote-piece"
    CHANGED_PIECE = "changed-piece"
    TOOK_BACK_PIECE = "took-back-piece"
    ADDED_WEBHOOK = "added-webhook"
    CHANGED_WEBHOOK = "changed-webhook"
    RENEWED_SECRET = "renewed-secret"
    TESTED_WEBHOOK = "tested-webhook"
    REPLAYED_WEBHOOK = "replayed-webhook"
    REMOVED_WEBHOOK = "removed-webhook"


class Right(StrEnum):
    """What one may do for a business because of one's role. To leave takes none."""

    #: All that a business does: its offers, readers, events, places and topics.
    ACT = "act"
    #: Who else is on the staff, who is invited, and who did what.
    READ_STAFF = "read staff"
    #: Who is on the staff: inviting, roles, removing.
    CHANGE_STAFF = "change staff"


RIGHTS = {
    Role.OWNER: frozenset(Right),
    Role.STAFF: frozenset({Right.ACT, Right.READ_STAFF}),
}


def may(role: Role | None, right: Right) -> bool:
    """Whether a role has a right; who is not on the staff has none."""
    return role is not None and right in RIGHTS[role]


def heir(others: Iterable[tuple[datetime, UUID]]) -> UUID | None:
    """Who becomes the owner when the last one leaves for good: whoever of the others served longest; None of none."""
    return min(others, default=(None, None))[1]


def needs_evidence(topic_key: str) -> bool:
    """Whether a business shows why it says that it stands for a topic: for a value, as anybody may say so."""
    return topic_key.startswith("value:")


def is_doubted(doubts: int) -> bool:
    """Whether a claim is shown as doubted: from ten doubts on. More doubts never make it less so."""
    return in_steps(doubts) >= DOUBTED_FROM
