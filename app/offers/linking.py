"""What an offer says besides its text: its language, its places, and the pieces that a viewer may read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.ids import NOBODY
from app.offers.signals import OfferDelivered, PieceLink
from app.pieces.sight import unmuted_sql, visible_sql
from app.relations.queries import apart_sql


@dataclass(frozen=True, slots=True)
class Beside:
    """What an offer says besides its text, to one viewer."""

    language: str | None
    #: The places at which it is to be had, with their names, as of when it was published.
    places: tuple[tuple[UUID, str], ...]
    pieces: tuple[PieceLink, ...]


#: Nobody is shown a piece that is hidden, be it theirs; nor one whose author they are apart from or muted.
_BESIDE = text(f"""
SELECT a.offer_id, a.viewer, o.language,
       ARRAY(SELECT l.business_place_id FROM offer_places l WHERE l.offer_id = o.id ORDER BY l.number) AS places,
       ARRAY(SELECT l.name FROM offer_places l WHERE l.offer_id = o.id ORDER BY l.number) AS names,
       (SELECT jsonb_agg(jsonb_build_array(p.id, p.community_id, p.business_id, p.title, p.language,
                                           coalesce(w.handle, b.name)) ORDER BY x.number)
        FROM offer_pieces x JOIN pieces p ON p.id = x.piece_id
        LEFT JOIN people w ON w.id = p.person_id LEFT JOIN businesses b ON b.id = p.business_id
        WHERE x.offer_id = o.id AND {visible_sql(None)} AND {unmuted_sql("a.viewer")}
          AND coalesce(p.person_id <> ALL ({apart_sql("a.viewer")}), true)) AS pieces
FROM unnest(CAST(:offers AS uuid[]), CAST(:viewers AS uuid[])) AS a (offer_id, viewer)
JOIN offers o ON o.id = a.offer_id
""")


def beside(session: Session, offer_ids: Iterable[UUID], viewer: UUID | None) -> dict[UUID, Beside]:
    """What these offers say besides their text, to one viewer; one statement."""
    found = _beside(session, [(each, viewer or NOBODY) for each in offer_ids])
    return {offer_id: said for (offer_id, _), said in found.items()}


def completed(session: Session, delivered: Sequence[OfferDelivered]) -> list[OfferDelivered]:
    """The same deliveries, with all that is shown of each to whom it reached; one statement, or none."""
    found = _beside(session, [(each.offer_id, each.person_id) for each in delivered])
    said = (found[each.offer_id, each.person_id] for each in delivered)
    return [
        replace(each, language=beside.language, pieces=beside.pieces)
        for each, beside in zip(delivered, said, strict=True)
    ]


def _beside(session: Session, asked: Sequence[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], Beside]:
    if not asked:
        return {}
    offers, viewers = zip(*asked, strict=True)
    rows = session.execute(_BESIDE, {"offers": list(offers), "viewers": list(viewers)})
    return {
        (row.offer_id, row.viewer): Beside(
            row.language,
            tuple(zip(row.places, row.names, strict=True)),
            tuple(_link(*each) for each in row.pieces or ()),
        )
        for row in rows
    }


def _link(piece_id: str, community_id: str, business_id: str | None, *shown: str) -> PieceLink:
    title, language, by = shown
    whose = UUID(business_id) if business_id else None
    return PieceLink(UUID(piece_id), UUID(community_id), title, language, by, whose)
