"""Decisions about offers on plain values."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

#: More than this many in a day nobody gets who wants them.
MOST_A_DAY = 20
#: As many that are withheld somebody sees at once, the nearest.
MOST_AROUND = 100
#: By how much chance rounds from how many people an offer was withheld in a day (a standard deviation); and at how many
#: of a business's offers somebody is counted in a day. `docs/decisions/0066-…` works out what that leaves to guess.
WITHHELD_SIGMA = 5
MOST_OFFERS_COUNTED = 2
#: Offers are local. A large city with its suburbs is smaller.
MOST_OFFER_M2 = 500 * 1_000_000.0
#: Of all its places together: more would be drawn nowhere, and takes long to join.
MOST_VERTICES = 10_000
#: A circle as large as the largest area, in metres and a little less.
MOST_RADIUS_M = 12_600.0
MOST_PIECES = 5
LONGEST_WINDOW = timedelta(days=90)
#: How often one person may redeem an offer at most, where its business lets them more than once.
MOST_PER_PERSON = 100
#: How long a business may take a redemption back: if it says nothing, and at most (a week).
ROLLBACK_MINUTES = 60
LONGEST_ROLLBACK_MINUTES = 7 * 24 * 60
#: Long enough to get to the counter.
HOLD_LASTS = timedelta(minutes=15)


#: Of several offers none is nearer than another up to the same of these, in metres.
STEPS_M = (50, 100, 200, 400, 800, 1_600, 3_200)

#: From how many of a hundred an offer is held out if its business says nothing, and from how many at most.
HELD_OUT = 10
MOST_HELD_OUT = 50


def is_held_out(offer_id: UUID, person_id: UUID, percent: int) -> bool:
    """Whether somebody is among those from whom an offer is held out: by lot, but always the same lot.

    >>> offer, person = UUID(int=1), UUID(int=2)
    >>> [is_held_out(offer, person, percent) for percent in (0, 2, 3, 50)]
    [False, False, True, True]
    """
    drawn = int(hashlib.md5(f"{offer_id}:{person_id}".encode(), usedforsecurity=False).hexdigest()[:8], 16)
    return drawn % 100 < percent


@dataclass(frozen=True, slots=True)
class Conditions:
    """For whom an offer is besides: none stands for everybody."""

    #: As many members of the community through which it comes, who let it come, are in its area, they among them.
    collective: int | None = None
    #: It is at least their visit of this number, by what its business's readers read.
    returning: int | None = None
    #: They go to this event.
    event_id: UUID | None = None

    def __bool__(self) -> bool:
        return self != Conditions()


#: An offer for several at once is for a square or a park. In the area of a house it would tell who is at home.
LEAST_TOGETHER_M2 = 100_000.0
#: Fewer than two are nobody's company, and nobody's return; more than that never are there at once.
FEWEST_TOGETHER, MOST_TOGETHER = 2, 100


class State(StrEnum):
    """How an offer stands."""

    #: Only the staff see it, and may change it.
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    LIVE = "live"
    #: It reaches nobody more; whoever has it keeps it.
    PAUSED = "paused"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Life:
    """What the state of an offer depends on."""

    published_at: datetime | None
    paused_at: datetime | None
    withdrawn_at: datetime | None
    starts_at: datetime
    ends_at: datetime

    def at(self, now: datetime) -> State:
        """How it stands then. Also outside its hours of the week it is live."""
        if self.published_at is None:
            return State.DRAFT
        if self.withdrawn_at or self.ends_at <= now:
            return State.ENDED
        if self.paused_at:
            return State.PAUSED
        return State.LIVE if self.starts_at <= now else State.SCHEDULED


@dataclass(frozen=True, slots=True)
class Budget:
    """How many offers may reach a person: in any hour, and in any 24 hours, of all, through one community, of one
    business. What stands here is for whoever has said nothing else."""

    an_hour: int = 1
    a_day: int = 3
    a_community: int = 3
    a_business: int = 3


SAID_NOTHING = Budget()


class Opinion(StrEnum):
    """What somebody says of an offer that reached them."""

    USEFUL = "useful"
    NOISE = "noise"


@dataclass(frozen=True, slots=True)
class Why:
    """Why an offer reached a person."""

    topic: str
    community: str
    metres: float
    activity: str | None


def sentence(why: Why) -> str:
    """As people read it.

    >>> sentence(Why("cycling", "Ring riders", 312.4, "riding"))
    'cycling, through Ring riders, 300 m away, while riding'
    """
    said = f"{why.topic}, through {why.community}, {distance(why.metres)}"
    return f"{said}, while {why.activity.replace('-', ' ')}" if why.activity else said


#: Why an offer is withheld from somebody, as they read it.
WITHHELD = {
    "held-out": "Nothing is in the way. Some people, by lot, are not shown an offer that they could have, so that the "
    "business learns whether it is of any use. You are one of them, for this offer alone.",
    "quantity": "None of it is left.",
    "activity": "It is for people who do something else, or you did not say what you do.",
    "community": "You joined no community that it is for, or muted it, or its members sent this business off.",
    "wish": "It answers a wish that you did not pledge.",
    "collective": "It is for several members of your community at once. Whether enough are here is told to nobody.",
    "returning": "It is for people whom this business saw more often, as far as you let it know you again.",
    "event": "It is for those who go to an event.",
    "consent": "You let no offers reach you, or none of this business, or not at this hour.",
    "muted": "You muted this business, or a topic that it carries.",
    "noise": "As many offers came through your community today as its members allow.",
    "budget": "It would be one more than you allow.",
    None: "Nothing is in the way. Of several the one that fits your communities best comes first; this one may come "
    "when you move.",
}


def distance(metres: float) -> str:
    """No more exact than a phone is sure.

    >>> [distance(each) for each in (12, 312.4, 996, 1840)]
    ['right here', '300 m away', '1.0 km away', '1.8 km away']
    """
    if metres < 50:
        return "right here"
    return f"{round(metres, -2):.0f} m away" if metres < 950 else f"{metres / 1000:.1f} km away"
