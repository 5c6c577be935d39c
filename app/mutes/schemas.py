"""What one muted, as JSON."""

from typing import Annotated

from pydantic import Field

from app.http.schemas import Moment, Schema
from app.mutes.queries import Muted
from app.relations.rules import MuteKind


class MuteShown(Schema):
    """Somebody or something I will not hear of."""

    kind: MuteKind
    which: Annotated[str, Field(description="the last part of its address: a handle, a key or an id")]
    name: str
    since: Moment

    @classmethod
    def of(cls, muted: Muted) -> "MuteShown":
        """Show one."""
        return cls(
            kind=MuteKind(muted.kind),
            which=muted.which,
            name=muted.name,
            since=muted.since,
        )
