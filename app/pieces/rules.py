"""Decisions about pieces on plain values."""

from dataclasses import dataclass
from enum import StrEnum

LONGEST_TITLE = 120
LONGEST_TEXT = 10_000
#: As much of a text as a list shows.
EXCERPT = 280
#: Of one author in one community; who has more to say makes one of them better.
MOST_BY_ONE = 50
#: Lists within quotations within lists: nobody reads deeper, and browsers and parsers pay for each level.
DEEPEST = 12
#: An address is written once and can be referred to from anywhere, so that a short text could become a long page.
MOST_LINKS, LONGEST_LINK = 100, 2_000
#: For each that stands open a parser looks for its end, to the end of the text.
MOST_BRACKETS = 1_000


class Opinion(StrEnum):
    """What a member says of a piece."""

    USEFUL = "useful"
    NOISE = "noise"


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a text decides whether it may be shown: how deep it goes, where it leads, and whether any of it is
    seen."""

    deepest: int
    links: tuple[int, ...]
    is_empty: bool


def why_not_read(text: str) -> str | None:
    """Why a text is not even looked at, in words; None where it is."""
    brackets = text.count("[")
    if brackets <= MOST_BRACKETS:
        return None
    return f"it has {brackets:,} opening brackets; {MOST_BRACKETS:,} are the most."


def why_not_shown(shape: Shape) -> str | None:
    """Why a text cannot be taken, in words; None where it can."""
    if shape.deepest > DEEPEST:
        return (
            f"lists, quotations and emphasis stand in one another more than {DEEPEST} deep; make it flatter."
        )
    if len(shape.links) > MOST_LINKS:
        return f"it has {len(shape.links)} links; {MOST_LINKS} are the most."
    if max(shape.links, default=0) > LONGEST_LINK:
        return f"an address in it is longer than {LONGEST_LINK:,} characters."
    return "nothing of it would be seen." if shape.is_empty else None
