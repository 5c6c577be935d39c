"""All tables of all slices, for migrations and for the partitions made ahead."""

from app.accounts.models import AccountSession, KnownNetwork, Person
from app.businesses.models import Business, Staff
from app.checkins.models import CheckIn, FeedEntry, Removal
from app.communities.models import Community, CommunityTopic, Membership
from app.db import Base
from app.http.idempotency import IdempotencyKey
from app.leaving.models import Erasure, SigningKey
from app.offers.models import Approach, Delivery, Offer, OfferBudget, OfferTopic
from app.places.models import Place
from app.presence.models import LocationMembership, Presence
from app.relations.models import Block, Circle, CircleMember, Follow, Mute
from app.topics.models import Topic
from app.trust.models import Consent, ContractVersion, DisclosureMade, Secret

__all__ = [
    "AccountSession",
    "Approach",
    "Base",
    "Block",
    "Business",
    "CheckIn",
    "Circle",
    "CircleMember",
    "Community",
    "CommunityTopic",
    "Consent",
    "ContractVersion",
    "Delivery",
    "DisclosureMade",
    "Erasure",
    "FeedEntry",
    "Follow",
    "IdempotencyKey",
    "KnownNetwork",
    "LocationMembership",
    "Membership",
    "Mute",
    "Offer",
    "OfferBudget",
    "OfferTopic",
    "Person",
    "Place",
    "Presence",
    "Removal",
    "Secret",
    "SigningKey",
    "Staff",
    "Topic",
]
