"""Redemptions as JSON."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.http.schemas import Moment, Schema, words
from app.redemptions.queries import Sale
from app.redemptions.redeeming import Answer
from app.redemptions.rules import MOST_AT_ONCE, SAYS, Money, Outcome
from app.redemptions.service import Typed
from app.redemptions.tills import Told
from app.tag.readers import LearntShown
from app.tag.schemas import disclosed_word

Nonce = Annotated[
    str, words(64, 8), Field(description="another one for each; the same gives the same answer")
]
Amount = Annotated[str | None, Field(description='such as "12.50": no more places than the currency has')]
Currency = Annotated[str | None, Field(description="three letters, ISO 4217")]


class RedemptionGiven(Schema):
    """A code was shown at a till, and an offer redeemed by it, or something bought without one."""

    code: Annotated[str, Field(max_length=200, description="as it was shown; an address will do")]
    nonce: Nonce
    offer_id: Annotated[
        UUID | None, Field(description="what was redeemed; a purchase without one, if left out")
    ] = None
    at: Annotated[Moment | None, Field(description="when; now, if left out; at most 24 hours ago")] = None
    amount: Annotated[Amount, Field(max_length=40)] = None
    currency: Annotated[Currency, Field(max_length=40)] = None

    def told(self) -> Told:
        """As it is judged."""
        return Told(self.code, self.nonce, self.offer_id, self.at, self.amount, self.currency)


class RedemptionsGiven(Schema):
    """One or many, in the order in which they were done."""

    redemptions: Annotated[list[RedemptionGiven], Field(min_length=1, max_length=MOST_AT_ONCE)]


class AnswerShown(Schema):
    """What came of one."""

    nonce: str
    outcome: Outcome
    says: Annotated[str | None, Field(description="why not, for whoever stands at the till")] = None
    redemption_id: Annotated[
        UUID | None, Field(description="of what was redeemed or bought, to roll it back")
    ] = None
    reading: LearntShown | None = None

    @classmethod
    def of(cls, nonce: str, answer: Answer) -> "AnswerShown":
        """Show it."""
        reading = LearntShown.of(answer.learnt) if answer.learnt else None
        says = SAYS.get(answer.outcome)
        return cls(
            nonce=nonce, outcome=answer.outcome, says=says, redemption_id=answer.made_id, reading=reading
        )


class Answers(Schema):
    """What came of each, in the order in which they were sent."""

    answers: list[AnswerShown]


class TillCodeGiven(Schema):
    """What the till shows."""

    code: Annotated[
        str, Field(max_length=40, description="as it is shown; case, spaces and dashes do not matter")
    ]
    nonce: Nonce

    def typed(self) -> Typed:
        """As it is judged."""
        return Typed(self.code, self.nonce)


class TillCodeShown(Schema):
    """What staff show to whoever redeems without their tag."""

    code: str
    until: Annotated[
        Moment, Field(description="when another one is shown; this one is good for five minutes more")
    ]


class RedemptionShown(Schema):
    """Something I redeemed, or bought by my tag."""

    id: UUID
    business_id: UUID
    business: str
    offer_id: Annotated[UUID | None, Field(description="null where it was bought without an offer")]
    title: str | None
    language: Annotated[str | None, Field(description="of the title; null where nobody said")]
    at: Moment
    amount: str | None
    currency: str | None
    rolled_back_at: Moment | None

    @classmethod
    def of(cls, sale: Sale) -> "RedemptionShown":
        """Show it."""
        whose = {"business_id": sale.business_id, "business": sale.business}
        return cls.model_validate({**_parts(sale), **whose})


class SaleShown(Schema):
    """Something that was redeemed, or bought by a tag, at a business of mine."""

    id: UUID
    offer_id: Annotated[UUID | None, Field(description="null where it was bought without an offer")]
    title: str | None
    language: Annotated[str | None, Field(description="of the title; null where nobody said")]
    at: Moment
    received_at: Moment
    amount: str | None
    currency: str | None
    rolled_back_at: Moment | None
    disclosed: Annotated[
        Literal["person", "pseudonym", "handle"] | None,
        Field(description="what a reader learnt with it; null where none did, or no more"),
    ] = None
    pseudonym: str | None = None
    handle: str | None = None

    @classmethod
    def of(cls, sale: Sale) -> "SaleShown":
        """Show it."""
        learnt = {
            "disclosed": disclosed_word(sale.disclosed) if sale.disclosed is not None else None,
            "pseudonym": sale.pseudonym,
            "handle": sale.handle,
        }
        return cls.model_validate({**_parts(sale), **learnt, "received_at": sale.received_at})


def _parts(sale: Sale) -> dict[str, object]:
    paid = None if sale.amount is None or sale.currency is None else Money(sale.amount, sale.currency)
    return {
        "id": sale.id,
        "offer_id": sale.offer_id,
        "title": sale.title,
        "language": sale.language,
        "at": sale.at,
        "amount": str(paid) if paid else None,
        "currency": sale.currency,
        "rolled_back_at": sale.rolled_back_at,
    }
