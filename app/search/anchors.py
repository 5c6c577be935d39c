"""What anything must hold to fit a search, so that something new is compared with few searches, however many are saved.

A query asks for all of some things or any of others. Of what must all be there the one that is rarest, as far as its
length tells, will do; of what may be there any, all of them are needed.
"""

import re
from collections.abc import Callable, Iterable, Iterator

Anchors = frozenset[str]
#: A lexeme, with its quotes and backslashes doubled; or an operator (PostgreSQL's text of a tsquery).
_TOKEN = re.compile(r"'((?:[^'\\]|''|\\.)*)'(?::[A-D*]+)?|(<->|<\d+>|[&|!()])|\s+")
#: A topic is as rare as a word of so many letters.
_TOPIC, _AS_RARE = "topic ", 6
#: How much a name must share with words to be nearly them (`pg_trgm.word_similarity_threshold`).
_TENTHS = 6


def of_query(query: str) -> Anchors | None:
    """Lexemes of which whatever fits a tsquery holds at least one; None where something may fit that holds none.

    >>> sorted(of_query("'repair' & ( 'cafe' | 'bar' )") or ())
    ['repair']
    >>> of_query("!'rain'") is None
    True
    """
    tokens = list(_tokens(query))
    return _any(tokens) if tokens else frozenset()


def of_names(trigrams: Iterable[str]) -> Anchors:
    """Trigrams of which every name that is nearly the words with these trigrams holds at least one, marked as such.

    A name that is near shares six tenths of them at least, so among any more than four tenths there is one of those.
    """
    # Within a word they are rarer than where one begins.
    rarest = sorted(set(trigrams), key=lambda each: (each.startswith(" "), each))
    shared = (_TENTHS * len(rarest) + 9) // 10
    return frozenset(f"%{each}" for each in rarest[: len(rarest) - shared + 1])


def _tokens(query: str) -> Iterator[str]:
    for found in _TOKEN.finditer(query):
        lexeme, operator = found.groups()
        if operator:
            yield operator
        elif lexeme is not None:
            yield "'" + re.sub(r"''|\\(.)", lambda each: each[1] or "'", lexeme)


def _any(tokens: list[str]) -> Anchors | None:
    either = list(_joined(tokens, lambda each: each == "|", _all))
    return None if None in either else frozenset().union(*(each for each in either if each is not None))


def _all(tokens: list[str]) -> Anchors | None:
    # That words follow one another asks for all of them, too.
    parts = _joined(tokens, lambda each: each == "&" or each.startswith("<"), _one)
    return max((each for each in parts if each is not None), key=_rarity, default=None)


def _one(tokens: list[str]) -> Anchors | None:
    token = tokens.pop(0)
    if token == "!":
        _one(tokens)
        return None
    if token == "(":
        within = _any(tokens)
        tokens.pop(0)
        return within
    return frozenset({token[1:]})


def _joined(
    tokens: list[str], joins: Callable[[str], bool], read: Callable[[list[str]], Anchors | None]
) -> Iterator[Anchors | None]:
    yield read(tokens)
    while tokens and joins(tokens[0]):
        tokens.pop(0)
        yield read(tokens)


def _rarity(anchors: Anchors) -> int:
    """By the one among them that most things hold."""
    return min((_AS_RARE if each.startswith(_TOPIC) else len(each) for each in anchors), default=0)
