"""Consents and blocks over HTTP; and people, as those may know them who are not apart."""

from app import clock
from app.accounts import queries as accounts
from app.accounts.models import Person
from app.accounts.schemas import PersonShown
from app.errors import Conflict, NotFound
from app.http.operations import Call, Operations
from app.http.pages import Paged
from app.http.schemas import Page
from app.trust import queries, service
from app.trust.schemas import BlockShown, ConsentShown

trust = Operations("trust")
OFFERS = "offers"


@trust.get("/me/consents/offers")
def consent_to_offers(call: Call) -> ConsentShown:
    """Whether I let offers reach me. Nobody does until they say so."""
    given = queries.consent_of(call.session, call.me, OFFERS)
    return ConsentShown(purpose=OFFERS, given=given is not None, since=given.given_at if given else None)


@trust.put("/me/consents/offers")
def give_consent_to_offers(call: Call) -> ConsentShown:
    """Let offers reach me through my communities."""
    service.consent(call.session, call.me, OFFERS, clock.now())
    return consent_to_offers(call)


@trust.delete("/me/consents/offers")
def withdraw_consent_to_offers(call: Call) -> None:
    """No offers any more: those in my inbox go, too."""
    service.withdraw(call.session, call.me, OFFERS)


@trust.get("/people/<handle>", anyone=True)
def person(call: Call, handle: str) -> PersonShown:
    """A person by handle."""
    return PersonShown.of(_known(queries.person_seen(call.session, handle, call.viewer), handle))


@trust.get("/me/blocks")
def my_blocks(call: Call, query: Paged) -> Page[BlockShown]:
    """Whom I block."""
    found = queries.blocks_after(call.session, call.me, query.cursor, query.limit + 1)
    following = found[query.limit - 1][0].id if len(found) > query.limit else None
    shown = [BlockShown(person=PersonShown.of(each), since=since) for each, since in found[: query.limit]]
    return Page(items=shown, next_cursor=following)


@trust.put("/me/blocks/<handle>", refuses=(Conflict,))
def block(call: Call, handle: str) -> BlockShown:
    """Block somebody: from now on neither of us hears of the other, or sees that the other is there.

    What our clients show of each other is taken back.
    """
    me = accounts.person(call.session, call.me)
    assert me is not None
    blocked = _known(accounts.person_with_handle(call.session, handle), handle)
    since = service.block(call.session, me, blocked, clock.now())
    return BlockShown(person=PersonShown.of(blocked), since=since)


@trust.delete("/me/blocks/<handle>")
def unblock(call: Call, handle: str) -> None:
    """Take a block back."""
    blocked = _known(accounts.person_with_handle(call.session, handle), handle)
    service.unblock(call.session, call.me, blocked.id)


def _known(person: Person | None, handle: str) -> Person:
    if person is None:
        raise NotFound(f"There is no person called {handle}.")
    return person
