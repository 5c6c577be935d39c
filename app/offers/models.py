"""The tables of offers and deliveries. The gate is their foreign keys: no code can deliver around it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    REAL,
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.businesses.models import Business
from app.db import Base, Minutes, Timestamp, Words
from app.geography import AreaType, PositionsType, PositionType
from app.offers.rules import (
    HELD_OUT,
    LONGEST_ROLLBACK_MINUTES,
    MOST_PER_PERSON,
    ROLLBACK_MINUTES,
    SAID_NOTHING,
    Conditions,
    Life,
)
from app.pieces.models import Piece
from app.topics.models import Topic
from app.trust.week import Week
from app.wishes.models import Wish
from geo import Area, Position

#: Stands for no wish where a key needs something that equals itself, as nothing equals null.
_WISH_KEY = "COALESCE(wish_id, '00000000-0000-0000-0000-000000000000'::uuid)"


def _bound(default: int) -> Mapped[int]:
    return mapped_column(SmallInteger, server_default=str(default))


class Offer(Base):
    """What a business gives, to whom it is of interest, where and when."""

    __tablename__ = "offers"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="window"),
        CheckConstraint(
            "published_at IS NOT NULL OR paused_at IS NULL AND withdrawn_at IS NULL", name="draft"
        ),
        CheckConstraint("remaining BETWEEN 0 AND quantity", name="quantity"),
        CheckConstraint(f"per_person BETWEEN 1 AND {MOST_PER_PERSON}", name="per_person"),
        CheckConstraint(f"rollback_minutes BETWEEN 0 AND {LONGEST_ROLLBACK_MINUTES}", name="rollback"),
        Index("offers_area_index", "area", postgresql_using="gist"),
        Index("offers_starts_at_index", "starts_at"),
        Index("offers_published_at_index", "published_at"),
        Index("offers_business_id_id_index", "business_id", "id"),
        # Those of a business that ended lately.
        Index("offers_business_id_ends_at_index", "business_id", "ends_at"),
        CheckConstraint("hold_out BETWEEN 0 AND 50", name="hold_out"),
        CheckConstraint("collective BETWEEN 2 AND 100", name="collective"),
        CheckConstraint('"returning" BETWEEN 2 AND 100', name="returning"),
        CheckConstraint(
            'wish_id IS NULL OR hold_out = 0 AND num_nonnulls(collective, "returning", event_id) = 0',
            name="wished",
        ),
        Index(
            "offers_collective_index",
            "area",
            postgresql_using="gist",
            postgresql_where=text("collective IS NOT NULL"),
        ),
        # What deliveries refer to: none can pass for one of an offer without a wish.
        UniqueConstraint("id", "wish_key"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    business_id: Mapped[UUID] = mapped_column(ForeignKey(Business.id, ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(Words)
    text: Mapped[str] = mapped_column(Words)
    #: Of its title and text, a tag of BCP 47; None where nobody said.
    language: Mapped[str | None] = mapped_column(Words)
    area: Mapped[Area] = mapped_column(AreaType)
    #: Where it is to be had: what its distance is taken from.
    position: Mapped[Position] = mapped_column(PositionType)
    #: Where it is to be had at several places: then its distance is that of the nearest.
    positions: Mapped[list[Position] | None] = mapped_column(PositionsType)
    #: What people do when it is for them; empty for whatever they do.
    activities: Mapped[list[str]] = mapped_column(ARRAY(Words))
    starts_at: Mapped[datetime] = mapped_column(Timestamp)
    ends_at: Mapped[datetime] = mapped_column(Timestamp)
    #: When in the week it is to be had, by the clock on the wall of its time zone; None: always.
    minutes: Mapped[tuple[tuple[int, int], ...] | None] = mapped_column(Minutes)
    time_zone: Mapped[str] = mapped_column(Words, server_default="UTC")
    #: How many may be held or redeemed in all, and how many are left; without one, no bound.
    quantity: Mapped[int | None]
    remaining: Mapped[int | None]
    per_person: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    #: How long its business may take a redemption back.
    rollback_minutes: Mapped[int] = mapped_column(SmallInteger, server_default=str(ROLLBACK_MINUTES))
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = mapped_column(Timestamp)
    #: Since when it stands, after its last pause; None while it is a draft.
    published_at: Mapped[datetime | None] = mapped_column(Timestamp)
    paused_at: Mapped[datetime | None] = mapped_column(Timestamp)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Timestamp)
    #: The wish it answers: then it is for those who pledged, and nobody else.
    wish_id: Mapped[UUID | None] = mapped_column(ForeignKey(Wish.id, ondelete="CASCADE"), unique=True)
    wish_key: Mapped[UUID] = mapped_column(Computed(_WISH_KEY, persisted=True))

    #: From how many of a hundred whom it could reach it is held out; none where it answers a wish.
    hold_out: Mapped[int] = _bound(HELD_OUT)
    #: For how many members at once, for which visit, and for who goes to which event; null for whoever comes. The id
    #: stays when the event goes: nobody goes to it then.
    collective: Mapped[int | None] = mapped_column(SmallInteger)
    returning: Mapped[int | None] = mapped_column(SmallInteger)
    event_id: Mapped[UUID | None]

    @property
    def life(self) -> Life:
        """What its state depends on."""
        return Life(self.published_at, self.paused_at, self.withdrawn_at, self.starts_at, self.ends_at)

    @property
    def conditions(self) -> Conditions:
        """For whom it is besides."""
        return Conditions(self.collective, self.returning, self.event_id)

    @conditions.setter
    def conditions(self, given: Conditions) -> None:
        self.collective, self.returning, self.event_id = given.collective, given.returning, given.event_id

    @property
    def week(self) -> Week | None:
        """When in the week it is to be had; None for always."""
        return None if self.minutes is None else Week(self.minutes, self.time_zone)

    @week.setter
    def week(self, week: Week | None) -> None:
        self.minutes, self.time_zone = (week.spans, week.time_zone) if week else (None, "UTC")


class OfferTopic(Base):
    """A topic an offer carries."""

    __tablename__ = "offer_topics"

    offer_id: Mapped[UUID] = mapped_column(ForeignKey(Offer.id, ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[UUID] = mapped_column(ForeignKey(Topic.id), primary_key=True, index=True)


class OfferPlace(Base):
    """A place of its business at which an offer is to be had, as it was then: it may be elsewhere since, or gone."""

    __tablename__ = "offer_places"

    offer_id: Mapped[UUID] = mapped_column(ForeignKey(Offer.id, ondelete="CASCADE"), primary_key=True)
    #: The how manieth it is of those.
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    business_place_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(Words)


class OfferPiece(Base):
    """A piece that helps to judge an offer."""

    __tablename__ = "offer_pieces"

    offer_id: Mapped[UUID] = mapped_column(ForeignKey(Offer.id, ondelete="CASCADE"), primary_key=True)
    piece_id: Mapped[UUID] = mapped_column(
        ForeignKey(Piece.id, ondelete="CASCADE"), primary_key=True, index=True
    )
    #: The how manieth it is of those.
    number: Mapped[int] = mapped_column(SmallInteger)


class OfferBudget(Base):
    """How many offers may reach a person, and the last that did, the newest first, as many as a day may bring."""

    __tablename__ = "offer_budgets"

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    #: When, through which communities and of which businesses they came.
    recent: Mapped[list[datetime]] = mapped_column(ARRAY(Timestamp))
    communities: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    businesses: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    an_hour: Mapped[int] = _bound(SAID_NOTHING.an_hour)
    a_day: Mapped[int] = _bound(SAID_NOTHING.a_day)
    a_community: Mapped[int] = _bound(SAID_NOTHING.a_community)
    a_business: Mapped[int] = _bound(SAID_NOTHING.a_business)
    #: How often they muted something that offers come from, or set other bounds, so that the gate sees what it could
    #: not know yet.
    mutings: Mapped[int] = mapped_column(server_default="0")


class Approach(Base):
    """An offer once reached a person, or was held out from them, which stays so. Stays when its delivery is withdrawn,
    so that no offer comes twice."""

    __tablename__ = "approaches"
    __table_args__ = (
        CheckConstraint("opinion IN ('useful', 'noise')", name="opinion"),
        CheckConstraint("NOT held_out OR opinion IS NULL", name="held_out"),
        # What deliveries refer to.
        UniqueConstraint("person_id", "offer_id", "held_out"),
        # Rows come in this order, so the days that are over are found by few pages.
        Index("approaches_at_index", "at", postgresql_using="brin"),
        {"postgresql_partition_by": "RANGE (offer_id)"},
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    offer_id: Mapped[UUID] = mapped_column(ForeignKey(Offer.id, ondelete="CASCADE"), primary_key=True)
    community_id: Mapped[UUID]
    #: On which topic; null for those of before it was kept.
    topic_id: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(Timestamp)
    #: What they say of it, which stays when its delivery goes; it is theirs alone, but for being counted.
    opinion: Mapped[str | None] = mapped_column(Words)
    #: It could have reached them, and did not, as they are among those it is held out from.
    held_out: Mapped[bool] = mapped_column(server_default="false")
    #: When they first saw it, and first held one.
    seen_at: Mapped[datetime | None] = mapped_column(Timestamp)
    held_at: Mapped[datetime | None] = mapped_column(Timestamp)
    #: How often they redeemed it, without what was rolled back.
    redeemed: Mapped[int] = mapped_column(SmallInteger, server_default="0")


class Hold(Base):
    """One of an offer is kept for a person for a while, and counted as taken until it is given back."""

    __tablename__ = "holds"

    offer_id: Mapped[UUID] = mapped_column(ForeignKey(Offer.id, ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(
        ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True, index=True
    )
    held_at: Mapped[datetime] = mapped_column(Timestamp)
    expires_at: Mapped[datetime] = mapped_column(Timestamp, index=True)


class Delivery(Base):
    """An offer in a person's inbox, and why. It goes when the membership, the topic, the consent or the pledge goes."""

    __tablename__ = "deliveries"
    __table_args__ = (
        # The gate: a membership in force, a topic that community and offer share, a consent in force.
        ForeignKeyConstraint(
            ["person_id", "community_id"],
            ["memberships.person_id", "memberships.community_id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["community_id", "topic_id"],
            ["community_topics.community_id", "community_topics.topic_id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["offer_id", "topic_id"], ["offer_topics.offer_id", "offer_topics.topic_id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["person_id", "purpose"], ["consents.person_id", "consents.purpose"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["person_id", "offer_id", "held_out"],
            ["approaches.person_id", "approaches.offer_id", "approaches.held_out"],
            ondelete="CASCADE",
        ),
        # And where it answers a wish, a pledge in force.
        ForeignKeyConstraint(["offer_id", "wish_key"], ["offers.id", "offers.wish_key"], ondelete="CASCADE"),
        ForeignKeyConstraint(
            ["person_id", "wish_id"], ["pledges.person_id", "pledges.wish_id"], ondelete="CASCADE"
        ),
        CheckConstraint("purpose = 'offers'", name="purpose"),
        Index("deliveries_person_id_id_index", "person_id", "id"),
        # For offers that are withdrawn, or are to answer a wish.
        Index("deliveries_offer_id_index", "offer_id"),
        {"postgresql_partition_by": "RANGE (offer_id)"},
    )

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    offer_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID]
    community_id: Mapped[UUID]
    topic_id: Mapped[UUID]
    purpose: Mapped[str] = mapped_column(Words)
    #: How far from the offer's position the person was; how sure we are stands in their presence.
    metres: Mapped[float] = mapped_column(REAL)
    activity: Mapped[str | None] = mapped_column(Words)
    delivered_at: Mapped[datetime] = mapped_column(Timestamp)
    #: Always false, as part of a key: nobody has what is held out from them.
    held_out: Mapped[bool] = mapped_column(Computed("false", persisted=True))
    wish_id: Mapped[UUID | None]
    wish_key: Mapped[UUID] = mapped_column(Computed(_WISH_KEY, persisted=True))
