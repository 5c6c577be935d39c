"""Topics as JSON."""

from typing import Annotated, Literal

from pydantic import Field

from app.http.pages import MOST
from app.http.schemas import Query, Schema, TopicKey, words
from app.topics.models import Topic


class NewTopic(Schema):
    """A topic to add."""

    key: TopicKey
    name: Annotated[str, words(60)] = ""


class TopicsAsked(Query):
    """Which topics."""

    kind: Literal["interest", "goal", "value"] | None = None
    q: Annotated[str, words(60), Field(description="part of their names or keys")] = ""
    after: TopicKey | None = None
    limit: Annotated[int, Field(ge=1, le=MOST)] = MOST


class TopicShown(Schema):
    """A topic."""

    key: str
    name: str

    @classmethod
    def of(cls, topic: Topic) -> "TopicShown":
        """Show one."""
        return cls(key=topic.key, name=topic.name)
