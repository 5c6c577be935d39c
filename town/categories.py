"""What a file's categories mean here: the interest they stand for, and what people do there."""

import re
import unicodedata

PRIVATE = "Home (private)"
#: What says nothing about an interest.
_SPEAKS_OF_NOTHING = frozenset({"", PRIVATE, "Neighborhood", "Moving Target", "City"})
_LONGEST_KEY = 60
_VISITING = "visiting"

#: The first line that holds a word of the category tells the activity.
_ACTIVITIES = (
    ("drinking", "bar|coffee|café|tea room|beer|brewery|nightlife|gastropub|pub"),
    ("eating", "restaurant|food|diner|joint|pizza|burger|sandwich|bakery|deli|steakhouse|taco|ramen|bagel"),
    ("eating", "breakfast|dessert|ice cream|snack|soup|salad|donut|cupcake|burrito"),
    ("travelling", "subway|train|bus|airport|ferry|light rail|taxi|road|bridge|travel|gas station|parking"),
    ("shopping", "post office|office supplies|arts & crafts store|music store"),
    ("working", "factory|design studio|convention|professional|office"),
    ("learning", "school|college|university|library|student"),
    ("exercising", "gym|athletic|pool|bowling|racetrack"),
    (
        "watching",
        "theater|movie|stadium|music venue|concert|comedy|museum|gallery|performing|arts|aquarium|zoo",
    ),
    ("shopping", "store|shop|mall|market|drugstore|bookstore|salon|bank"),
    ("strolling", "park|garden|beach|plaza|playground|outdoors|scenic|river|harbor|historic|campground"),
    ("resting", "home|residential|hotel|housing"),
)


def topic_of(category: str | None) -> str | None:
    """The topic of those who go there; None where a category speaks of nothing shared.

    >>> topic_of("Ramen /  Noodle House"), topic_of("Café"), topic_of("Home (private)")
    ('interest:ramen-noodle-house', 'interest:cafe', None)
    """
    if category is None or category in _SPEAKS_OF_NOTHING:
        return None
    plain = unicodedata.normalize("NFKD", category).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return f"interest:{slug}"[:_LONGEST_KEY].rstrip("-") if slug else None


def activity_in(category: str | None) -> str:
    """What people do there.

    >>> [activity_in(each) for each in ("Coffee Shop", "Bookstore", "Subway", "Taco Place", "Church", None)]
    ['drinking', 'shopping', 'travelling', 'eating', 'visiting', 'visiting']
    """
    said = (category or "").lower()
    found = (activity for activity, words in _ACTIVITIES if re.search(rf"\b({words})s?\b", said))
    return next(found, _VISITING)


def is_private(category: str | None) -> bool:
    """Whether it is somebody's home, of which nobody else may hear."""
    return category == PRIVATE
