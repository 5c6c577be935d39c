"""Anchors: whatever fits a search holds one of them, so nothing that fits is overlooked."""

from random import Random

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.search import anchors
from app.search.dialects import folded_sql, query_sql, topic_sql, words_sql

SYLLABLES = ("re", "pair", "ca", "fe", "bi", "ci", "s", "ing", "en", "t", "l'")
TOPICS = ("00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-000000000002")
MANY = 150
_FITS = f"""
SELECT {words_sql("d.said", "ARRAY[CAST(d.topic AS uuid)]")} @@ q.asked AS fits,
       tsvector_to_array({words_sql("d.said", "ARRAY[CAST(d.topic AS uuid)]")}) AS holds,
       CAST(q.asked AS text) AS asked
FROM unnest(CAST(:said AS text[]), CAST(:topics AS text[])) AS d (said, topic)
CROSS JOIN (SELECT CASE WHEN topic = '' THEN {query_sql("a")} ELSE {query_sql("a")} && {topic_sql("topic")} END AS asked
            FROM unnest(CAST(:asked AS text[]), CAST(:about AS text[])) AS x (a, topic)) AS q
"""
_NEARLY = f"""
SELECT {folded_sql("a")} <% {folded_sql("n")} AS near, show_trgm({folded_sql("a")}) AS asked,
       show_trgm({folded_sql("n")}) AS name
FROM unnest(CAST(:asked AS text[])) AS a CROSS JOIN unnest(CAST(:names AS text[])) AS n
"""


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", set()),
        ("'a'", {"a"}),
        ("'a' & 'bcd'", {"bcd"}),
        ("'a' | 'bcd'", {"a", "bcd"}),
        ("'abc' <-> 'bc'", {"abc"}),
        ("'ab' <2> 'bcd' & 'a'", {"bcd"}),
        ("( 'a' | 'bcd' ) & 'ef'", {"ef"}),
        ("!'abcd' & 'a'", {"a"}),
        ("!( 'abcd' | 'b' ) & 'a'", {"a"}),
        ("!'a'", None),
        ("'b' | !'a'", None),
        ("'it''s'", {"it's"}),
        ("'b\\\\c'", {"b\\c"}),
        ("'topic x' & 'abc'", {"topic x"}),
        ("'topic x' & 'abcdefg'", {"abcdefg"}),
    ],
)
def test_anchors_of_a_query(query: str, wanted: set[str] | None) -> None:
    assert anchors.of_query(query) == wanted


def a_word(chance: Random) -> str:
    return "".join(chance.choices(SYLLABLES, k=chance.randint(1, 3)))


def a_search(chance: Random) -> str:
    """As people type them, and as they do not."""
    marks = ("{}", "{}", "{}", "-{}", "or {}", '"{} {}"', "{}'", "\\{}")
    return " ".join(
        chance.choice(marks).format(a_word(chance), a_word(chance)) for _ in range(chance.randint(1, 4))
    )


def test_whatever_fits_a_search_holds_one_of_its_anchors(session: Session) -> None:
    chance = Random(7)
    said = [" ".join(a_word(chance) for _ in range(chance.randint(1, 6))) for _ in range(MANY)]
    values = {
        "said": said,
        "topics": [chance.choice(TOPICS) for _ in said],
        "asked": [a_search(chance) for _ in range(MANY)],
        "about": [chance.choice(["", *TOPICS]) for _ in range(MANY)],
    }
    fitting = [row for row in session.execute(text(_FITS), values) if row.fits]
    assert len(fitting) > MANY
    for row in fitting:
        needed = anchors.of_query(row.asked)
        assert needed is None or not needed.isdisjoint(row.holds), row


def test_whatever_is_nearly_what_is_searched_holds_one_of_its_anchors(session: Session) -> None:
    chance = Random(7)
    names = [" ".join(a_word(chance) for _ in range(chance.randint(1, 4))) for _ in range(MANY)]
    asked = [" ".join(a_word(chance) for _ in range(chance.randint(1, 2))) for _ in range(MANY)]
    near = [row for row in session.execute(text(_NEARLY), {"asked": asked, "names": names}) if row.near]
    assert len(near) > MANY
    for row in near:
        assert not anchors.of_names(row.asked).isdisjoint(f"%{each}" for each in row.name), row
