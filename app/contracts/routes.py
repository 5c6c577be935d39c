"""Trust contracts over HTTP."""

from app import clock
from app.contracts import queries, service
from app.contracts.schemas import ContractGiven
from app.contracts.shown import ConsentShown, ContractShown, ReadyShown
from app.errors import Invalid, NotFound, Outdated, SayWhich
from app.http.operations import Call, Operations
from app.http.schemas import Page
from app.trust import queries as trust
from app.trust import wording
from app.trust.contract import Contract
from app.trust.ready import READY

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
    now = service.begin(call.session, call.me)
    if not call.matches(str(now.version)):
        raise Outdated(f"Version {now.version} of your contract holds. Read it again, and change that.")
    wanted = _wanted(call, body, now)
    return _shown(call, service.agree(call.session, call.me, wanted, clock.now()))


@contracts.post("/me/contract/preview", status=200)
def preview_contract(call: Call, body: ContractGiven) -> ContractShown:
    """What a contract would say, without having it hold."""
    return _shown(call, _wanted(call, body, trust.contract_of(call.session, call.me)))


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
