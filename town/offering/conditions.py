"""What makes some offers be for some people alone, drawn by lot: few of them, visits that are counted, and evenings."""

from dataclasses import dataclass, replace
from random import Random

from town.offering.market import Draft, Evening, Habit, Market
from town.reference.wanting import DAY_S, HOUR_S
from town.stage.plan import Plan

#: Of how many offers there are few; how few, for how many of a hundred; and of how many of them somebody gets two.
_FEW, _TWO_EACH = 0.06, 0.3
_QUANTITIES = {1: 60, 2: 30, 4: 10}
#: Every so manyth business reads tags; how many of its offers are for who comes again, and for the how manyth time.
_READS, _RETURNING = 8, 0.3
_VISITS = {2: 70, 3: 30}
#: What readers may learn of how many of a hundred people.
_SHOWS = {None: 60, "pseudonym": 20, "person": 20}
#: One evening for so many offers, and of how many offers one is the evening; how many people go there.
_OFFERS_AN_EVENING, _EVENING, _GOING = 100, 0.03, 0.3
_LASTS_H = (3.0, 72.0)


def conditioned(market: Market, plan: Plan, chance: Random) -> Market:
    """The same market, in which some offers are for some people alone."""
    readers = tuple(range(0, market.businesses, _READS))
    draw = _Draw(plan, readers, 1 + len(market.drafts) // _OFFERS_AN_EVENING, chance)
    return replace(
        market,
        drafts=tuple(draw.draft(each) for each in market.drafts),
        habits={user: draw.habit(each) for user, each in market.habits.items()},
        evenings=tuple(draw.evening() for _ in range(draw.evenings)),
        readers=readers,
    )


@dataclass(frozen=True, slots=True)
class _Draw:
    plan: Plan
    readers: tuple[int, ...]
    evenings: int
    chance: Random

    def draft(self, draft: Draft) -> Draft:
        """The same, or for fewer people."""
        if self._is(_FEW):
            quantity = self._one_of(_QUANTITIES)
            draft = replace(draft, quantity=quantity, per_person=1 + self._is(_TWO_EACH))
        # What answers a wish is for all who pledged.
        if draft.answers:
            return draft
        if draft.business in self.readers and self._is(_RETURNING):
            draft = replace(draft, returning=self._one_of(_VISITS))
        return replace(draft, evening=self.chance.randrange(self.evenings)) if self._is(_EVENING) else draft

    def habit(self, habit: Habit) -> Habit:
        """How somebody is, and what readers learn of them."""
        return replace(habit, shows=self.chance.choices(list(_SHOWS), list(_SHOWS.values()))[0])

    def evening(self) -> Evening:
        """An evening at a place of the file; some are over before the offers for them begin."""
        first, last = (self.plan.acts[place].row.fixed_at.timestamp() for place in (0, -1))
        ends = round(self.chance.uniform(first + 4 * HOUR_S, last + DAY_S))
        starts = ends - round(self.chance.uniform(*_LASTS_H) * HOUR_S)
        goers = tuple(each for each in self.plan.users if self._is(_GOING))
        seats = max(1, len(goers) * 2 // 3) if self._is(0.3) else None
        at = self.chance.choice(self.plan.acts).row.position
        return Evening(at, max(starts, round(first - DAY_S / 2)), ends, seats, goers)

    def _one_of(self, shares: dict[int, int]) -> int:
        return self.chance.choices(list(shares), list(shares.values()))[0]

    def _is(self, likely: float) -> bool:
        return self.chance.random() < likely
