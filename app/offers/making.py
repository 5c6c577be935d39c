"""What an offer is made of besides its words: when and where it is to be had, in which language, for whom, and what
helps to judge it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from app.businesses import queries as businesses
from app.businesses.models import BusinessPlace
from app.errors import BadAreaGiven, Invalid, UnknownPlace
from app.offers.models import Offer, OfferPiece, OfferPlace
from app.offers.rules import LONGEST_WINDOW, MOST_OFFER_M2, MOST_VERTICES
from app.pieces import queries as pieces
from app.pieces.models import Piece
from app.trust.week import Week
from geo import Area, BadArea, Position, joined


@dataclass(frozen=True, slots=True)
class Ground:
    """Where an offer reaches people, and where it is to be had."""

    area: Area
    #: Of several the first.
    position: Position
    places: tuple[BusinessPlace, ...] = ()


def ground(
    session: Session,
    business_id: UUID,
    area: Area | None,
    position: Position | None,
    place_ids: Sequence[UUID],
) -> Ground:
    """The ground that is meant: an area, and without a position its middle; or else places of the business as they are
    now. Raises BadAreaGiven, UnknownPlace.
    """
    if area is None:
        return _of_places(session, business_id, place_ids)
    _ensure_local(area)
    return Ground(area, position or area.centre)


def _of_places(session: Session, business_id: UUID, place_ids: Sequence[UUID]) -> Ground:
    there = {each.id: each for each in businesses.places_of(session, business_id)}
    if missing := [each for each in place_ids if each not in there]:
        raise UnknownPlace(
            f"This business has no place {missing[0]}. GET /v1/businesses/{business_id}/places lists those it has."
        )
    places = tuple(there[each] for each in place_ids)
    try:
        area = joined([each.area for each in places], MOST_VERTICES)
    except BadArea as error:
        raise BadAreaGiven(f"Name fewer places: {error}.") from None
    _ensure_local(area)
    return Ground(area, places[0].position, places)


def _ensure_local(area: Area) -> None:
    if area.size_m2 > MOST_OFFER_M2:
        raise BadAreaGiven(
            f"This area has {area.size_m2 / 1e6:,.0f} km². Offers are local: at most {MOST_OFFER_M2 / 1e6:,.0f} km²."
        )


def ensure_some_time(starts_at: datetime, ends_at: datetime, week: Week | None, now: datetime) -> None:
    """That an offer is to be had at some time to come. Raises Invalid."""
    if ends_at <= now:
        raise _never("ends_at", "ends_at lies in the past; this offer would never reach anyone.")
    if not starts_at < ends_at:
        raise _never("ends_at", "ends_at must lie after starts_at.")
    if ends_at - starts_at > LONGEST_WINDOW:
        longest = f"An offer runs for at most {LONGEST_WINDOW.days} days; make a new one afterwards."
        raise _never("ends_at", longest)
    if week and not week.ever_within(max(starts_at, now), ends_at):
        raise _never(
            "hours",
            "None of its hours lies between starts_at and ends_at; this offer would never reach anyone. Hours "
            f"are meant by the clock of {week.time_zone}.",
        )


def _never(at: str, says: str) -> Invalid:
    """A window that cannot be, and which field of it to change."""
    return Invalid(says, errors=[{"at": f"/{at}", "says": says.removesuffix(".")}])


def lay(offer: Offer, ground: Ground) -> None:
    """Have an offer be there."""
    offer.area, offer.position = ground.area, ground.position
    offer.positions = [each.position for each in ground.places] if len(ground.places) > 1 else None


def lay_anew(session: Session, offer: Offer) -> None:
    """Have an offer at places of its business be where these are now. Raises BadAreaGiven, UnknownPlace."""
    asked = select(OfferPlace.business_place_id).where(OfferPlace.offer_id == offer.id)
    place_ids = session.scalars(asked.order_by(OfferPlace.number)).all()
    if place_ids:
        found = ground(session, offer.business_id, None, None, place_ids)
        lay(offer, found)
        session.execute(delete(OfferPlace).where(OfferPlace.offer_id == offer.id))
        _name_places(session, offer.id, found.places)


def tie(session: Session, offer_id: UUID, places: Sequence[BusinessPlace], piece_ids: Sequence[UUID]) -> None:
    """Say at which places it is to be had and which pieces it links to, in place of what was said. Raises Invalid."""
    for table in (OfferPlace, OfferPiece):
        session.execute(delete(table).where(table.offer_id == offer_id))
    _name_places(session, offer_id, places)
    _ensure_read(session, piece_ids)
    session.add_all(
        OfferPiece(offer_id=offer_id, piece_id=each, number=number) for number, each in enumerate(piece_ids)
    )
    session.flush()


def _name_places(session: Session, offer_id: UUID, places: Sequence[BusinessPlace]) -> None:
    session.add_all(
        OfferPlace(offer_id=offer_id, number=number, business_place_id=each.id, name=each.name)
        for number, each in enumerate(places)
    )
    session.flush()


def _ensure_read(session: Session, piece_ids: Sequence[UUID]) -> None:
    if not piece_ids:
        return
    # None of them is deleted before the commit.
    held = select(Piece.id).where(Piece.id.in_(piece_ids)).order_by(Piece.id)
    session.execute(held.with_for_update(read=True, key_share=True))
    there = pieces.linked(session, piece_ids)
    if missing := [each for each in piece_ids if each not in there]:
        raise Invalid(
            f"There is no piece {missing[0]} that everybody may read, so an offer cannot link to it.",
            errors=[{"at": "/pieces", "says": "choose pieces that are there and that everybody may read"}],
        )


def usual_language(session: Session, business_id: UUID) -> str | None:
    """The language of the last offer of a business that said one."""
    asked = select(Offer.language).where(Offer.business_id == business_id, Offer.language.is_not(None))
    return session.scalar(asked.order_by(Offer.id.desc()).limit(1))


_CARRIED = text("""
SELECT t.key, EXISTS (SELECT FROM community_topics c WHERE c.topic_id = t.id) AS is_shared
FROM offer_topics o JOIN topics t ON t.id = o.topic_id WHERE o.offer_id = :offer ORDER BY t.key
""")
_NEAREST = text("""
SELECT t.key FROM topics t
CROSS JOIN LATERAL (SELECT max(similarity(split_part(t.key, ':', 2), split_part(k, ':', 2)))
                    FROM unnest(CAST(:keys AS text[])) AS k) AS near (ness)
WHERE near.ness >= 0.3 AND EXISTS (SELECT FROM community_topics c WHERE c.topic_id = t.id)
ORDER BY near.ness DESC, t.key LIMIT 3
""")


def ensure_heard(session: Session, offer_id: UUID) -> None:
    """That some community shares a topic of an offer, be it one that is forming. Raises Invalid with those most like
    it that communities share."""
    carried = session.execute(_CARRIED, {"offer": offer_id}).all()
    if not any(each.is_shared for each in carried):
        says = nobody_shares(session, [each.key for each in carried])
        raise Invalid(says, errors=[{"at": "/topics", "says": says.removesuffix(".")}])


def nobody_shares(session: Session, keys: Sequence[str]) -> str:
    """Why an offer on these topics reaches nobody, and what to do about it."""
    nearest = session.scalars(_NEAREST, {"keys": list(keys)}).all()
    like = f" Communities share {', '.join(nearest)}." if nearest else ""
    return (
        f"No community shares {' or '.join(keys)}, so this offer would never reach anyone.{like} Carry a topic that "
        "one shares, found one that shares it, or keep the offer as a draft until there is one."
    )
