"""A contract in plain language: a sentence for each term, and one for each contradiction."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from app.trust.contract import Contract, Contradiction
from app.trust.terms import (
    KEPT,
    Group,
    Hours,
    Identity,
    Lasts,
    Level,
    Purpose,
    Term,
    Who,
)

Names = Mapping[UUID, str]
NOTHING_OPEN = "Nobody may know anything of me."
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_GROUPS = {
    Group.EVERYONE: "Everyone",
    Group.SIGNED_IN: "Everyone who is signed in",
    Group.HERE: "People who are here, too,",
    Group.COMMUNITIES: "Members of my communities",
    Group.FOLLOW_BACK: "People I follow back",
}
_LEVELS = {
    Level.NOTHING: "nothing of where I am",
    Level.CITY: "which city I am in",
    Level.QUARTER: "which quarter I am in",
    Level.STREET: "where I am to some 150 m",
    Level.EXACT: "exactly where I am",
}
_WAYS = {
    Purpose.COMMUNITIES: "may see in our community's feed",
    Purpose.NEARBY: "may see, when looking around,",
    Purpose.FEED: "may see in feeds",
}
_LEARNT = {
    Identity.NOBODY: "nothing",
    Identity.PERSON: "that a person is there",
    Identity.PSEUDONYM: "a name that only they know me by",
    Identity.HANDLE: "my handle",
}
_IDENTITIES = {
    Identity.NOBODY: "may not read my tag",
    Identity.PERSON: "may read my tag and learn that a person is there",
    Identity.PSEUDONYM: "may read my tag and learn a name that only they know me by",
    Identity.HANDLE: "may read my tag and learn my handle",
}


def sentences(contract: Contract, names: Names) -> list[str]:
    """What it says, one term each, in their order; then what is quiet."""
    said = [sentence(term, names) for term in contract.terms] or [NOTHING_OPEN]
    return said + [
        f"At {place.name}, and {place.circle.radius_m:.0f} m around it, nobody may know anything."
        for place in contract.quiet
    ]


def sentence(term: Term, names: Names) -> str:
    """What one term says; names are those of communities, circles, people and businesses by id."""
    return f"{_said(term, names)}{_hours(term.hours)}{_lasts(term)}."


def warnings(contract: Contract, names: Names) -> list[str]:
    """Where it contradicts itself, and what holds then."""
    return list(dict.fromkeys(_warning(each, names) for each in contract.contradictions()))


def told(what: str, name: str | None, business: str | None) -> str:
    """What a reader or a business learnt, in a sentence."""
    who = f"*{name}*" if name else "Something that is no longer there"
    whose = f" of *{business}*" if business and business != name else ""
    return f"{who}{whose} learnt {_LEARNT[Identity[what.upper()]]}."


def told_on_a_day(check_ins: int, still: int, community: str | None) -> str:
    """What could be known of a day, in a sentence, and how much of that still may."""
    many = f"{check_ins} of my check-ins" if check_ins > 1 else "one of my check-ins"
    left = str(still) if still else "none"
    if still == check_ins:
        return f"Members of *{community}* may know of {many}." if community else f"I was counted by {many}."
    if community:
        return f"Members of *{community}* could know of {many}, and may now know of {left}."
    return f"I was counted by {many}, and am now by {left}."


def _said(term: Term, names: Names) -> str:
    if term.purpose is Purpose.OFFERS:
        whose = f"Offers of *{_name(term.who, names)}*" if term.who.id else "Offers"
        return f"{whose} {'may' if term.opens else 'may not'} reach me through my communities"
    if term.purpose is Purpose.STATISTICS:
        return (
            "I am counted where I say to everyone exactly where I am, and as a member of my communities"
            if term.opens
            else "I am counted nowhere"
        )
    if term.purpose is Purpose.READERS:
        readers = f"Readers of *{_name(term.who, names)}*" if term.who.id else "Readers"
        return f"{readers} {_IDENTITIES[term.identity]}"
    return f"{_subject(term.who, names)} {_WAYS[term.purpose]} {_LEVELS[term.level]}"


def _subject(who: Who, names: Names) -> str:
    name = _name(who, names)
    match who.group:
        case Group.COMMUNITY:
            return f"Members of *{name}*"
        case Group.CIRCLE:
            return f"People of my circle *{name}*"
        case Group.PERSON:
            return f"*{name}*"
    return _GROUPS[who.group]


def _name(who: Who, names: Names) -> str:
    return names.get(who.id, "something that is no longer there") if who.id else ""


def _hours(hours: Hours | None) -> str:
    if hours is None:
        return ""
    return f", {_days(hours.days)} from {clock(hours.since)} to {clock(hours.until)}"


def _days(days: Iterable[int]) -> str:
    wanted = sorted(days)
    if len(wanted) == len(_DAYS):
        return "every day"
    if wanted == [0, 1, 2, 3, 4]:
        return "on weekdays"
    named = [_DAYS[day] for day in wanted]
    return f"on {' and '.join(part for part in (', '.join(named[:-1]), named[-1]) if part)}"


def clock(minutes: int) -> str:
    """Minutes since midnight as hh:mm."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _lasts(term: Term) -> str:
    if term.lasts == KEPT or not term.opens:
        return ""
    return f" {_how_long(term.lasts)}"


def _how_long(lasts: Lasts) -> str:
    if lasts == KEPT:
        return "for as long as I keep it"
    if lasts.until_i_leave:
        return "until I leave"
    return f"for {lasts.days:.0f} day{'' if lasts.days == 1 else 's'}"


def _warning(found: Contradiction, names: Names) -> str:
    stricter, laxer = sentence(found.stricter, names), sentence(found.laxer, names)
    if found.stricter.who == found.laxer.who:
        return f"“{stricter}” and “{laxer}” contradict each other. The stricter holds."
    return (
        f"“{stricter}” but “{laxer}” Whoever the first is about could look as one of the second. "
        "The stricter holds for both."
    )
