"""Notices as JSON."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.http.schemas import Moment, Schema
from app.ids import time_of
from app.notices.rules import Told
from app.notices.signals import NoticeGiven

_MINE = {
    Told.HIDDEN: "/v1/me/moderation",
    Told.SHOWN_AGAIN: "/v1/me/moderation",
    Told.REPORT_UPHELD: "/v1/me/reports",
    Told.REPORT_DISMISSED: "/v1/me/reports",
    Told.STAFF_INVITED: "/v1/me/invitations",
}
#: Below a business.
_OF_STAFF = {Told.STAFF_JOINED: "/staff", Told.STAFF_DECLINED: "/invitations", Told.STAFF_REMOVED: ""}


class NoticeShown(Schema):
    """What I am told of something I have a part in."""

    id: UUID
    kind: Literal[*(each.value for each in Told)]  # type: ignore[valid-type]
    at: Moment
    title: Annotated[
        str | None, Field(description="of the event, the wish or the business, as far as I may know it")
    ]
    path: Annotated[
        str | None, Field(description="where to read more; null once the event left with its host")
    ]
    event_id: Annotated[UUID | None, Field(description="null once it left with its host")]
    date_id: UUID | None
    starts_at: Annotated[Moment | None, Field(description="of the date of an event")]
    wish_id: UUID | None
    pledged: Annotated[int | None, Field(description="how many wanted it when it was opened")]
    what: Annotated[
        Literal["check-in", "reply", "person", "community", "event", "piece", "business-post"] | None,
        Field(description="what was hidden or reported"),
    ]
    thing_id: UUID | None
    webhook_id: Annotated[UUID | None, Field(description="what nothing is sent to any more")]
    business_id: Annotated[UUID | None, Field(description="whose webhook or staff it is")]

    @classmethod
    def of(cls, given: NoticeGiven) -> "NoticeShown":
        """Show one, read or told at once."""
        names = (
            "id kind title event_id date_id starts_at wish_id pledged what thing_id webhook_id business_id"
        )
        said = {name: getattr(given, name) for name in names.split()}
        return cls.model_validate({**said, "at": time_of(given.id), "path": _path(given)})


def _path(given: NoticeGiven) -> str | None:
    if given.wish_id:
        return f"/v1/wishes/{given.wish_id}"
    if given.webhook_id:
        return f"/v1/businesses/{given.business_id}/webhooks/{given.webhook_id}"
    if given.event_id:
        return f"/v1/events/{given.event_id}"
    kind = Told(given.kind)
    return f"/v1/businesses/{given.business_id}{_OF_STAFF[kind]}" if kind in _OF_STAFF else _MINE.get(kind)
