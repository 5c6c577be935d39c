"""Notices over HTTP."""

from app import clock
from app.http.calls import Call
from app.http.operations import Operations
from app.http.pages import Paged
from app.http.schemas import Page
from app.notices import queries
from app.notices.schemas import NoticeShown

notices = Operations("notices")


@notices.get("/me/notices", scope="notices:read")
def my_notices(call: Call, query: Paged) -> Page[NoticeShown]:
    """What I was told, newest first: of events I go to, wishes, reports, words of mine, and staffs."""
    found = queries.notices_before(call.session, call.me, query.cursor, query.limit + 1, clock.now())
    following = found[query.limit - 1].id if len(found) > query.limit else None
    return Page(items=[NoticeShown.of(each) for each in found[: query.limit]], next_cursor=following)
