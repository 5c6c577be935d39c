"""What is kept of where a person belongs, what they decide there with others, what they were asked, and reports."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy.orm import Session

from app.communities import queries as communities
from app.growing import queries as growing
from app.leaving.archive import Row, Table
from app.moderation import queries as moderation
from app.motions import queries as motions


def tables_of(session: Session, person_id: UUID) -> list[Table]:
    """What a person has a say in."""
    whose = session, person_id
    belonging = list(_communities(*whose))
    places = [each for each in belonging if each["kind"] == "location"]
    return [
        Table(
            "memberships", "The communities you joined.", [each for each in belonging if each not in places]
        ),
        Table("lasting_memberships", "The places you belong to for good.", places),
        Table("votes", "How you voted on what is open; afterwards nobody knows.", list(_votes(*whose))),
        Table(
            "motions_about_you", "What was moved about you: that you be steward or not.", list(_about(*whose))
        ),
        Table(
            "asked_to_belong", "What you were asked to belong to, and what you said.", list(_asked(*whose))
        ),
        Table("declined", "The communities you would not have suggested again.", list(_declined(*whose))),
        Table("reports", "What you reported, and why.", list(_reports(*whose))),
        Table("cases_about_you", "What moderators made of reports about you.", list(_cases(*whose))),
        Table("stewardships", "The communities you keep house in.", list(_stewardships(*whose))),
    ]


def _communities(session: Session, person_id: UUID) -> Iterator[Row]:
    for each in communities.communities_of(session, person_id):
        kind, name = each.community.kind, each.community.name
        yield {"id": each.community.id, "kind": kind, "name": name, "topics": each.topic_keys}


def _votes(session: Session, person_id: UUID) -> Iterator[Row]:
    for each in motions.votes_of(session, person_id):
        yield {"motion_id": each.motion_id, "choice": each.choice, "at": each.at}


def _about(session: Session, person_id: UUID) -> Iterator[Row]:
    for each in motions.motions_about(session, person_id):
        yield {"id": each.id, "community_id": each.community_id, "kind": each.kind, "state": each.state}


def _reports(session: Session, person_id: UUID) -> Iterator[Row]:
    for each, case in moderation.reports_of(session, person_id, None, None):
        about = {"what": case.what, "thing_id": case.thing_id}
        yield about | {"reason": each.reason, "note": each.note, "at": each.reported_at}


def _cases(session: Session, person_id: UUID) -> Iterator[Row]:
    # Neither when they were opened nor their ids, which are made of that: it could tell who reported.
    for each in moderation.cases_about(session, person_id):
        about = {"what": each.what, "thing_id": each.thing_id, "state": each.state}
        yield about | {"reason": each.upheld_for, "at": each.decided_at, "objection": each.objection}


def _stewardships(session: Session, person_id: UUID) -> Iterator[Row]:
    for each in motions.stewardships_of(session, person_id):
        yield {"community_id": each.community_id, "since": each.since}


def _asked(session: Session, person_id: UUID) -> Iterator[Row]:
    for each in growing.answers_of(session, person_id):
        yield {"id": each.emerging_id, "asked_at": each.asked_at, "answer": each.answer}


def _declined(session: Session, person_id: UUID) -> Iterator[Row]:
    for each in growing.declined_by(session, person_id):
        yield {"community_id": each.community_id, "at": each.at}
