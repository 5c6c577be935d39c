"""Contracts to begin with. Everybody begins with the first."""

from collections.abc import Iterable, Mapping

from app.trust.contract import CLOSED, Contract
from app.trust.terms import (
    EVERYONE,
    UNTIL_I_LEAVE,
    Group,
    Identity,
    Lasts,
    Level,
    Purpose,
    Term,
    Who,
)

_WEEK = Lasts(7)


def _friends_and_communities() -> Iterable[Term]:
    for group in (Group.HERE, Group.COMMUNITIES):
        yield Term(Purpose.COMMUNITIES, Who(group), Level.EXACT)
    yield Term(Purpose.FEED, Who(Group.FOLLOW_BACK), Level.EXACT)
    for group in (Group.COMMUNITIES, Group.FOLLOW_BACK):
        yield Term(Purpose.NEARBY, Who(group), Level.EXACT)
    yield Term(Purpose.NEARBY, Who(Group.HERE), Level.QUARTER, lasts=UNTIL_I_LEAVE)
    yield Term(Purpose.READERS, EVERYONE, identity=Identity.PSEUDONYM)


def _open_house() -> Iterable[Term]:
    for group in (Group.HERE, Group.COMMUNITIES):
        yield Term(Purpose.COMMUNITIES, Who(group), Level.EXACT)
    for purpose in (Purpose.FEED, Purpose.NEARBY, Purpose.STATISTICS):
        yield Term(purpose, EVERYONE, Level.EXACT)
    # So that they know of what is not for everyone, or is less exactly.
    for group in (Group.HERE, Group.COMMUNITIES):
        yield Term(Purpose.NEARBY, Who(group), Level.EXACT)
    yield Term(Purpose.READERS, EVERYONE, identity=Identity.HANDLE)


def _neighbourly() -> Iterable[Term]:
    for purpose in (Purpose.FEED, Purpose.NEARBY):
        yield Term(purpose, EVERYONE, Level.QUARTER, lasts=_WEEK)
        for group in (Group.COMMUNITIES, Group.FOLLOW_BACK):
            yield Term(purpose, Who(group), Level.EXACT)
    yield Term(Purpose.READERS, EVERYONE, identity=Identity.PSEUDONYM)


#: By name, from the most closed to the most open. None lets offers through: they are asked for by themselves.
READY: Mapping[str, Contract] = {
    "invisible": CLOSED,
    "friends-and-communities": Contract(terms=tuple(_friends_and_communities())),
    "neighbourly": Contract(terms=tuple(_neighbourly())),
    "open-house": Contract(terms=tuple(_open_house())),
}
