"""What is made up: offers, who is how, what communities decide, and what else is on."""

from dataclasses import dataclass

from geo import Position
from town.reference.ground import Drawn, Round
from town.reference.wanting import Budget, Hours, Week
from town.stage.plan import Circle


@dataclass(frozen=True, slots=True)
class Draft:
    """An offer to be, of the business with a number; it answers a wish of the community with a goal, or none."""

    business: int
    title: str
    at: Position
    area: Drawn
    topics: frozenset[str]
    activities: frozenset[str]
    starts: float
    ends: float
    week: Week | None
    hold_out: int
    answers: bool = False
    #: How many there are, and how many of them somebody gets.
    quantity: int | None = None
    per_person: int = 1
    #: For who comes to its business for so many times; and for who goes to the evening with a number.
    returning: int | None = None
    evening: int | None = None


@dataclass(frozen=True, slots=True)
class Habit:
    """How somebody is: whether offers may reach them, of whom and when, how many, and what they mute or want quiet."""

    consents: bool
    #: By number, businesses whose offers alone they want (None: all), do not want, and mute.
    only: frozenset[int] | None
    refuses: frozenset[int]
    mutes: frozenset[int]
    mutes_topics: frozenset[str]
    mutes_circles: frozenset[str]
    hours: Hours | None
    #: None for what holds for whoever says nothing.
    budget: Budget | None
    quiet: tuple[Round, ...]
    #: What readers learn of them: a pseudonym, or that it was a person; all that the contract says, if nothing.
    shows: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """What members of a community decided: how many offers a day, and which businesses they sent off."""

    noise_budget: int | None
    sends_off: frozenset[int]


@dataclass(frozen=True, slots=True)
class Evening:
    """An event to be, and who says before that they go; who comes after its seats are taken waits."""

    at: Position
    starts: float
    ends: float
    seats: int | None
    goers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Market:
    """Everything that is made up."""

    businesses: int
    drafts: tuple[Draft, ...]
    circles: tuple[Circle, ...]
    habits: dict[str, Habit]
    rules: dict[str, Rule]
    #: Who pledged what each draft that answers a wish answers, by its place; the first stated it.
    pledged: dict[int, tuple[str, ...]]
    evenings: tuple[Evening, ...] = ()
    #: By number, businesses that read tags.
    readers: tuple[int, ...] = ()
