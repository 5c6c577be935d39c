"""What is kept of what a person carries: their tag, and phones whose own apps report."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy.orm import Session

from app.leaving.archive import Row, Table
from app.phones import queries as phones
from app.tag import queries as tag
from app.tag.rules import opening
from app.trust.terms import Identity

_A_PAGE = 500


def tables_of(session: Session, person_id: UUID) -> list[Table]:
    """What a person carries: their tag, and phones whose own apps report."""
    whose = session, person_id
    return [
        Table("tag", "Your personal tag.", list(_tag(*whose))),
        Table("readings", "When it was read, by what, and what was disclosed.", list(_readings(*whose))),
        Table("codes_read", "Which of its codes belong to a business.", list(_codes_read(*whose))),
        Table("area_visits", "Which areas that read tags saw you come.", list(_visits(*whose))),
        Table("tag_fixes", "Where such areas last saw you.", list(_last_fix(*whose))),
        Table("devices", "The apps that say where you are.", list(_devices(*whose))),
        Table(
            "position_history",
            "Where your devices were, where you wanted it kept.",
            list(_history(*whose)),
        ),
        Table("suggestions", "Where your phones noticed that you stayed.", list(_suggestions(*whose))),
        Table("contact_letters", "By which letters your phones know whom.", list(_contacts(*whose))),
    ]


def _tag(session: Session, person_id: UUID) -> Iterator[Row]:
    if held := tag.tag_of(session, person_id):
        yield {"state": held.state, "generation": held.generation, "since": held.since}


def _readings(session: Session, person_id: UUID) -> Iterator[Row]:
    cursor = None
    while page := tag.readings_of(session, person_id, cursor, _A_PAGE):
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
