"""Replies as JSON."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from app.accounts.schemas import PersonShown
from app.conversation.models import Reply
from app.conversation.queries import Answer, Reactions
from app.conversation.rules import LONGEST_REPLY
from app.conversation.service import NewReply
from app.conversation.signals import Mentioned, Replied
from app.conversation.values import For, Reaction
from app.http.schemas import Moment, Schema, words


class NewReplyGiven(Schema):
    """An answer to a check-in. It says nothing of where I am."""

    text: Annotated[str, words(LONGEST_REPLY, 1)]
    visibility: Annotated[
        Literal["public", "communities", "followers", "author"],
        Field(
            description="for whom it is at most, beside the author of the check-in: "
            "of those who may know of that, and to whom my trust contract lets it be known"
        ),
    ] = "public"

    def to(self, check_in_id: UUID) -> NewReply:
        """As the service takes it."""
        return NewReply(check_in_id, self.text, For(self.visibility))


class ReplyShown(Schema):
    """An answer to a check-in."""

    id: UUID
    check_in: Annotated[UUID, Field(description="what it answers")]
    handle: str
    text: str
    said_at: Moment

    @classmethod
    def of(cls, reply: Answer) -> "ReplyShown":
        """Show one that was read."""
        return cls(
            id=reply.id,
            check_in=reply.check_in_id,
            handle=reply.handle,
            text=reply.text,
            said_at=reply.said_at,
        )

    @classmethod
    def told(cls, reply: Replied) -> "ReplyShown":
        """Show one as it was said."""
        return cls(
            id=reply.id,
            check_in=reply.about.id,
            handle=reply.handle,
            text=reply.text,
            said_at=reply.said_at,
        )


class MyReply(Schema):
    """An answer of mine, and for whom it is at most."""

    id: UUID
    check_in: UUID
    text: str
    visibility: Literal["public", "communities", "followers", "author"]
    said_at: Moment

    @classmethod
    def of(cls, reply: Reply) -> "MyReply":
        """Show one of mine."""
        return cls(
            id=reply.id,
            check_in=reply.check_in_id,
            text=reply.text,
            visibility=For(reply.visibility).value,
            said_at=reply.said_at,
        )


Kind = Literal["thanks", "like", "me-too", "agree", "funny", "sad"]


class ReactionsShown(Schema):
    """How often people reacted to a check-in, the same for everybody; and how I did."""

    counts: dict[Kind, int]
    mine: list[Kind]

    @classmethod
    def of(cls, found: Reactions) -> "ReactionsShown":
        """Show them."""
        return cls.model_validate({"counts": found.counts, "mine": [each.word for each in found.mine]})


class PersonReacting(Schema):
    """Somebody who reacted to a check-in of mine."""

    person: PersonShown
    kinds: list[Kind]

    @classmethod
    def of(cls, row: Any) -> "PersonReacting":
        """Show one."""
        person = PersonShown(id=row.person_id, handle=row.handle, name=row.name)
        return cls.model_validate({"person": person, "kinds": [Reaction(each).word for each in row.kinds]})


class MentionShown(Schema):
    """Words in which I am named, or which answer me."""

    id: UUID
    check_in: UUID
    reply: Annotated[
        UUID | None, Field(description="the reply that it is in, if it is not in the check-in itself")
    ]
    why: Literal["named", "answered"]
    by: str
    text: str
    said_at: Moment

    @classmethod
    def of(cls, row: Any) -> "MentionShown":
        """Show one that was read."""
        return cls(
            id=row.id,
            check_in=row.check_in_id,
            reply=row.reply_id,
            why="answered" if row.is_answer else "named",
            by=row.handle,
            text=row.text,
            said_at=row.said_at,
        )

    @classmethod
    def told(cls, signal: Mentioned) -> "MentionShown":
        """Show one as it is said."""
        is_answer = signal.reply_id is not None and signal.person_id == signal.about.person_id
        return cls(
            id=signal.id,
            check_in=signal.about.id,
            reply=signal.reply_id,
            why="answered" if is_answer else "named",
            by=signal.by,
            text=signal.text,
            said_at=signal.said_at,
        )
