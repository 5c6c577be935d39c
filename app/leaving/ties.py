"""What is kept of what a person is to others."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy.orm import Session

from app import clock
from app.events import queries as events
from app.leaving.archive import Row, Table
from app.mutes import queries as mutes
from app.notices import queries as notices
from app.relations import queries as relations
from app.relations.rules import MOST_BLOCKS
from app.search import queries as search
from app.wishes import queries as wishes


def tables_of(session: Session, person_id: UUID) -> list[Table]:
    """What a person is to others."""
    whose = session, person_id
    return [
        Table("blocks", "Whom you block.", list(_blocks(*whose))),
        Table("follows", "Whom you follow.", list(_follows(*whose))),
        Table("followers", "Who follows you.", list(_followers(*whose))),
        Table("circles", "Whom you put together, and whom you follow back.", list(_circles(*whose))),
        Table("check_in_consents", "Who may check you in.", list(_friends(*whose))),
        Table("check_in_consents_of_others", "Whom you may check in.", list(_friend_of(*whose))),
        Table("mutes", "What you will not hear of.", list(_mutes(*whose))),
        Table("pledges", "What you wish for with others.", list(_pledges(*whose))),
        Table("saved_searches", "What you want to find again.", list(_searches(*whose))),
        Table("findings", "What you were told is new of that.", list(_findings(*whose))),
        Table("events", "What you host. It goes when you leave.", list(_events(*whose))),
        Table("event_replies", "What you said to dates of events.", list(_replies(*whose))),
        Table(
            "notices",
            "What you were told, of them and of wishes, reports and businesses.",
            list(_notices(*whose)),
        ),
        Table("event_calendars", "Since when your calendar has an address.", list(_calendar(*whose))),
        Table("event_attendances", "Which of them you were at.", list(_attendances(*whose))),
    ]


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


def _pledges(session: Session, person_id: UUID) -> Iterator[Row]:
    for each, wish in wishes.pledges_of(session, person_id):
        yield {"wish_id": each.wish_id, "wish": wish, "since": each.pledged_at, "kept": each.kept}


def _searches(session: Session, person_id: UUID) -> Iterator[Row]:
    for each in search.saved_by(session, person_id):
        yield {"name": each.name, "query": each.query, "saved_at": each.saved_at}


def _findings(session: Session, person_id: UUID) -> Iterator[Row]:
    for each in search.findings_of(session, person_id):
        yield {"id": each.id, "search": each.name, "kind": each.kind, "thing_id": each.thing_id}


def _events(session: Session, person_id: UUID) -> Iterator[Row]:
    named = "id title text position starts_at ends_at time_zone recurrence added left_out capacity"
    for each in events.hosted_by(session, person_id):
        yield {name: getattr(each, name) for name in (*named.split(), "created_at", "cancelled_at")}


def _replies(session: Session, person_id: UUID) -> Iterator[Row]:
    for reply, date, title in events.replies_of(session, person_id):
        said = {
            name: getattr(reply, name) for name in ["date_id", "reply", "seated", "seen_by", "replied_at"]
        }
        yield {"event_id": date.event_id, "title": title, "starts_at": date.starts_at} | said


def _notices(session: Session, person_id: UUID) -> Iterator[Row]:
    named = "id kind title event_id date_id starts_at wish_id pledged what thing_id business_id"
    for each in notices.notices_before(session, person_id, None, None, clock.now()):
        yield {name: getattr(each, name) for name in named.split()}


def _attendances(session: Session, person_id: UUID) -> Iterator[Row]:
    for attendance, title in events.attendances_of(session, person_id):
        yield {"date_id": attendance.date_id, "title": title, "by": attendance.by, "at": attendance.at}


def _calendar(session: Session, person_id: UUID) -> Iterator[Row]:
    if made_at := events.calendar_of(session, person_id):
        yield {"made_at": made_at}
