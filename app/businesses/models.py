"""The tables of businesses, and of what they are made of."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.communities.models import CommunityTopic, Membership
from app.db import Base, Timestamp, Words
from app.geography import AreaType, PositionType
from app.places.models import Place
from app.topics.models import Topic
from geo import Area, Position


class Business(Base):
    """An organisation. It acts only through people, who are its staff."""

    __tablename__ = "businesses"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Words)
    about: Mapped[str] = mapped_column(Words)
    created_at: Mapped[datetime] = mapped_column(Timestamp)
    #: Since when nobody is left who could act for it.
    closed_at: Mapped[datetime | None] = mapped_column(Timestamp)


class Staff(Base):
    """A person may act for a business."""

    __tablename__ = "staff"
    __table_args__ = (CheckConstraint("role IN ('owner', 'staff')", name="role"),)

    business_id: Mapped[UUID] = mapped_column(ForeignKey(Business.id, ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(
        ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[str] = mapped_column(Words)
    since: Mapped[datetime] = mapped_column(Timestamp, server_default=func.now())


class StaffInvitation(Base):
    """A person may join the staff of a business if they like."""

    __tablename__ = "staff_invitations"
    __table_args__ = (CheckConstraint("role IN ('owner', 'staff')", name="role"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True)
    business_id: Mapped[UUID] = mapped_column(
        ForeignKey(Business.id, ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[str] = mapped_column(Words)
    invited_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"), index=True)
    invited_at: Mapped[datetime] = mapped_column(Timestamp)
    expires_at: Mapped[datetime] = mapped_column(Timestamp, index=True)


class BusinessAct(Base):
    """Something was done in a business's name. Without a name it was by somebody who left for good."""

    __tablename__ = "business_acts"
    __table_args__ = ({"postgresql_partition_by": "RANGE (id)"},)

    business_id: Mapped[UUID] = mapped_column(ForeignKey(Business.id, ondelete="CASCADE"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    done_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"), index=True)
    kind: Mapped[str] = mapped_column(Words)
    #: The id of what it was done to, whatever that is; the kind says what.
    about: Mapped[UUID | None]
    #: With whom it was done, where it was with a person.
    whom_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"), index=True)


class BusinessPlace(Base):
    """Where a business is to be found, as it says; verified once one of its own readers read a tag there."""

    __tablename__ = "business_places"
    __table_args__ = (Index("business_places_area_index", "area", postgresql_using="gist"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    business_id: Mapped[UUID] = mapped_column(ForeignKey(Business.id, ondelete="CASCADE"), index=True)
    #: The named point it is, where people check in.
    place_id: Mapped[UUID | None] = mapped_column(ForeignKey(Place.id, ondelete="SET NULL"), index=True)
    name: Mapped[str] = mapped_column(Words)
    position: Mapped[Position] = mapped_column(PositionType)
    area: Mapped[Area] = mapped_column(AreaType)
    verified_at: Mapped[datetime | None] = mapped_column(Timestamp)
    created_at: Mapped[datetime] = mapped_column(Timestamp)


class BusinessTopic(Base):
    """A business says that it stands for a topic; why that is so, where it is a value."""

    __tablename__ = "business_topics"
    __table_args__ = (CheckConstraint("(evidence IS NULL) = (evidence_since IS NULL)", name="evidence"),)

    business_id: Mapped[UUID] = mapped_column(ForeignKey(Business.id, ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[UUID] = mapped_column(ForeignKey(Topic.id), primary_key=True, index=True)
    since: Mapped[datetime] = mapped_column(Timestamp)
    #: An address that shows it.
    evidence: Mapped[str | None] = mapped_column(Words)
    says: Mapped[str] = mapped_column(Words, server_default="")
    evidence_since: Mapped[datetime | None] = mapped_column(Timestamp)


class Doubt(Base):
    """A member of a community that shares a value doubts that a business stands for it.

    It refers to the business and the value, not to the claim: else to drop a claim and make it again would drop all
    doubts of it. It goes with the membership, and with the value of the community.
    """

    __tablename__ = "doubts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "community_id"],
            [Membership.person_id, Membership.community_id],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["community_id", "topic_id"],
            [CommunityTopic.community_id, CommunityTopic.topic_id],
            ondelete="CASCADE",
        ),
        Index("doubts_business_id_topic_id_index", "business_id", "topic_id"),
        Index("doubts_person_id_community_id_index", "person_id", "community_id"),
        Index("doubts_community_id_topic_id_index", "community_id", "topic_id"),
    )

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    business_id: Mapped[UUID] = mapped_column(ForeignKey(Business.id, ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[UUID] = mapped_column(primary_key=True)
    #: As a member of which they doubt it.
    community_id: Mapped[UUID]
    reason: Mapped[str] = mapped_column(Words)
    made_at: Mapped[datetime] = mapped_column(Timestamp)
