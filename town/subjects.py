"""What an event's title says that it is about, where it says so in a word; most titles do not."""

import re

#: Each topic with the words for it, whole words of a title. One title may be about several.
_SUBJECTS = {
    "art": "art|arts|crafts?|painting|drawing|exhibit|exhibition|mural|coloring|comics",
    "badminton": "badminton",
    "basketball": "basketball|knicks",
    "billiards": "billiards",
    "birding": "birds?|birding|birdwatching",
    "books": "books?|reading|storytime|story",
    "boxing": "boxing",
    "chess": "chess",
    "computers": "computers?|coding|python|media lab|techies",
    "cycling": "cycling|bike|bikes",
    "dance": "dance|dancing|zumba|salsa|ballet",
    "fitness": "fitness|cardio|strength|weight|workout|aerobics|conditioning|circuit|tabata|pilates|stretch|gym",
    "football": "football",
    "games": "games?|uno|dominoes",
    "handball": "handball",
    "hiking": "hikes?|hiking|walks?|walking",
    "hockey": "hockey",
    "languages": "conversation group|esol|english class",
    "martial-arts": "tae kwon do|taekwondo|karate|judo|tai chi",
    "movies": "movies?|cinema|films?",
    "music": "music|concert|jazz|choir|singing",
    "nature": "nature|wildlife|trees?|stargazing|astronomy",
    "pickleball": "pickleball",
    "running": "runs?|running|marathon|jogging",
    "swimming": "swim|swims|swimming|aqua|water aerobics",
    "table-tennis": "table tennis|ping pong",
    "theater": "theater|theatre|puppets?|puppet show",
    "volleyball": "volleyball",
    "yoga": "yoga",
}
_WORDS = {
    f"interest:{name}": re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for name, words in _SUBJECTS.items()
}
_MOST = 10


def topics_in(title: str) -> tuple[str, ...]:
    """The topics that a title names, by their keys in order; none for one that names none.

    >>> topics_in("Adult Table Tennis & Chess"), topics_in("Art Walk"), topics_in("Open Access")
    (('interest:chess', 'interest:table-tennis'), ('interest:art', 'interest:hiking'), ())
    """
    return tuple(key for key, words in _WORDS.items() if words.search(title))[:_MOST]
