"""Pieces over HTTP."""

from uuid import UUID

from app import clock
from app.communities import queries as communities
from app.errors import NotAllowed, NotAMember, TooMany, UnknownTopic
from app.http.calls import Call
from app.http.operations import Operations
from app.http.pages import Paged
from app.http.schemas import Page
from app.pieces import calling, queries, service
from app.pieces.queries import Part
from app.pieces.rendering import render
from app.pieces.rules import Opinion
from app.pieces.schemas import (
    ChangeShown,
    OpinionGiven,
    PieceChanged,
    PieceGiven,
    PieceListed,
    PiecesAsked,
    PieceShown,
    TextGiven,
    TextShown,
)
from app.topics.known import known_topics

pieces = Operations("pieces")
READ, WRITE = "pieces:read", "pieces:write"


@pieces.post(
    "/communities/<uuid:community_id>/pieces",
    seldom="pieces",
    refuses=(NotAllowed, NotAMember, TooMany, UnknownTopic),
    scope=WRITE,
)
def write_piece(call: Call, community_id: UUID, body: PieceGiven) -> PieceShown:
    """Write a piece for a community of mine, or for a business that a community welcomed. Everybody may read it."""
    call.house.limits.of_text(call.me)
    topic_ids = tuple(known_topics().ids(body.topics, call.session))
    new = service.NewPiece(body.title, body.text, topic_ids, body.language, body.business_id)
    written = service.write(call.session, community_id, new, call.me, clock.now())
    call.made(f"/v1/pieces/{written.id}")
    return _shown(call, written.id)


@pieces.post("/pieces/preview", status=200, scope=WRITE)
def preview_piece(call: Call, body: TextGiven) -> TextShown:
    """How a text will be shown. Nothing is kept."""
    call.house.limits.of_text(call.me)
    return TextShown(html=render(body.text).html)


@pieces.get("/communities/<uuid:community_id>/pieces", anyone=True, scope=READ)
def pieces_of_community(call: Call, community_id: UUID, query: PiecesAsked) -> Page[PieceListed]:
    """What was written for a community, newest first, or what most call useful."""
    communities.existing(call.session, community_id)
    part = Part(query.limit + 1, query.sort, query.cursor)
    found = queries.pieces_of(call.session, community_id, call.viewer, part)
    following = found[query.limit - 1].id if len(found) > query.limit else None
    return Page(items=[PieceListed.of(each) for each in found[: query.limit]], next_cursor=following)


@pieces.get("/pieces/<uuid:piece_id>", anyone=True, scope=READ)
def piece(call: Call, piece_id: UUID) -> PieceShown:
    """One piece."""
    return _shown(call, piece_id)


@pieces.patch("/pieces/<uuid:piece_id>", refuses=(NotAllowed, NotAMember, UnknownTopic), scope=WRITE)
def change_piece(call: Call, piece_id: UUID, body: PieceChanged) -> PieceShown:
    """Change a piece of mine, or of a business I act for. That it was, and when, everybody sees."""
    call.house.limits.of_text(call.me)
    topic_ids = tuple(known_topics().ids(body.topics, call.session)) if body.topics else None
    changes = service.Changes(body.title, body.text, topic_ids, body.language)
    service.change(call.session, piece_id, changes, call.me, clock.now())
    return _shown(call, piece_id)


@pieces.delete("/pieces/<uuid:piece_id>", refuses=(NotAllowed,), scope=WRITE)
def take_piece_back(call: Call, piece_id: UUID) -> None:
    """Take back a piece of mine, or of a business I act for."""
    service.take_back(call.session, piece_id, call.me)


@pieces.put("/pieces/<uuid:piece_id>/opinion", refuses=(NotAllowed, NotAMember), scope=WRITE)
def say_of_piece(call: Call, piece_id: UUID, body: OpinionGiven) -> None:
    """Say, as a member, that a piece is useful or noise. Nobody learns who said so, everybody about how many."""
    calling.say(call.session, piece_id, call.me, Opinion(body.opinion), clock.now())


@pieces.delete("/pieces/<uuid:piece_id>/opinion", scope=WRITE)
def take_back_opinion_of_piece(call: Call, piece_id: UUID) -> None:
    """Say nothing of it any more."""
    calling.take_back(call.session, piece_id, call.me)


@pieces.get("/pieces/<uuid:piece_id>/changes", anyone=True, scope=READ)
def changes_of_piece(call: Call, piece_id: UUID, query: Paged) -> Page[ChangeShown]:
    """When a piece was changed, newest first."""
    queries.piece(call.session, piece_id, call.viewer)
    part = Part(query.limit + 1, cursor=query.cursor)
    found = queries.changes_of(call.session, piece_id, call.viewer, part)
    following = found[query.limit - 1].id if len(found) > query.limit else None
    return Page(items=[ChangeShown.of(each) for each in found[: query.limit]], next_cursor=following)


def _shown(call: Call, piece_id: UUID) -> PieceShown:
    return PieceShown.whole(queries.piece(call.session, piece_id, call.viewer))
