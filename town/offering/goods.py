"""What is offered where people go for something: real kinds of places, made-up offers."""

import re
from dataclasses import dataclass
from random import Random

from town.categories import activity_in
from town.reference.wanting import Hours

_WEEKDAYS, _WEEKEND, _DAILY = frozenset(range(5)), frozenset({4, 5}), frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Good:
    """What is offered, and at which hours, if it has any."""

    title: str
    hours: tuple[Hours, ...]


#: The first line that holds a word of the category tells what is offered there.
_GIVEN = (
    ("coffee|café|tea room", "A second cup is free"),
    ("bike", "Your brakes looked after for nothing"),
    ("bakery|bagel|donut|cupcake|dessert|ice cream", "One more for the way"),
    ("bar|beer|brewery|pub|nightlife", "The first glass is on us"),
    ("gym|yoga|athletic|pool|exercis", "Bring somebody along for a day"),
    ("bookstore|library", "A reading, and a book half price"),
    ("museum|gallery|theater|movie|music|comedy", "Two for one"),
    ("store|shop|mall|market|salon|boutique", "A tenth less"),
    ("park|garden|beach|plaza|outdoors|river", "A walk with somebody who knows the place"),
    ("school|college|university|student", "An open lesson"),
    ("hotel|airport|train|subway|bus|ferry|taxi", "Your luggage kept for a day"),
)
_OTHERWISE = "Something of the house"
#: By what people do there, when it is to be had.
_HOURS = {
    "drinking": (Hours(_WEEKDAYS, 7 * 60, 11 * 60), Hours(_WEEKEND, 20 * 60, 2 * 60)),
    "eating": (Hours(_DAILY, 11 * 60 + 30, 14 * 60 + 30), Hours(_DAILY, 18 * 60, 21 * 60)),
    "shopping": (Hours(_DAILY - {6}, 10 * 60, 19 * 60),),
    "exercising": (Hours(_DAILY, 6 * 60, 9 * 60), Hours(_WEEKDAYS, 17 * 60, 21 * 60)),
    "watching": (Hours(_DAILY, 12 * 60, 22 * 60),),
    "strolling": (Hours(_DAILY, 9 * 60, 18 * 60),),
    "working": (Hours(_WEEKDAYS, 8 * 60, 18 * 60),),
}
_AT_ANY_OTHER = (Hours(_DAILY, 8 * 60, 20 * 60),)
_HAS_HOURS = 0.45


def good_at(category: str, chance: Random) -> Good:
    """Something to be had at such a place.

    >>> good_at("Coffee Shop", Random(1)).title
    'A second cup is free (coffee shop)'
    """
    said = category.lower()
    found = (title for words, title in _GIVEN if re.search(rf"\\b({words})", said))
    title = f"{next(found, _OTHERWISE)} ({said})"
    hours = _HOURS.get(activity_in(category), _AT_ANY_OTHER)
    return Good(title[:80], hours if chance.random() < _HAS_HOURS else ())
