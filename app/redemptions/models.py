"""The tables of redemptions, of purchases without an offer, of what tills were answered, and of businesses' secrets."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CHAR, CheckConstraint, ForeignKey, Index, LargeBinary, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column
from sqlalchemy.schema import SchemaItem

from app.accounts.models import Person
from app.businesses.models import Business
from app.db import Base, Timestamp, Words
from app.offers.models import Offer
from app.tag.models import Reader, Reading


class _Sale:
    """What both have. It is the business's to keep; whose it was is forgotten when they leave for good."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    business_id: Mapped[UUID] = mapped_column(ForeignKey(Business.id, ondelete="CASCADE"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    #: Null where the person did it themselves, with a code that the till showed.
    reader_id: Mapped[UUID | None] = mapped_column(ForeignKey(Reader.id, ondelete="CASCADE"), index=True)
    #: What the reader learnt with it: all that the business knows of whose it is, as long as it knows that.
    reading_id: Mapped[UUID | None] = mapped_column(ForeignKey(Reading.id, ondelete="SET NULL"), index=True)
    #: A hash of it.
    nonce: Mapped[bytes] = mapped_column(LargeBinary)
    #: When it was done, by the clock of the till; it may be told of later.
    at: Mapped[datetime] = mapped_column(Timestamp)
    received_at: Mapped[datetime] = mapped_column(Timestamp)
    #: Four places behind the point are as many as any currency has.
    amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 4))
    currency: Mapped[str | None] = mapped_column(CHAR(3))
    rolled_back_at: Mapped[datetime | None] = mapped_column(Timestamp)

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[SchemaItem, ...]:
        name = getattr(cls, "__tablename__", "")
        return (
            UniqueConstraint("business_id", "nonce"),
            CheckConstraint("(amount IS NULL) = (currency IS NULL)", name="money"),
            CheckConstraint("amount >= 0", name="amount"),
            Index(f"{name}_business_id_id_index", "business_id", "id"),
            Index(f"{name}_person_id_id_index", "person_id", "id"),
            # Those that were taken back lately.
            Index(
                f"{name}_rolled_back_index",
                "business_id",
                "rolled_back_at",
                postgresql_where=text("rolled_back_at IS NOT NULL"),
            ),
            *cls.more(),
        )

    @classmethod
    def more(cls) -> tuple[SchemaItem, ...]:
        """What one of them has beside."""
        return ()


class Redemption(_Sale, Base):
    """One of an offer was used, and what came of that for the till."""

    __tablename__ = "redemptions"

    offer_id: Mapped[UUID] = mapped_column(ForeignKey(Offer.id, ondelete="CASCADE"))
    #: Through which community, and on which topic, the offer had reached them.
    community_id: Mapped[UUID]
    topic_id: Mapped[UUID]

    @classmethod
    def more(cls) -> tuple[SchemaItem, ...]:
        """Found by offer."""
        return (Index("redemptions_offer_id_person_id_index", "offer_id", "person_id"),)


class Purchase(_Sale, Base):
    """Somebody bought something without an offer."""

    __tablename__ = "purchases"


class RedemptionAnswer(Base):
    """What was answered to a nonce of a business, for when it comes again."""

    __tablename__ = "redemption_answers"

    business_id: Mapped[UUID] = mapped_column(ForeignKey(Business.id, ondelete="CASCADE"), primary_key=True)
    nonce: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    #: What tells what came with it from anything else; keyed by the nonce, which is not kept.
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    #: Null only until the commit.
    outcome: Mapped[str | None] = mapped_column(Words)
    #: The redemption or purchase, where it came to one.
    made_id: Mapped[UUID | None]
    #: Null also where the person has erased the reading since.
    reading_id: Mapped[UUID | None] = mapped_column(ForeignKey(Reading.id, ondelete="SET NULL"), index=True)
    received_at: Mapped[datetime] = mapped_column(Timestamp, index=True)


class TillSecret(Base):
    """What the codes are made of that a business's staff show at the till."""

    __tablename__ = "till_secrets"

    business_id: Mapped[UUID] = mapped_column(ForeignKey(Business.id, ondelete="CASCADE"), primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary)
