"""What is kept of what a person decides together with others, and of what they were asked."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy.orm import Session

from app.growing import queries as growing
from app.leaving.archive import Row, Table
from app.motions import queries as motions


def tables_of(session: Session, person_id: UUID) -> list[Table]:
    """What a person has a say in."""
    whose = session, person_id
    return [
        Table("votes", "How you voted on what is open; afterwards nobody knows.", list(_votes(*whose))),
        Table(
            "motions_about_you", "What was moved about you: that you be steward or not.", list(_about(*whose))
        ),
        Table(
            "asked_to_belong", "What you were asked to belong to, and what you said.", list(_asked(*whose))
        ),
        Table("declined", "The communities you would not have suggested again.", list(_declined(*whose))),
        Table("stewardships", "The communities you keep house in.", list(_stewardships(*whose))),
    ]


def _votes(session: Session, person_id: UUID) -> Iterator[Row]:
    for each in motions.votes_of(session, person_id):
        yield {"motion_id": each.motion_id, "choice": each.choice, "at": each.at}


def _about(session: Session, person_id: UUID) -> Iterator[Row]:
    for each in motions.motions_about(session, person_id):
        yield {"id": each.id, "community_id": each.community_id, "kind": each.kind, "state": each.state}


def _stewardships(session: Session, person_id: UUID) -> Iterator[Row]:
    for each in motions.stewardships_of(session, person_id):
        yield {"community_id": each.community_id, "since": each.since}


def _asked(session: Session, person_id: UUID) -> Iterator[Row]:
    for each in growing.answers_of(session, person_id):
        yield {"id": each.emerging_id, "asked_at": each.asked_at, "answer": each.answer}


def _declined(session: Session, person_id: UUID) -> Iterator[Row]:
    for each in growing.declined_by(session, person_id):
        yield {"community_id": each.community_id, "at": each.at}
