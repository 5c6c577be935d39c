"""What businesses offer and how people are, drawn by lot: everything that is made up, before any server is asked.

People and communities go by their names in the plan, businesses by their numbers.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, radians, sin
from random import Random

import shapely

from geo import Position
from town.offering.conditions import conditioned
from town.offering.goods import good_at
from town.offering.market import Draft, Habit, Market, Rule
from town.reference.ground import Drawn, Round
from town.reference.wanting import DAY_S, Budget, Hours, Week
from town.stage.plan import Act, Circle, Plan

_OFFERS_A_BUSINESS = 20
_SIDES = 12
_RADII_M = (100.0, 800.0)
_METRES_A_DEGREE = 111_195.0
_FOR_ANYTHING, _FOR_THAT = 0.45, 0.9
_TWO_TOPICS, _FAIR = 0.3, 0.15
#: How long an offer stands, in days, and how many of a hundred do.
_LASTING_DAYS = {(0.3, 2.0): 25, (3.0, 20.0): 35, (40.0, 90.0): 40}
_HOLD_OUTS = {0: 30, 10: 50, 50: 20}
#: How many of all people join those of a value, and those with a goal.
_FAIR_MINDED, _MENDING = 0.25, 0.4
VALUE, GOAL = "value:fair-trade", "goal:bike-workshop"
_WISHES = 0.02
#: So many at least pledge, or businesses would not hear of it; more than the most would tell nothing new.
_LEAST_PLEDGED, _MOST_PLEDGED = 5, 40


def market_of(plan: Plan, count: int, time_zone: str, chance: Random) -> Market:
    """A market of so many offers for a plan; the same for the same chance."""
    draw = _Draw(plan, max(3, count // _OFFERS_A_BUSINESS), time_zone, chance)
    circles = (*plan.circles, *draw.wider_circles())
    drafts = draw.drafts(count, frozenset(topic for each in circles for topic in each.topics))
    members = next((each.members for each in circles if GOAL in each.topics), ())
    market = Market(
        draw.businesses,
        drafts,
        circles,
        {user: draw.habit(user, circles) for user in plan.users},
        {circle.name: draw.rule(circle, drafts) for circle in circles},
        {place: draw.pledged(members) for place, each in enumerate(drafts) if each.answers},
    )
    return conditioned(market, plan, chance)


@dataclass(frozen=True, slots=True)
class _Draw:
    plan: Plan
    businesses: int
    time_zone: str
    chance: Random

    def wider_circles(self) -> list[Circle]:
        """A community of a value and one with a goal, all over town."""
        wanted = (("fair-minded people", VALUE, _FAIR_MINDED), ("for a bike workshop", GOAL, _MENDING))
        drawn = ((name, topic, self._some(self.plan.users, share)) for name, topic, share in wanted)
        return [Circle(name, (topic,), members) for name, topic, members in drawn if members]

    def drafts(self, count: int, shared: frozenset[str]) -> tuple[Draft, ...]:
        """Offers, each at a place of the file, more where more people go; a business offers what it has.

        None is on what no community shares, as that would be refused.
        """
        spoken = [act for act in self.plan.acts if shared.intersection(act.topics)]
        kinds: dict[str, list[Act]] = defaultdict(list)
        for act in spoken:
            kinds[act.row.category or ""].append(act)
        of = [self.chance.choice(spoken).row.category or "" for _ in range(self.businesses)]
        numbers = [number % self.businesses for number in range(count)]
        return tuple(self._draft(number, self.chance.choice(kinds[of[number]])) for number in numbers)

    def _draft(self, business: int, act: Act) -> Draft:
        good = good_at(act.row.category or "", self.chance)
        starts, ends = self._window()
        week = Week(good.hours, self.time_zone) if good.hours else None
        answers = self._is(_WISHES)
        return Draft(
            business=business,
            title=good.title,
            at=act.row.position,
            area=_around(act.row.position, self.chance.uniform(*_RADII_M)),
            topics=self._topics(act, answers),
            activities=self._activities(act),
            starts=starts,
            ends=ends,
            week=week if week and _ever(week, starts, ends) else None,
            hold_out=0 if answers else self.chance.choices(list(_HOLD_OUTS), list(_HOLD_OUTS.values()))[0],
            answers=answers,
        )

    def _window(self) -> tuple[float, float]:
        first, last = (self.plan.acts[place].row.fixed_at.timestamp() for place in (0, -1))
        least, most = self.chance.choices(list(_LASTING_DAYS), list(_LASTING_DAYS.values()))[0]
        lasts = self.chance.uniform(least, most) * DAY_S
        # Some stand before anybody comes, and nobody comes to the end of others.
        starts = self.chance.uniform(first - min(lasts, last - first) / 2, last)
        return round(max(starts, first - DAY_S / 2)), round(max(starts, first - DAY_S / 2) + lasts)

    def _topics(self, act: Act, answers: bool) -> frozenset[str]:
        more = {GOAL} if answers else set[str]()
        if self._is(_TWO_TOPICS):
            more.update(self.chance.choice([each for each in self.plan.acts if each.topics]).topics)
        return frozenset({*act.topics, *more, *({VALUE} if self._is(_FAIR) else ())})

    def _activities(self, act: Act) -> frozenset[str]:
        drawn = self.chance.random()
        if drawn < _FOR_ANYTHING:
            return frozenset()
        return frozenset({act.activity} if drawn < _FOR_THAT else {"stargazing"})

    def habit(self, user: str, circles: Sequence[Circle]) -> Habit:
        """How somebody is."""
        theirs = [each.name for each in circles if user in each.members]
        topics = sorted({topic for each in circles if user in each.members for topic in each.topics})
        homes = [act.row.position for act in self.plan.acts if act.row.user == user]
        return Habit(
            consents=user in self.plan.consenting,
            only=self._businesses(self.businesses // 3) if self._is(0.06) else None,
            refuses=self._businesses(3) if self._is(0.2) else frozenset(),
            mutes=self._businesses(3) if self._is(0.2) else frozenset(),
            mutes_topics=frozenset(self._some(topics, 0.2)) if self._is(0.1) else frozenset(),
            mutes_circles=frozenset(self._some(theirs, 0.3)) if self._is(0.1) else frozenset(),
            hours=Hours(frozenset(range(7)), 9 * 60, 22 * 60) if self._is(0.2) else None,
            budget=self._budget(),
            quiet=(Round(self.chance.choice(homes), 120.0),) if self._is(0.25) else (),
        )

    def _budget(self) -> Budget | None:
        drawn = self.chance.random()
        if drawn < 0.35:
            return None
        if drawn < 0.45:
            return Budget(20, 20, 20, 20)
        few = self.chance.randint
        return Budget(few(0, 5), few(0, 12), few(1, 6), few(1, 5))

    def rule(self, circle: Circle, drafts: Sequence[Draft]) -> Rule:
        """What the members of a community decided, of businesses that offer something on what they share."""
        heard = sorted({each.business for each in drafts if each.topics & set(circle.topics)})
        sent_off = self.chance.sample(heard, min(len(heard), 2)) if self._is(0.3) else []
        return Rule(self.chance.randint(0, 4) if self._is(0.5) else None, frozenset(sent_off))

    def pledged(self, members: Sequence[str]) -> tuple[str, ...]:
        """Some who want the same; nobody, where they are too few for businesses to hear of it."""
        if len(members) < _LEAST_PLEDGED:
            return ()
        count = min(_MOST_PLEDGED, max(_LEAST_PLEDGED, len(members) // 2))
        return tuple(self.chance.sample(list(members), count))

    def _businesses(self, most: int) -> frozenset[int]:
        count = self.chance.randint(1, max(1, most))
        return frozenset(self.chance.sample(range(self.businesses), min(self.businesses, count)))

    def _some(self, things: Sequence[str], share: float) -> tuple[str, ...]:
        return tuple(each for each in things if self.chance.random() < share)

    def _is(self, likely: float) -> bool:
        return self.chance.random() < likely


def _ever(week: Week, starts: float, ends: float) -> bool:
    """Whether any of its hours lies between two moments; none is shorter than ten minutes."""
    return any(week.includes(each) for each in range(int(starts), int(min(ends, starts + 8 * DAY_S)), 600))


def _around(at: Position, radius_m: float) -> Drawn:
    lat = radius_m / _METRES_A_DEGREE
    lon = lat / cos(radians(at.lat))
    turns = [2 * pi * side / _SIDES for side in range(_SIDES)]
    return Drawn(shapely.Polygon([(at.lon + lon * cos(turn), at.lat + lat * sin(turn)) for turn in turns]))
