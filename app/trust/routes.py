"""Consents over HTTP."""

from app import clock
from app.http.operations import Call, Operations
from app.trust import queries, service
from app.trust.schemas import ConsentShown

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
