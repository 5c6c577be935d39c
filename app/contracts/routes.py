"""Trust contracts over HTTP."""

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from app import clock
from app.accounts import queries as accounts
from app.businesses import queries as businesses
from app.contracts import queries, service
from app.contracts.agreements import agreement, hash_of
from app.contracts.schemas import ContractGiven, DaysAsked, DisclosuresAsked
from app.contracts.shown import (
    AgreementShown,
    ConsentShown,
    ContractShown,
    DayShown,
    DisclosureShown,
    ReadyShown,
)
from app.errors import Conflict, Invalid, NotAllowed, NotFound, Outdated, SayWhich
from app.http.calls import Call
from app.http.operations import Operations
from app.http.schemas import Page
from app.offers import receiving
from app.trust import queries as trust
from app.trust import wording
from app.trust.contract import Contract
from app.trust.ready import READY
from app.trust.terms import Identity

contracts = Operations("contracts")


@contracts.get("/contracts/ready", anyone=True)
def ready_contracts(call: Call) -> Page[ReadyShown]:
    """Contracts to begin with, from the most closed to the most open. Everybody begins with the first."""
    return Page(
        items=[ReadyShown(name=name, says=wording.sentences(each, {})) for name, each in READY.items()]
    )


@contracts.get("/me/contract")
def my_contract(call: Call) -> ContractShown:
    """What I let whom know. Its ETag is its version, for If-Match."""
    return _shown(call, trust.contract_of(call.session, call.me))


@contracts.put("/me/contract", refuses=(Outdated, SayWhich, NotFound))
def change_contract(call: Call, body: ContractGiven) -> ContractShown:
    """Have another contract hold. Everything follows at once: what I said before, counts, open sockets, and my inbox.

    If-Match says which version it is to follow (its ETag), or `*` for whichever holds.
    """
    now = service.begin(call.session, call.me, body.handles())
    if not call.matches(str(now.version)):
        raise Outdated(f"Version {now.version} of your contract holds. Read it again, and change that.")
    wanted = _wanted(call, body, now)
    return _shown(call, service.agree(call.session, call.me, wanted, clock.now()))


@contracts.post("/me/contract/preview", status=200)
def preview_contract(call: Call, body: ContractGiven) -> ContractShown:
    """What a contract would say, without having it hold."""
    return _shown(call, _wanted(call, body, trust.contract_of(call.session, call.me)))


@contracts.get("/me/disclosures")
def my_disclosures(call: Call, query: DisclosuresAsked) -> Page[DisclosureShown]:
    """What of me reached businesses and readers, under which version of my contract, newest first."""
    found = queries.disclosures(call.session, call.me, query.cursor, query.limit + 1, query.purpose)
    following = found[query.limit - 1].made.id if len(found) > query.limit else None
    return Page(items=[DisclosureShown.of(each) for each in found[: query.limit]], next_cursor=following)


@contracts.get("/me/disclosures/days")
def my_days(call: Call, query: DaysAsked) -> Page[DayShown]:
    """What members of my communities could know of each day, and where I was counted, by my contract's clock."""
    zone = trust.contract_of(call.session, call.me).time_zone
    tomorrow = (clock.now().astimezone(ZoneInfo(zone)) + timedelta(days=1)).date()
    found = queries.days(call.session, call.me, zone, query.before or tomorrow, query.days)
    return Page(items=[DayShown.of(each) for each in found])


@contracts.get("/me/agreements/<uuid:business_id>")
def my_agreement(call: Call, business_id: UUID) -> AgreementShown:
    """What a business and I agreed: the same record, with the same hash, that the business gets."""
    return _agreement(call, call.me, business_id)


@contracts.get("/businesses/<uuid:business_id>/agreements/<name>", refuses=(NotAllowed,))
def agreement_with(call: Call, business_id: UUID, name: str) -> AgreementShown:
    """What a business I act for agreed with somebody it has met, by the pseudonym or handle it learnt."""
    if not businesses.may_act_for(call.session, call.me, business_id):
        raise NotAllowed("Only who acts for a business sees its agreements.")
    person_id = queries.known_as(call.session, business_id, name)
    if person_id is None:
        raise NotFound("This business has met nobody under this name, or they have erased it.")
    shown = _agreement(call, person_id, business_id)
    if shown.record["person"] != name:
        raise NotFound("This business knows them by another name now, or by none.")
    return shown


@contracts.get("/me/consents/offers")
def consent_to_offers(call: Call) -> ConsentShown:
    """Whether I let offers reach me. Nobody does until they say so; it is a term of my contract."""
    given = trust.consent_of(call.session, call.me, "offers")
    return ConsentShown(purpose="offers", given=given is not None, since=given.given_at if given else None)


@contracts.put("/me/consents/offers")
def give_consent_to_offers(call: Call) -> ConsentShown:
    """Let offers reach me through my communities, if none may yet."""
    service.welcome_offers(call.session, call.me, clock.now())
    return consent_to_offers(call)


@contracts.delete("/me/consents/offers")
def withdraw_consent_to_offers(call: Call) -> None:
    """No offers any more: those in my inbox go, too."""
    service.refuse_offers(call.session, call.me, clock.now())


@contracts.put("/me/offers/<uuid:offer_id>/never", refuses=(Conflict,))
def never_this_business(call: Call, offer_id: UUID) -> None:
    """Never again an offer of the business whose offer this is, which reached me.

    My contract refuses it, by a term that stands in it as if I had written it there; what of it is in my inbox goes.
    """
    service.never(call.session, call.me, receiving.business_of(call.session, call.me, offer_id), clock.now())


@contracts.delete("/me/offers/<uuid:offer_id>/never")
def this_business_again(call: Call, offer_id: UUID) -> None:
    """Refuse the business no more: what I let all businesses do, it may. What has gone does not come back."""
    business_id = receiving.business_of(call.session, call.me, offer_id)
    service.no_more_never(call.session, call.me, business_id, clock.now())


def _agreement(call: Call, person_id: UUID, business_id: UUID) -> AgreementShown:
    businesses.existing(call.session, business_id)
    person = accounts.person(call.session, person_id)
    assert person is not None
    contract = trust.contract_of(call.session, person_id)
    names = {
        Identity.PSEUDONYM: trust.pseudonym(trust.secret(call.session, "pseudonyms"), person_id, business_id),
        Identity.HANDLE: person.handle,
    }
    agreed = agreement(contract, business_id, names.get(contract.identity_for(business_id, clock.now()), ""))
    record = agreed.record(queries.names_in(call.session, person_id, contract))
    return AgreementShown(record=record, hash=hash_of(record))


def _wanted(call: Call, body: ContractGiven, now: Contract) -> Contract:
    people = queries.people_called(call.session, body.handles(), call.me)
    unknown = [each for each in body.handles() if each.lower() not in people]
    if unknown:
        raise NotFound(f"There is nobody else called {unknown[0]}.")
    wanted = body.contract(now, people)
    if missing := queries.missing_from(wanted, queries.names_in(call.session, call.me, wanted)):
        raise Invalid(f"There is no {missing} with one of these ids.")
    return wanted


def _shown(call: Call, contract: Contract) -> ContractShown:
    call.headers["ETag"] = f'"{contract.version}"'
    since = queries.made_at(call.session, call.me, contract.version)
    return ContractShown.of(contract, since, queries.names_in(call.session, call.me, contract))
