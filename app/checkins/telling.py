"""What is told of a check-in that was written."""

from collections.abc import Iterator
from uuid import UUID

from app.checkins.rules import NewCheckIn
from app.checkins.signals import CheckedIn, CheckedInByFriend
from app.checkins.writing import Written
from app.presence.signals import Moved
from app.trust.rules import Shared


def signals_of(made: CheckedIn, new: NewCheckIn, written: Written) -> Iterator[object]:
    """The signals of one check-in, the check-in itself first."""
    yield made
    if new.said_by:
        yield CheckedInByFriend(new.person_id, made.id, new.said_by.handle)
    if written.moved:
        yield Moved(
            person_id=new.person_id,
            here=tuple(written.location_ids),
            until=new.present_until,
            opened=tuple(written.opened_ids),
            ended=tuple(written.ended_ids),
            position=new.position,
            accuracy_m=new.accuracy_m,
            fixed_at=new.times.fixed_at,
        )


def checked_in(made: UUID, new: NewCheckIn, shared: Shared, written: Written) -> CheckedIn:
    """The signal of one check-in."""
    return CheckedIn(
        id=made,
        person_id=new.person_id,
        handle=new.handle,
        position=new.position,
        found_at=shared.found_at,
        accuracy_m=new.accuracy_m,
        text=new.text,
        activity=new.activity,
        topic_ids=new.topic_ids,
        topics=new.topics,
        location_ids=tuple(written.location_ids),
        community_ids=tuple(written.community_ids),
        place_id=new.place_id,
        visibility=new.visibility,
        exactness=new.exactness,
        fixed_at=new.times.fixed_at,
        received_at=new.times.received_at,
        present_until=new.present_until if written.moved else None,
        planned_for=new.planned_for,
        doubts=tuple(written.doubts),
        shares=shared.of(written.here_ids, written.community_ids),
    )
