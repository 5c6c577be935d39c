"""What is kept of what a person does for businesses, and thinks of them."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.businesses import queries as businesses
from app.businesses import standing
from app.ids import time_of
from app.leaving.archive import Row, Table


def tables_of(session: Session, person_id: UUID, now: datetime) -> list[Table]:
    """What a person does for businesses."""
    whose = session, person_id
    return [
        Table("businesses_acted_for", "Those you act for.", list(_businesses(*whose))),
        Table("staff_invitations", "Those whose staff you may join.", list(_invitations(*whose, now))),
        Table(
            "business_acts",
            "What you did for them, or they with you. It stays, without your name.",
            list(_acts(*whose)),
        ),
        Table(
            "doubts",
            "What of them you doubt. Nobody learns that it is you.",
            list(_doubts(*whose)),
        ),
    ]


def _businesses(session: Session, person_id: UUID) -> Iterator[Row]:
    for each in businesses.businesses_of(session, person_id):
        role = businesses.role_of(session, person_id, each.id)
        yield {"id": each.id, "name": each.name, "about": each.about, "role": role}


def _invitations(session: Session, person_id: UUID, now: datetime) -> Iterator[Row]:
    for invitation, _, business, by in businesses.invitations_for(session, person_id, now):
        until, who = invitation.expires_at, by.handle if by else None
        yield {"id": business.id, "name": business.name, "role": invitation.role, "by": who, "until": until}


def _acts(session: Session, person_id: UUID) -> Iterator[Row]:
    for act, business in businesses.acts_of(session, person_id):
        said = {"kind": act.kind, "about": act.about, "at": time_of(act.id)}
        yield {"business": business, "by_you": act.done_by == person_id} | said


def _doubts(session: Session, person_id: UUID) -> Iterator[Row]:
    for each, value in standing.doubts_by(session, person_id):
        named = "business_id community_id reason made_at"
        yield {"value": value} | {name: getattr(each, name) for name in named.split()}
