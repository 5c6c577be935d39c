"""Searches as JSON."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from app.http.pages import Paged
from app.http.schemas import (
    Feature,
    FeatureCollection,
    Latitude,
    Longitude,
    Moment,
    PointShape,
    Schema,
    TopicKey,
    words,
)
from app.ids import time_of
from app.search.kinds import KINDS
from app.search.queries import Answer, Found
from app.search.rules import MOST_RADIUS_M

KindName = Literal["check-in", "community", "place", "offer", "wish"]
_PATHS = {"check-in": "/v1/check-ins/{id}", **{each.name: each.path for each in KINDS}}


class SearchAsked(Paged):
    """What to find. Words, a topic or a circle must be said; all that is said must hold."""

    q: Annotated[
        str, words(200), Field(description='words; "a phrase", or, and - for not, in whichever language')
    ] = ""
    kind: KindName | None = None
    topic: TopicKey | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    radius: Annotated[float, Field(gt=0, le=MOST_RADIUS_M, description="metres")] | None = None
    since: Annotated[Moment | None, Field(description="begun at or after")] = None
    until: Annotated[Moment | None, Field(description="begun before")] = None
    sort: Annotated[
        Literal["near", "recent", "relevant"] | None,
        Field(description="relevant where there are words, else recent, unless said"),
    ] = None

    @model_validator(mode="after")
    def _whole(self) -> "SearchAsked":
        circle = (self.lat, self.lon, self.radius)
        if any(part is not None for part in circle) and None in circle:
            raise ValueError("lat, lon and radius belong together; give all three")
        if not self.q and self.topic is None and self.radius is None:
            raise ValueError("say what to find: q, topic, or lat, lon and radius")
        if self.sort == "near" and self.radius is None:
            raise ValueError("near what? give lat, lon and radius")
        if self.sort == "relevant" and not self.q:
            raise ValueError("relevant to what? give q")
        return self


class FoundShown(Schema):
    """Something that fits. The thing itself is at `path`."""

    kind: KindName
    title: Annotated[str, Field(description="its name; of a check-in, whose it is")]
    text: str
    by: Annotated[str | None, Field(description="of an offer, the business")]
    topics: list[str]
    begun_at: Moment
    disclosed: Annotated[
        Literal["exact", "street", "quarter", "city"],
        Field(description="how exactly the position is known"),
    ]
    metres: Annotated[
        float | None, Field(description="how far from the middle of the circle, if one was said")
    ]
    path: str


class Facets(Schema):
    """How many anybody would find among the newest thousand, in steps of five."""

    kinds: dict[str, int]
    topics: dict[str, int]


class FoundThings(FeatureCollection[FoundShown]):
    """What was found, and of which kinds and topics; facets stand on the first part alone."""

    facets: Facets | None


def found_shown(answer: Answer, asked: SearchAsked) -> FoundThings:
    """Show a part."""
    shown = answer.found[: asked.limit]
    return FoundThings(
        features=[_feature(each) for each in shown],
        next_cursor=shown[-1].id if len(answer.found) > asked.limit else None,
        facets=None if asked.cursor else Facets(kinds=answer.kinds, topics=answer.topics),
    )


def _feature(found: Found) -> Feature[FoundShown]:
    return Feature[FoundShown](
        id=found.id,
        geometry=PointShape.of(found.position) if found.position else None,
        properties=FoundShown(
            kind=found.kind,  # type: ignore[arg-type]
            title=found.title,
            text=found.said,
            by=found.by,
            topics=found.topics,
            begun_at=time_of(found.id),
            disclosed=found.level.word,  # type: ignore[arg-type]
            metres=None if found.metres is None else round(found.metres),
            path=_PATHS[found.kind].format(id=found.id),
        ),
    )
