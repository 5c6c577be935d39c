"""All tables of all slices, for migrations and for the partitions made ahead."""

from app.accounts.models import AccountSession, KnownNetwork, Person
from app.businesses.models import Business, Staff
from app.checkins.models import CheckIn, FeedEntry, Removal
from app.clients.models import Authorization, Client
from app.communities.models import Community, CommunityTopic, Membership
from app.db import Base
from app.events.models import (
    Event,
    EventAttendance,
    EventCalendar,
    EventDate,
    EventDoor,
    EventNotice,
    EventReply,
    EventTopic,
)
from app.http.idempotency import IdempotencyKey
from app.leaving.models import Erasure, SigningKey
from app.offers.models import Approach, Delivery, Offer, OfferBudget, OfferTopic
from app.passkeys.models import Challenge, Passkey
from app.phones.models import ContactLetters, Device, KeptPosition, Suggestion
from app.places.models import Place
from app.presence.models import LocationMembership, Presence
from app.recovery.models import MailedLink
from app.relations.models import Block, Circle, CircleMember, Follow, FriendConsent, Mute
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

__all__ = [
    "AccountSession",
    "Approach",
    "AreaVisit",
    "Authorization",
    "Base",
    "Block",
    "Business",
    "Challenge",
    "CheckIn",
    "Circle",
    "CircleMember",
    "Client",
    "CodeKey",
    "CodeRead",
    "Community",
    "CommunityTopic",
    "Consent",
    "ContactLetters",
    "ContractVersion",
    "Delivery",
    "Device",
    "DisclosureMade",
    "Erasure",
    "Event",
    "EventAttendance",
    "EventCalendar",
    "EventDate",
    "EventDoor",
    "EventNotice",
    "EventReply",
    "EventTopic",
    "FeedEntry",
    "Follow",
    "FriendConsent",
    "IdempotencyKey",
    "KeptPosition",
    "KnownNetwork",
    "LocationMembership",
    "MailedLink",
    "Membership",
    "Mute",
    "Offer",
    "OfferBudget",
    "OfferTopic",
    "Passkey",
    "Person",
    "Place",
    "Presence",
    "Reader",
    "ReaderKeyKept",
    "Reading",
    "ReadingNonce",
    "Removal",
    "Secret",
    "SigningKey",
    "Staff",
    "Suggestion",
    "Tag",
    "TagFix",
    "Topic",
]
