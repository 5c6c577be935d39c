"""The topics one process has met: keys to ids and back. Topics are few, never renamed and never removed."""

import difflib
from collections.abc import Sequence
from contextlib import nullcontext
from typing import cast
from uuid import UUID

from flask import current_app
from sqlalchemy.orm import Session

from app.db import Database
from app.errors import UnknownTopic
from app.topics import queries


class KnownTopics:
    """Remembers every topic it ever looked up; about 0.1 µs a topic then."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._ids: dict[str, UUID] = {}
        self._keys: dict[UUID, str] = {}

    def ids(self, keys: Sequence[str], session: Session | None = None) -> list[UUID]:
        """The ids, in order and each once; raises UnknownTopic with what it may have meant.

        Whoever is in a transaction gives its session: no request may wait for a second connection.
        """
        if any(key not in self._ids for key in keys):
            with nullcontext(session) if session else self._database.reading() as asking:
                self._learn(asking, keys)
        return list(dict.fromkeys(self._ids[key] for key in keys))

    def keys(self, topic_ids: Sequence[UUID]) -> list[str]:
        """The keys, in order."""
        if missing := [each for each in topic_ids if each not in self._keys]:
            with self._database.reading() as session:
                for topic_id, key in queries.keys_of(session, missing).items():
                    self._remember(topic_id, key)
        return [self._keys[each] for each in topic_ids if each in self._keys]

    def _learn(self, session: Session, keys: Sequence[str]) -> None:
        for topic in queries.topics_named(session, keys):
            self._remember(topic.id, topic.key)
        if unknown := next((key for key in keys if key not in self._ids), None):
            known = [each.key for each in queries.topics_after(session, None, None, 1000)]
            raise UnknownTopic(_advice(unknown, known))

    def _remember(self, topic_id: UUID, key: str) -> None:
        self._ids[key] = topic_id
        self._keys[topic_id] = key


def _advice(key: str, all_keys: list[str]) -> str:
    close = difflib.get_close_matches(key, all_keys, 3)
    did_you_mean = f" Did you mean {' or '.join(close)}?" if close else ""
    return f"Nobody has added the topic {key!r} yet.{did_you_mean} POST /v1/topics adds one."


def known_topics() -> KnownTopics:
    """Those of the running application."""
    return cast(KnownTopics, current_app.extensions["hereabouts.topics"])
