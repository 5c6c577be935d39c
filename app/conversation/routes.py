"""What is said around check-ins, over HTTP."""

from uuid import UUID

from app import clock
from app.conversation import queries, service
from app.conversation.schemas import (
    MentionShown,
    MyReply,
    NewReplyGiven,
    PersonReacting,
    ReactionsShown,
    ReplyShown,
)
from app.conversation.values import Reaction
from app.errors import NotAllowed, NotFound
from app.http.calls import Call
from app.http.operations import Operations
from app.http.pages import Paged
from app.http.schemas import Page

conversation = Operations("conversation")
READ, WRITE = "check-ins:read", "check-ins:write"


@conversation.post(
    "/check-ins/<uuid:check_in_id>/replies", refuses=(NotAllowed,), seldom="replies", scope=WRITE
)
def reply(call: Call, check_in_id: UUID, body: NewReplyGiven) -> ReplyShown:
    """Answer a check-in, without a word of where I am."""
    made = service.reply(call.session, call.me, body.to(check_in_id), clock.now())
    return ReplyShown.told(made)


@conversation.get("/check-ins/<uuid:check_in_id>/replies", anyone=True, scope=READ)
def replies(call: Call, check_in_id: UUID, query: Paged) -> Page[ReplyShown]:
    """The answers to a check-in as I may know them, oldest first."""
    part = queries.Part(check_in_id, query.cursor, query.limit + 1)
    found = queries.replies(call.session, part, call.viewer, clock.now())
    if found is None:
        raise NotFound("There is no such check-in, or it is not for you.")
    following = found[query.limit - 1].id if len(found) > query.limit else None
    return Page(items=[ReplyShown.of(each) for each in found[: query.limit]], next_cursor=following)


@conversation.delete("/check-ins/<uuid:check_in_id>/replies/<uuid:reply_id>", scope=WRITE)
def remove_reply(call: Call, check_in_id: UUID, reply_id: UUID) -> None:
    """Take back an answer of mine, or one to a check-in of mine. Whoever heard it live is told to forget it."""
    service.remove(call.session, check_in_id, reply_id, call.me)


@conversation.get("/me/replies", scope=READ)
def my_replies(call: Call, query: Paged) -> Page[MyReply]:
    """My own answers, newest first."""
    found = queries.replies_of(call.session, call.me, query.cursor, query.limit + 1)
    following = found[query.limit - 1].id if len(found) > query.limit else None
    return Page(items=[MyReply.of(each) for each in found[: query.limit]], next_cursor=following)


@conversation.get("/me/mentions", scope=READ)
def my_mentions(call: Call, query: Paged) -> Page[MentionShown]:
    """Where others named me or answered me, newest first."""
    found = queries.mentions(call.session, call.me, query.cursor, query.limit + 1, clock.now())
    following = found[query.limit - 1].id if len(found) > query.limit else None
    return Page(items=[MentionShown.of(each) for each in found[: query.limit]], next_cursor=following)


@conversation.get("/check-ins/<uuid:check_in_id>/reactions", anyone=True, scope=READ)
def reactions(call: Call, check_in_id: UUID) -> ReactionsShown:
    """How often people reacted to a check-in, and how I did."""
    found = queries.reactions(call.session, check_in_id, call.viewer, clock.now())
    if found is None:
        raise NotFound("There is no such check-in, or it is not for you.")
    return ReactionsShown.of(found)


@conversation.put(
    "/check-ins/<uuid:check_in_id>/reactions/<kind>",
    refuses=(NotAllowed,),
    seldom="reactions",
    scope=WRITE,
)
def react(call: Call, check_in_id: UUID, kind: str) -> None:
    """React to a check-in: once in each way. Its author sees that it was me, and nobody else does."""
    service.react(call.session, check_in_id, call.me, _reaction(kind), clock.now())


@conversation.delete("/check-ins/<uuid:check_in_id>/reactions/<kind>", scope=WRITE)
def take_reaction_back(call: Call, check_in_id: UUID, kind: str) -> None:
    """React so no more."""
    service.take_reaction_back(call.session, check_in_id, call.me, _reaction(kind), clock.now())


@conversation.get("/check-ins/<uuid:check_in_id>/reactions/people", scope=READ)
def people_reacting(call: Call, check_in_id: UUID, query: Paged) -> Page[PersonReacting]:
    """Who reacted to a check-in of mine, and how."""
    part = queries.Part(check_in_id, query.cursor, query.limit + 1)
    found = queries.people_reacting(call.session, part, call.me, clock.now())
    if found is None:
        raise NotFound("You have no such check-in. Only its author sees who reacted to it.")
    following = found[query.limit - 1].person_id if len(found) > query.limit else None
    return Page(items=[PersonReacting.of(each) for each in found[: query.limit]], next_cursor=following)


def _reaction(word: str) -> Reaction:
    kind = Reaction.of(word)
    if kind is None:
        raise NotFound(f"One reacts by one of {', '.join(each.word for each in Reaction)}.")
    return kind
