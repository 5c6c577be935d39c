"""What is kept of a person, for the person: everything, as they would read it."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.checkins import queries as checkins
from app.checkins.feeds import Asked
from app.checkins.signals import CheckedIn
from app.clients import queries as clients
from app.leaving import acted, carried, queries, said, ties, voices
from app.leaving.archive import Row, Table
from app.offers import queries as offers
from app.passkeys import queries as passkeys
from app.presence import queries as presence
from app.recovery import queries as recovery
from app.redemptions import queries as redemptions
from app.trust import queries as trust

A_PAGE = 500


def kept_of(session: Session, person_id: UUID, now: datetime) -> list[Table]:
    """Every kind of thing, also where there is none, named as on the receipt. Some 500 check-ins a statement.

    Who blocks or mutes this person, or put them in a circle, is not told; that is for those who did.
    """
    whose = session, person_id
    return [
        Table("account", "Who you are here.", list(_account(*whose))),
        Table("check_ins", "What you said, where and when, newest first.", list(_check_ins(*whose, now))),
        *said.tables_of(*whose),
        Table(
            "positions",
            "Where you last were, for a day after it says nothing any more.",
            list(_position(*whose)),
        ),
        Table("location_memberships", "The places you are part of now.", list(_locations(*whose, now))),
        Table(
            "offers_received",
            "What ever reached you, or was held out from you, and through which community.",
            list(_received(*whose)),
        ),
        Table("offer_budgets", "How many offers may reach you.", list(_budget(*whose))),
        Table("offers_in_the_inbox", "What of it still stands, and why it came.", list(_offers(*whose, now))),
        *_bought(*whose),
        Table("contracts", "What you let whom know, in every version.", list(_contracts(*whose))),
        Table(
            "disclosures", "What of you reached businesses, readers and statistics.", list(_disclosed(*whose))
        ),
        Table("consents", "What you allowed.", list(_consents(*whose))),
        *acted.tables_of(*whose, now),
        *_signing_in(*whose, now),
        *carried.tables_of(*whose),
        *ties.tables_of(*whose),
        *voices.tables_of(*whose),
        Table("begun", "What you began for others. It stays when you leave.", list(_begun(*whose))),
    ]


def _signing_in(session: Session, person_id: UUID, now: datetime) -> list[Table]:
    """What somebody comes in by, on their own devices and by programs, and what was kept of it."""
    whose = session, person_id
    challenges = queries.challenges_for(*whose)
    networks, answers = queries.networks_of(*whose), queries.answers_kept_for(*whose)
    return [
        Table("sessions", "Where you are signed in.", list(_sessions(*whose, now))),
        Table("authorizations", "The programs you let act for you.", list(_authorizations(*whose))),
        Table("clients", "The programs you made known for others.", list(_clients(*whose))),
        Table("mailed_links", "Links we mailed to you that still stand.", list(_links(*whose, now))),
        Table("passkeys", "Your passkeys; the secret half is only on your devices.", list(_passkeys(*whose))),
        Table("passkey_challenges", "What a new passkey is to sign, for five minutes.", _times(challenges)),
        Table("networks", "When you last signed in from each; only a trace of it is kept.", _times(networks)),
        Table("kept_answers", "When we answered you; sealed by your key, for a day.", _times(answers)),
    ]


def _account(session: Session, person_id: UUID) -> Iterator[Row]:
    if person := accounts.person(session, person_id):
        yield {
            "id": person.id,
            "handle": person.handle,
            "name": person.name,
            "email": person.email,
            "created_at": person.created_at,
        }


def _check_ins(session: Session, person_id: UUID, now: datetime) -> Iterator[Row]:
    before = None
    while True:
        asked = Asked(limit=A_PAGE, person=person_id, before=before)
        page = [seen.check_in for seen in checkins.feed(session, asked, person_id, now)]
        yield from map(_check_in, page)
        if len(page) < A_PAGE:
            return
        before = page[-1].id


def _check_in(check_in: CheckedIn) -> Row:
    return {
        "id": check_in.id,
        "position": check_in.position,
        "accuracy_m": check_in.accuracy_m,
        "text": check_in.text,
        "activity": check_in.activity,
        "topics": check_in.topics,
        "communities": check_in.location_ids + check_in.community_ids,
        "place_id": check_in.place_id,
        "visibility": check_in.visibility,
        "exactness": check_in.exactness.word,
        "fixed_at": check_in.fixed_at,
        "planned_for": check_in.planned_for,
        "said_by": check_in.said_by,
        "received_at": check_in.received_at,
    }


def _position(session: Session, person_id: UUID) -> Iterator[Row]:
    if known := presence.last_known(session, person_id):
        yield {
            "position": known.position,
            "accuracy_m": known.accuracy_m,
            "activity": known.activity,
            "fixed_at": known.fixed_at,
            "until": known.expires_at,
        }


def _locations(session: Session, person_id: UUID, now: datetime) -> Iterator[Row]:
    for community, membership in presence.location_memberships_of(session, person_id, now):
        since, until = membership.opened_at, membership.expires_at
        yield {"id": community.id, "name": community.name, "since": since, "until": until}


def _offers(session: Session, person_id: UUID, now: datetime) -> Iterator[Row]:
    for each in offers.inbox(session, person_id, None, A_PAGE, now):
        yield {
            "id": each.offer_id,
            "business": each.business,
            "title": each.title,
            "topic": each.topic,
            "community": each.community,
            "metres": each.metres,
            "delivered_at": each.delivered_at,
        }


def _received(session: Session, person_id: UUID) -> Iterator[Row]:
    for each in queries.received_by(session, person_id):
        yield {
            "offer_id": each.offer_id,
            "community_id": each.community_id,
            "at": each.at,
            "opinion": each.opinion,
            "seen_at": each.seen_at,
            "held_at": each.held_at,
            "redeemed": each.redeemed,
            "held_out": each.held_out,
        }


def _bought(session: Session, person_id: UUID) -> list[Table]:
    """What stays with businesses when somebody leaves, without them."""
    held = [
        {"offer_id": each.offer_id, "held_at": each.held_at, "until": each.expires_at}
        for each in queries.holds_of(session, person_id)
    ]
    sold = list(_sales(session, person_id))
    of_offers = [each for each in sold if each["offer_id"]]
    return [
        Table("holds", "What is kept for you at the moment.", held),
        Table("redemptions", "What you redeemed. The sale stays, without you.", of_offers),
        Table(
            "purchases", "What you bought by your tag. So does that.", [e for e in sold if not e["offer_id"]]
        ),
    ]


def _sales(session: Session, person_id: UUID) -> Iterator[Row]:
    cursor = None
    while page := redemptions.sales_of_person(session, person_id, cursor, A_PAGE):
        for each in page:
            yield {
                "id": each.id,
                "business": each.business,
                "offer_id": each.offer_id,
                "at": each.at,
                "received_at": each.received_at,
                "amount": each.amount,
                "currency": each.currency,
                "rolled_back_at": each.rolled_back_at,
            }
        cursor = page[-1].id


def _budget(session: Session, person_id: UUID) -> Iterator[Row]:
    if held := queries.budget_held_for(session, person_id):
        yield asdict(offers.budget_of(session, person_id)) | {"times_set_or_muted": held.mutings}


def _begun(session: Session, person_id: UUID) -> Iterator[Row]:
    for what, made, called in queries.begun_by(session, person_id):
        yield {"what": what, "id": made, "name": called}


def _times(moments: Sequence[datetime]) -> list[Row]:
    return [{"at": each} for each in moments]


def _contracts(session: Session, person_id: UUID) -> Iterator[Row]:
    for each in trust.versions_of(session, person_id):
        yield {"version": each.version, "made_at": each.made_at, "terms": each.terms}


def _disclosed(session: Session, person_id: UUID) -> Iterator[Row]:
    cursor = None
    while page := trust.disclosures_before(session, person_id, cursor, A_PAGE):
        for each in page:
            yield {
                "at": each.at,
                "to_kind": each.to_kind,
                "to_id": each.to_id,
                "purpose": each.purpose,
                "what": each.what,
                "version": each.version,
            }
        cursor = page[-1].id


def _consents(session: Session, person_id: UUID) -> Iterator[Row]:
    if consent := trust.consent_of(session, person_id, "offers"):
        yield {"purpose": consent.purpose, "given_at": consent.given_at}


def _sessions(session: Session, person_id: UUID, now: datetime) -> Iterator[Row]:
    for each in accounts.open_sessions(session, person_id, now):
        yield {
            "id": each.id,
            "device": each.device,
            "created_at": each.created_at,
            "expires_at": each.expires_at,
        }


def _links(session: Session, person_id: UUID, now: datetime) -> Iterator[Row]:
    for each in recovery.links_of(session, person_id, now):
        yield {"purpose": each.purpose, "address": each.address, "expires_at": each.expires_at}


def _authorizations(session: Session, person_id: UUID) -> Iterator[Row]:
    for each, name in clients.authorizations_of(session, person_id):
        yield {"client": name, "session_id": each.session_id, "scopes": each.scopes}


def _clients(session: Session, person_id: UUID) -> Iterator[Row]:
    for each in clients.clients_of(session, person_id):
        uris, made_at = each.redirect_uris, each.created_at
        yield {"id": each.id, "name": each.name, "redirect_uris": uris, "created_at": made_at}


def _passkeys(session: Session, person_id: UUID) -> Iterator[Row]:
    for each in passkeys.passkeys_of(session, person_id):
        made_at, used = each.created_at, each.last_used
        yield {"id": each.id, "name": each.name, "created_at": made_at, "last_used": used}
