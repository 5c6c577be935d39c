"""Redemptions over HTTP."""

from uuid import UUID

from flask import Response

from app import clock
from app.businesses import queries as businesses
from app.errors import Enough, NonceReused, NoneLeft, NotAllowed, TooLate, TooMany, WrongTillCode
from app.http.calls import Call, House
from app.http.operations import Operations, to_json
from app.http.pages import Paged
from app.http.schemas import Page
from app.redemptions import queries, service, tills
from app.redemptions.schemas import (
    Answers,
    AnswerShown,
    RedemptionsGiven,
    RedemptionShown,
    SaleShown,
    TillCodeGiven,
    TillCodeShown,
)
from app.tag import queries as tag
from app.tag.models import Reader

redemptions = Operations("redemptions")


def _holder(house: House, said: str) -> UUID:
    with house.database.reading() as session:
        return tag.reader_with(session, said)


@redemptions.post(
    "/readers/<uuid:reader_id>/redemptions", status=200, anyone=True, refuses=(NotAllowed,), keyed=_holder
)
def tell_redemptions(call: Call, reader_id: UUID, body: RedemptionsGiven) -> Answers:
    """Tell what was redeemed, or bought without an offer, by codes that people showed.

    Each is answered by itself, in order, and is a reading as well, which stands in its person's log.
    """
    reader = _reader(call, reader_id)
    told = [each.told() for each in body.redemptions]
    answers = tills.tell(call.session, reader, told, clock.now())
    shown = [AnswerShown.of(each.nonce, answer) for each, answer in zip(told, answers, strict=True)]
    return Answers(answers=shown)


@redemptions.delete(
    "/readers/<uuid:reader_id>/redemptions/<uuid:redemption_id>",
    anyone=True,
    refuses=(NotAllowed, TooLate),
    keyed=_holder,
)
def roll_back_at_till(call: Call, reader_id: UUID, redemption_id: UUID) -> None:
    """Take back what was redeemed or bought, as a till of its business, for as long as the offer says."""
    service.roll_back_at(call.session, redemption_id, _reader(call, reader_id), clock.now())


def _reader(call: Call, reader_id: UUID) -> Reader:
    found = tag.reader(call.session, reader_id)
    if found is None or call.device != reader_id:
        raise NotAllowed("This key is another reader's. Send it to the reader that the key came with.")
    return found


@redemptions.delete("/redemptions/<uuid:redemption_id>", refuses=(TooLate,))
def roll_back(call: Call, redemption_id: UUID) -> None:
    """Take back what was redeemed or bought at a business I act for, for as long as the offer says."""
    service.roll_back(call.session, redemption_id, call.me, clock.now())


@redemptions.get("/businesses/<uuid:business_id>/till-code", direct=True, refuses=(NotAllowed,))
def till_code(call: Call, business_id: UUID) -> TillCodeShown:
    """What to show at the till of a business I act for, so that people redeem offers without their tag."""
    with call.house.database.transaction() as session:
        code, until = service.till_code(session, business_id, call.me, clock.now())
    answer = Response(to_json(TillCodeShown(code=code, until=until)), mimetype=TillCodeShown.media_type)
    answer.headers["Cache-Control"] = "no-store"
    return answer  # type: ignore[return-value]


@redemptions.post(
    "/me/offers/<uuid:offer_id>/redemptions",
    scope="offers:write",
    refuses=(Enough, NoneLeft, NonceReused, TooMany, WrongTillCode),
)
def redeem(call: Call, offer_id: UUID, body: TillCodeGiven) -> RedemptionShown:
    """Redeem an offer that I have with the code that the till shows. Its business learns that somebody did."""
    call.house.limits.of_till_code(call.me)
    made = service.redeem_here(call.session, call.me, offer_id, body.typed(), clock.now())
    return RedemptionShown.of(queries.sale(call.session, made))


@redemptions.get("/me/redemptions", scope="offers:read")
def my_redemptions(call: Call, query: Paged) -> Page[RedemptionShown]:
    """What I redeemed, and bought by my tag, newest first."""
    found = queries.sales_of_person(call.session, call.me, query.cursor, query.limit + 1)
    following = found[query.limit - 1].id if len(found) > query.limit else None
    return Page(items=[RedemptionShown.of(each) for each in found[: query.limit]], next_cursor=following)


@redemptions.get("/businesses/<uuid:business_id>/redemptions", refuses=(NotAllowed,))
def redemptions_of_business(call: Call, business_id: UUID, query: Paged) -> Page[SaleShown]:
    """What was redeemed, and bought by tags, at a business I act for, newest first.

    By whom only where a reader learnt that with it.
    """
    businesses.existing(call.session, business_id)
    if not businesses.may_act_for(call.session, call.me, business_id):
        raise NotAllowed("Only the staff of a business see what was redeemed there.")
    found = queries.sales_of_business(call.session, business_id, query.cursor, query.limit + 1, clock.now())
    following = found[query.limit - 1].id if len(found) > query.limit else None
    return Page(items=[SaleShown.of(each) for each in found[: query.limit]], next_cursor=following)
