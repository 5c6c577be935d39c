"""What people are to one another, over HTTP; and people, as those may know them who are not apart."""

from app import clock
from app.accounts import queries as accounts
from app.accounts.models import Person
from app.accounts.schemas import PersonShown
from app.errors import Conflict, NotFound
from app.http.operations import Call, Operations
from app.http.pages import Paged
from app.http.schemas import Page
from app.relations import queries, service
from app.relations.schemas import BlockShown

relations = Operations("relations")


@relations.get("/people/<handle>", anyone=True)
def person(call: Call, handle: str) -> PersonShown:
    """A person by handle."""
    return PersonShown.of(_known(queries.person_seen(call.session, handle, call.viewer), handle))


@relations.get("/me/blocks")
def my_blocks(call: Call, query: Paged) -> Page[BlockShown]:
    """Whom I block."""
    found = queries.blocks_after(call.session, call.me, query.cursor, query.limit + 1)
    following = found[query.limit - 1][0].id if len(found) > query.limit else None
    shown = [BlockShown(person=PersonShown.of(each), since=since) for each, since in found[: query.limit]]
    return Page(items=shown, next_cursor=following)


@relations.put("/me/blocks/<handle>", refuses=(Conflict,))
def block(call: Call, handle: str) -> BlockShown:
    """Block somebody: from now on neither of us hears of the other, or sees that the other is there.

    What our clients show of each other is taken back.
    """
    me = accounts.person(call.session, call.me)
    assert me is not None
    blocked = _known(accounts.person_with_handle(call.session, handle), handle)
    since = service.block(call.session, me, blocked, clock.now())
    return BlockShown(person=PersonShown.of(blocked), since=since)


@relations.delete("/me/blocks/<handle>")
def unblock(call: Call, handle: str) -> None:
    """Take a block back."""
    blocked = _known(accounts.person_with_handle(call.session, handle), handle)
    service.unblock(call.session, call.me, blocked.id)


def _known(person: Person | None, handle: str) -> Person:
    if person is None:
        raise NotFound(f"There is no person called {handle}.")
    return person
