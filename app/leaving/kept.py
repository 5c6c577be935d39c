"""What is kept of a person, for the person: everything, as they would read it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.businesses import queries as businesses
from app.checkins import queries as checkins
from app.checkins.feeds import Asked
from app.checkins.signals import CheckedIn
from app.communities import queries as communities
from app.leaving import queries
from app.leaving.archive import Row, Table
from app.mutes import queries as mutes
from app.offers import queries as offers
from app.phones import queries as phones
from app.presence import queries as presence
from app.relations import queries as relations
from app.relations.rules import MOST_BLOCKS
from app.tag import queries as tag
from app.tag.rules import opening
from app.trust import queries as trust
from app.trust.terms import Identity

A_PAGE = 500


def kept_of(session: Session, person_id: UUID, now: datetime) -> list[Table]:
    """Every kind of thing, also where there is none, named as on the receipt. Some 500 check-ins a statement.

    Who blocks or mutes this person, or put them in a circle, is not told; that is for those who did.
    """
    whose = session, person_id
    networks, answers = queries.networks_of(*whose), queries.answers_kept_for(*whose)
    return [
        Table("account", "Who you are here.", list(_account(*whose))),
        Table("check_ins", "What you said, where and when, newest first.", list(_check_ins(*whose, now))),
        Table(
            "positions",
            "Where you last were, for a day after it says nothing any more.",
            list(_position(*whose)),
        ),
        Table("location_memberships", "The places you are part of now.", list(_locations(*whose, now))),
        Table("memberships", "The communities you joined.", list(_communities(*whose))),
        Table(
            "offers_received", "What ever reached you, and through which community.", list(_received(*whose))
        ),
        Table("offers_in_the_inbox", "What of it still stands, and why it came.", list(_offers(*whose, now))),
        Table("tag", "Your personal tag.", list(_tag(*whose))),
        Table("readings", "When it was read, by what, and what was disclosed.", list(_readings(*whose))),
        Table("codes_read", "Which of its codes belong to a business.", list(_codes_read(*whose))),
        Table("area_visits", "Which areas that read tags saw you come.", list(_visits(*whose))),
        Table("tag_fixes", "Where such areas last saw you.", list(_last_fix(*whose))),
        Table("contracts", "What you let whom know, in every version.", list(_contracts(*whose))),
        Table(
            "disclosures", "What of you reached businesses, readers and statistics.", list(_disclosed(*whose))
        ),
        Table("consents", "What you allowed.", list(_consents(*whose))),
        Table("blocks", "Whom you block.", list(_blocks(*whose))),
        Table("follows", "Whom you follow.", list(_follows(*whose))),
        Table("followers", "Who follows you.", list(_followers(*whose))),
        Table("circles", "Whom you put together, and whom you follow back.", list(_circles(*whose))),
        Table("check_in_consents", "Who may check you in.", list(_friends(*whose))),
        Table("check_in_consents_of_others", "Whom you may check in.", list(_friend_of(*whose))),
        Table("mutes", "What you will not hear of.", list(_mutes(*whose))),
        Table("businesses_acted_for", "Those you act for.", list(_businesses(*whose))),
        Table("sessions", "Where you are signed in.", list(_sessions(*whose, now))),
        Table("networks", "When you last signed in from each; only a trace of it is kept.", _times(networks)),
        Table("kept_answers", "When we answered you; sealed by your key, for a day.", _times(answers)),
        Table("devices", "The apps that say where you are.", list(_devices(*whose))),
        Table(
            "position_history", "Where your devices were, where you wanted it kept.", list(_history(*whose))
        ),
        Table("suggestions", "Where your phones noticed that you stayed.", list(_suggestions(*whose))),
        Table("contact_letters", "By which letters your phones know whom.", list(_contacts(*whose))),
        Table("begun", "What you began for others. It stays when you leave.", list(_begun(*whose))),
    ]


def _account(session: Session, person_id: UUID) -> Iterator[Row]:
    if person := accounts.person(session, person_id):
        yield {
            "id": person.id,
            "handle": person.handle,
            "name": person.name,
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


def _communities(session: Session, person_id: UUID) -> Iterator[Row]:
    for each in communities.communities_of(session, person_id):
        kind, name = each.community.kind, each.community.name
        yield {"id": each.community.id, "kind": kind, "name": name, "topics": each.topic_keys}


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
        yield {"offer_id": each.offer_id, "community_id": each.community_id, "at": each.at}


def _begun(session: Session, person_id: UUID) -> Iterator[Row]:
    for what, made, called in queries.begun_by(session, person_id):
        yield {"what": what, "id": made, "name": called}


def _times(moments: Sequence[datetime]) -> list[Row]:
    return [{"at": each} for each in moments]


def _tag(session: Session, person_id: UUID) -> Iterator[Row]:
    if held := tag.tag_of(session, person_id):
        yield {"state": held.state, "generation": held.generation, "since": held.since}


def _readings(session: Session, person_id: UUID) -> Iterator[Row]:
    cursor = None
    while page := tag.readings_of(session, person_id, cursor, A_PAGE):
        for reading, reader, business in page:
            yield {
                "id": reading.id,
                "reader": reader.name,
                "business": business.name,
                "purpose": reader.purpose,
                "disclosed": Identity(reading.disclosed).word,
                "pseudonym": reading.pseudonym,
                "read_at": reading.read_at,
                "received_at": reading.received_at,
                "contract_version": reading.contract_version,
            }
        cursor = page[-1][0].id


def _codes_read(session: Session, person_id: UUID) -> Iterator[Row]:
    for each in tag.codes_read_of(session, person_id):
        yield {"business_id": each.business_id, "shown_at": opening(each.window_number), "salt": each.salt}


def _visits(session: Session, person_id: UUID) -> Iterator[Row]:
    for visit, reader in tag.visits_of(session, person_id):
        yield {"reader": reader, "crossing": visit.crossing, "since": visit.since, "until": visit.until}


def _last_fix(session: Session, person_id: UUID) -> Iterator[Row]:
    if fix := tag.last_fix_of(session, person_id):
        yield {"position": fix.position, "accuracy_m": fix.accuracy_m, "fixed_at": fix.fixed_at}


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


def _blocks(session: Session, person_id: UUID) -> Iterator[Row]:
    for blocked, since in relations.blocks_after(session, person_id, None, MOST_BLOCKS):
        yield {"handle": blocked.handle, "since": since}


def _follows(session: Session, person_id: UUID) -> Iterator[Row]:
    for followed, since, _ in relations.follows_after(session, person_id, None, None):
        yield {"handle": followed.handle, "since": since}


def _followers(session: Session, person_id: UUID) -> Iterator[Row]:
    for follower, since, _ in relations.followers_after(session, person_id, None, None):
        yield {"handle": follower.handle, "since": since}


def _circles(session: Session, person_id: UUID) -> Iterator[Row]:
    for circle, _ in relations.circles_of(session, person_id):
        members = relations.members_after(session, circle.id, None, None)
        handles = [member.handle for member, _ in members]
        yield {"id": circle.id, "kind": circle.kind, "name": circle.name, "members": handles}


def _friends(session: Session, person_id: UUID) -> Iterator[Row]:
    for friend, since in relations.friends_after(session, person_id, None, None):
        yield {"handle": friend.handle, "since": since}


def _friend_of(session: Session, person_id: UUID) -> Iterator[Row]:
    for friend, since in relations.friend_of_after(session, person_id, None, None):
        yield {"handle": friend.handle, "since": since}


def _mutes(session: Session, person_id: UUID) -> Iterator[Row]:
    for each in mutes.mutes_after(session, person_id, None, None):
        yield {"kind": each.kind, "which": each.which, "name": each.name, "since": each.since}


def _businesses(session: Session, person_id: UUID) -> Iterator[Row]:
    for each in businesses.businesses_of(session, person_id):
        yield {"id": each.id, "name": each.name, "about": each.about}


def _devices(session: Session, person_id: UUID) -> Iterator[Row]:
    named = (
        "id name app letters paused history_days visibility exactness made_at last_heard_at battery accepted"
    )
    for each in phones.devices_of(session, person_id):
        yield {name: getattr(each, name) for name in f"{named} dropped last_dropped commands".split()}


def _history(session: Session, person_id: UUID) -> Iterator[Row]:
    named = "device_id position accuracy_m altitude_m speed_m_s heading activity fixed_at sent_at received_at"
    for each in phones.history_of(session, person_id):
        yield {name: getattr(each, name) for name in named.split()}


def _suggestions(session: Session, person_id: UUID) -> Iterator[Row]:
    named = "id device_id accuracy_m arrived_at left_at received_at decided_at"
    for each in phones.kept_suggestions(session, person_id):
        at = each.position
        where = {"lat": at.lat if at else None, "lon": at.lon if at else None}
        yield {name: getattr(each, name) for name in named.split()} | where


def _contacts(session: Session, person_id: UUID) -> Iterator[Row]:
    for letters, handle in phones.letters_and_handles(session, person_id):
        yield {"letters": letters, "handle": handle}


def _sessions(session: Session, person_id: UUID, now: datetime) -> Iterator[Row]:
    for each in accounts.open_sessions(session, person_id, now):
        yield {
            "id": each.id,
            "device": each.device,
            "created_at": each.created_at,
            "expires_at": each.expires_at,
        }
