"""What came of offers, over HTTP: for the staff of their business."""

from datetime import timedelta
from uuid import UUID

from flask import Response

from app import clock
from app.businesses import queries as businesses
from app.errors import Invalid, NotAllowed, NotFound
from app.http.calls import Call
from app.http.operations import Operations
from app.offers.models import Offer
from app.returns import queries
from app.returns.listening import spoken_of
from app.returns.queries import Span
from app.returns.rules import LONGEST, SINCE, Count, weeks_heard
from app.returns.schemas import BusinessReturnShown, Csv, ListeningShown, OfferReturnShown, ReturnAsked
from app.returns.shown import Found, as_csv, lift_shown, listening_shown, of_both
from app.wishes import queries as wishes

returns = Operations("returns")


@returns.get("/offers/<uuid:offer_id>/return", refuses=(NotAllowed,))
def return_of_offer(call: Call, offer_id: UUID) -> OfferReturnShown:
    """What came of an offer of a business I act for: of days that are over, and of people in steps of five."""
    return _of_offer(call, offer_id)


@returns.get("/offers/<uuid:offer_id>/return.csv", refuses=(NotAllowed,), gives=Csv)
def return_of_offer_as_csv(call: Call, offer_id: UUID) -> Response:
    """The same as a table, without what it brought."""
    return _table(_of_offer(call, offer_id))


@returns.get("/businesses/<uuid:business_id>/return", refuses=(NotAllowed,))
def return_of_business(call: Call, business_id: UUID, query: ReturnAsked) -> BusinessReturnShown:
    """What came of all offers of a business I act for, of whole weeks: of people in steps of five."""
    return _of_business(call, business_id, query)


@returns.get("/businesses/<uuid:business_id>/return.csv", refuses=(NotAllowed,), gives=Csv)
def return_of_business_as_csv(call: Call, business_id: UUID, query: ReturnAsked) -> Response:
    """The same as a table."""
    return _table(_of_business(call, business_id, query))


@returns.get("/businesses/<uuid:business_id>/listening", refuses=(NotAllowed,))
def listening_of_business(call: Call, business_id: UUID) -> ListeningShown:
    """How often a business I act for, its places and its topics are spoken of, in counts; and how soon it answers."""
    _act_for(call, business_id)
    now = clock.now()
    weeks = weeks_heard(now)
    spoken = spoken_of(call.session, businesses.existing(call.session, business_id), weeks, now)
    took = wishes.time_to_answer(call.session, business_id)
    return listening_shown(business_id, weeks, spoken, took)


def _of_offer(call: Call, offer_id: UUID) -> OfferReturnShown:
    offer = call.session.get(Offer, offer_id)
    is_theirs = offer is not None and businesses.may_act_for(call.session, call.me, offer.business_id)
    # A draft is there for its staff alone.
    if offer is None or not (is_theirs or offer.published_at):
        raise NotFound("There is no such offer.")
    if not is_theirs:
        raise NotAllowed("Only the staff of a business see what came of its offers.")
    compared = queries.compared(call.session, offer_id)
    return OfferReturnShown(
        offer_id=offer_id,
        title=offer.title,
        lift=lift_shown(offer_id, offer.hold_out, compared),
        **of_both(_found(call, Span.of_offer(offer))),
    )


def _of_business(call: Call, business_id: UUID, asked: ReturnAsked) -> BusinessReturnShown:
    _act_for(call, business_id)
    until = asked.until or clock.now().date() + timedelta(days=1)
    since = Count.WEEK.begins(asked.since or until - SINCE)
    if asked.until:
        until = Count.WEEK.begins(until)
    if not since < until <= since + LONGEST:
        raise Invalid(
            f"Ask for a week at least, and {LONGEST.days} days at most: weeks begin on Mondays, and `until` is "
            "the day after the last."
        )
    span = Span(None, business_id, since, until)
    return BusinessReturnShown(
        business_id=business_id, since=since, until=until, **of_both(_found(call, span))
    )


def _act_for(call: Call, business_id: UUID) -> None:
    if not businesses.may_act_for(call.session, call.me, business_id):
        businesses.existing(call.session, business_id)
        raise NotAllowed("Only the staff of a business see what came of its offers.")


def _found(call: Call, span: Span) -> Found:
    return Found(
        queries.told_in_all(call.session, span),
        queries.told_of_days(call.session, span),
        queries.told_of_parts(call.session, span, "community"),
        queries.told_of_parts(call.session, span, "topic"),
        queries.sold(call.session, span),
    )


def _table(shown: OfferReturnShown | BusinessReturnShown) -> Response:
    answer = Response(as_csv(shown), mimetype=Csv.media_type)
    answer.headers["Content-Disposition"] = "attachment; filename=return.csv"
    return answer
