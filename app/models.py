"""All tables of all slices, for migrations and for the partitions made ahead."""

from app.accounts.models import AccountSession, KnownNetwork, Person
from app.businesses.models import (
    Business,
    BusinessAct,
    BusinessPlace,
    BusinessTopic,
    Doubt,
    Staff,
    StaffInvitation,
)
from app.checkins.models import CheckIn, FeedEntry, Removal
from app.clients.models import Authorization, Client
from app.communities.models import Community, CommunityTopic, LastingMembership, Membership, MutedTopic
from app.conversation.models import Conversation, Mention, ReactionMade, Reply
from app.db import Base
from app.estimates.models import ReachFigure
from app.events.models import (
    Event,
    EventAttendance,
    EventCalendar,
    EventDate,
    EventDoor,
    EventReply,
    EventTopic,
)
from app.growing.models import Asked, Declined, Emerging, SplitLookedFor
from app.http.idempotency import IdempotencyKey
from app.leaving.models import Erasure, SigningKey
from app.moderation.models import Case, CaseAct, CaseNote, Report
from app.motions.models import Motion, Standing, Steward, Vote
from app.notices.models import Notice
from app.offers.marks import WithheldDay, WithheldFigure, WithheldMark
from app.offers.models import (
    Approach,
    Delivery,
    Hold,
    Offer,
    OfferBudget,
    OfferPiece,
    OfferPlace,
    OfferTopic,
)
from app.passkeys.models import Challenge, Passkey
from app.peers.models import Asking, BusinessPost, BusinessRecord
from app.phones.models import ContactLetters, Device, KeptPosition, Suggestion
from app.pieces.models import Piece, PieceChange, PieceOpinion, PieceTopic
from app.places.models import Place
from app.presence.models import LocationMembership, Presence
from app.recovery.models import MailedLink
from app.redemptions.models import Purchase, Redemption, RedemptionAnswer, TillSecret
from app.relations.models import Block, Circle, CircleMember, Follow, FriendConsent, Mute
from app.returns.models import (
    ReturnFigure,
    ReturnGroup,
    ReturnPeriod,
    ReturnRecount,
    ReturnSale,
    ReturnSpent,
)
from app.search.models import CheckInWords, Finding, SavedSearch, SearchedUpTo, SearchEntry
from app.statistics.models import ClosedPeriod, Figure
from app.tag.models import (
    AreaVisit,
    CodeKey,
    CodeRead,
    Reader,
    ReaderKeyKept,
    Reading,
    ReadingNonce,
    Tag,
    TagFix,
)
from app.topics.models import Topic
from app.trust.models import Consent, ContractVersion, DisclosureMade, Secret
from app.webhooks.models import Webhook, WebhookDelivery, WebhookMessage, WebhookSecret
from app.wishes.models import Pledge, Wish, WishTopic

__all__ = [
    "AccountSession",
    "Approach",
    "AreaVisit",
    "Asked",
    "Asking",
    "Authorization",
    "Base",
    "Block",
    "Business",
    "BusinessAct",
    "BusinessPlace",
    "BusinessPost",
    "BusinessRecord",
    "BusinessTopic",
    "Case",
    "CaseAct",
    "CaseNote",
    "Challenge",
    "CheckIn",
    "CheckInWords",
    "Circle",
    "CircleMember",
    "Client",
    "ClosedPeriod",
    "CodeKey",
    "CodeRead",
    "Community",
    "CommunityTopic",
    "Consent",
    "ContactLetters",
    "ContractVersion",
    "Conversation",
    "Declined",
    "Delivery",
    "Device",
    "DisclosureMade",
    "Doubt",
    "Emerging",
    "Erasure",
    "Event",
    "EventAttendance",
    "EventCalendar",
    "EventDate",
    "EventDoor",
    "EventReply",
    "EventTopic",
    "FeedEntry",
    "Figure",
    "Finding",
    "Follow",
    "FriendConsent",
    "Hold",
    "IdempotencyKey",
    "KeptPosition",
    "KnownNetwork",
    "LastingMembership",
    "LocationMembership",
    "MailedLink",
    "Membership",
    "Mention",
    "Motion",
    "Mute",
    "MutedTopic",
    "Notice",
    "Offer",
    "OfferBudget",
    "OfferPiece",
    "OfferPlace",
    "OfferTopic",
    "Passkey",
    "Person",
    "Piece",
    "PieceChange",
    "PieceOpinion",
    "PieceTopic",
    "Place",
    "Pledge",
    "Presence",
    "Purchase",
    "ReachFigure",
    "ReactionMade",
    "Reader",
    "ReaderKeyKept",
    "Reading",
    "ReadingNonce",
    "Redemption",
    "RedemptionAnswer",
    "Removal",
    "Reply",
    "Report",
    "ReturnFigure",
    "ReturnGroup",
    "ReturnPeriod",
    "ReturnRecount",
    "ReturnSale",
    "ReturnSpent",
    "SavedSearch",
    "SearchEntry",
    "SearchedUpTo",
    "Secret",
    "SigningKey",
    "SplitLookedFor",
    "Staff",
    "StaffInvitation",
    "Standing",
    "Steward",
    "Suggestion",
    "Tag",
    "TagFix",
    "TillSecret",
    "Topic",
    "Vote",
    "Webhook",
    "WebhookDelivery",
    "WebhookMessage",
    "WebhookSecret",
    "Wish",
    "WishTopic",
    "WithheldDay",
    "WithheldFigure",
    "WithheldMark",
]
