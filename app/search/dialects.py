"""The SQL of words: a text as what is searched, and what is asked as a query, under every language at once.

No language is guessed: a line of ten words is too short for that, and people mix them. A text is indexed as it stands,
without accents, and by the stems each language makes of it; it is found where any of them fits.
"""

from app.search.rules import ACCENTED, LANGUAGES, PLAIN


def folded_sql(said: str) -> str:
    """A text in small letters without accents."""
    return f"translate(lower({said}), '{ACCENTED}', '{PLAIN}')"


def words_sql(said: str, topic_ids: str) -> str:
    """A tsvector of a text and the topics it is about, which are words of their own kind."""
    stems = " || ".join(f"to_tsvector('{each}', {said})" for each in LANGUAGES)
    topics = f"array_to_tsvector(ARRAY(SELECT DISTINCT 'topic ' || t FROM unnest({topic_ids}) AS t))"
    return f"to_tsvector('simple', {folded_sql(said)}) || {stems} || {topics}"


def query_sql(asked: str) -> str:
    """A tsquery of what people type: words, "phrases", or, and - for not."""
    stems = " || ".join(f"websearch_to_tsquery('{each}', {asked})" for each in LANGUAGES)
    return f"(websearch_to_tsquery('simple', {folded_sql(asked)}) || {stems})"


def topic_sql(topic_id: str) -> str:
    """A tsquery of what is about a topic."""
    return f"CAST('''topic ' || {topic_id} || '''' AS tsquery)"
