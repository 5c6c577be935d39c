"""Searches as JSON."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, model_validator

from app.communities.schemas import Kind as CommunityKind
from app.http.pages import Cursor, Paged, shown
from app.http.schemas import (
    Feature,
    FeatureCollection,
    Latitude,
    Longitude,
    Moment,
    PointShape,
    Query,
    Schema,
    TopicKey,
    words,
)
from app.ids import time_of
from app.search.kinds import KINDS
from app.search.models import SavedSearch
from app.search.preparing import is_told
from app.search.queries import Answer, Mesh
from app.search.queries import Found as FoundThing
from app.search.rules import MOST_RADIUS_M, MOST_STEPS
from app.search.signals import Found

KindName = Literal["check-in", "community", "place", "offer", "wish", "event", "piece"]
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
    by: Annotated[str | None, Field(description="of an offer, the business; of a piece, its author")]
    language: Annotated[
        str | None, Field(description="of an offer or a piece, as whoever wrote it says; else null")
    ]
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


class SearchToSave(Schema):
    """What to find again: as behind the question mark of a search."""

    q: Annotated[str, words(200)] = ""
    kind: KindName | None = None
    topic: TopicKey | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    radius: Annotated[float, Field(gt=0, le=MOST_RADIUS_M, description="metres")] | None = None

    @model_validator(mode="after")
    def _can_be_asked(self) -> "SearchToSave":
        SearchAsked(**self.model_dump())
        return self


class SavedShown(Schema):
    """A saved search."""

    name: str
    query: SearchToSave
    saved_at: Moment
    told: Annotated[
        bool,
        Field(description="whether I am told what is new: not where it only says what must not be there"),
    ]
    more_at: Annotated[
        Moment | None, Field(description="when last more was new than is told within an hour: ask for it")
    ]

    @classmethod
    def of(cls, saved: SavedSearch) -> "SavedShown":
        """Show one."""
        query, told = SearchToSave(**saved.query), is_told(saved)
        return cls(name=saved.name, query=query, saved_at=saved.saved_at, told=told, more_at=saved.more_at)


class FindingsAsked(Paged):
    """Which findings."""

    search: Annotated[str | None, words(40), Field(description="of one saved search, by its name")] = None
    after: Annotated[
        Cursor | None, Field(description="told after this one: the `cursor` of the last that came, to resume")
    ] = None


class FindingShown(Schema):
    """Something new that fits a saved search of mine. What it is stands at `path`, as far as I may know then."""

    id: UUID
    cursor: str
    search: str
    kind: KindName
    thing: Annotated[UUID, Field(description="its id")]
    path: str
    found_at: Moment

    @classmethod
    def of(cls, row: Any) -> "FindingShown":
        """Show one that was read."""
        return cls._shown(row.id, row.name, row.kind, row.thing_id)

    @classmethod
    def told(cls, signal: Found) -> "FindingShown":
        """Show one as it is told."""
        return cls._shown(signal.id, signal.search, signal.kind, signal.thing_id)

    @classmethod
    def _shown(cls, found: UUID, search: str, kind: str, thing: UUID) -> "FindingShown":
        return cls(
            id=found,
            cursor=shown(found),
            search=search,
            kind=kind,  # type: ignore[arg-type]
            thing=thing,
            path=_PATHS[kind].format(id=thing),
            found_at=time_of(found),
        )


class NewAsked(Paged):
    """What is new of a saved search."""

    since: Annotated[Moment | None, Field(description="begun at or after; ever, if left out")] = None


class MeshAsked(Query):
    """How far."""

    steps: Annotated[int, Field(ge=1, le=MOST_STEPS)] = 1


class GraphMl:
    """A graph, for programs that draw them (http://graphml.graphdrawing.org)."""

    media_type = "application/graphml+xml"


class CommunityInMesh(Schema):
    """A community in the mesh."""

    id: UUID
    name: str
    kind: CommunityKind
    members: Annotated[int, Field(description="how many chose to belong")]
    steps: Annotated[int, Field(description="0 for my own")]


class Shared(Schema):
    """Two communities with members in common."""

    one: UUID
    other: UUID
    people: Annotated[int, Field(description="about how many, as statistics publish it")]


class MeshShown(Schema):
    """Communities by steps of shared members."""

    since: Annotated[
        date | None, Field(description="the first day of the four weeks it is of; null before the first")
    ]
    communities: list[CommunityInMesh]
    shared: list[Shared]


def mesh_shown(mesh: Mesh) -> MeshShown:
    """Show a mesh."""
    return MeshShown(
        since=mesh.starts_on,
        communities=[
            CommunityInMesh(
                id=each.id,
                name=each.name,
                kind=each.kind,  # type: ignore[arg-type]
                members=each.members,
                steps=each.steps,
            )
            for each in mesh.nodes
        ],
        shared=[Shared(one=one, other=other, people=people) for one, other, people in mesh.shared],
    )


def graphml(mesh: Mesh) -> bytes:
    """A mesh as GraphML, which graph programs read."""
    # It takes half a second to import and few ever ask for it.
    import networkx  # noqa: PLC0415

    graph = networkx.Graph()
    for each in mesh.nodes:
        graph.add_node(str(each.id), name=each.name, kind=each.kind, members=each.members, steps=each.steps)
    for one, other, people in mesh.shared:
        graph.add_edge(str(one), str(other), people=people)
    return "\n".join(networkx.generate_graphml(graph)).encode()


def found_shown(answer: Answer, asked: SearchAsked) -> FoundThings:
    """Show a part."""
    those = answer.found[: asked.limit]
    return FoundThings(
        features=[_feature(each) for each in those],
        next_cursor=those[-1].id if len(answer.found) > asked.limit else None,
        facets=None if asked.cursor else Facets(kinds=answer.kinds, topics=answer.topics),
    )


def _feature(found: FoundThing) -> Feature[FoundShown]:
    return Feature[FoundShown](
        id=found.id,
        geometry=PointShape.of(found.position) if found.position else None,
        properties=FoundShown(
            kind=found.kind,  # type: ignore[arg-type]
            title=found.title,
            text=found.said,
            by=found.by,
            language=found.language,
            topics=found.topics,
            begun_at=time_of(found.id),
            disclosed=found.level.word,  # type: ignore[arg-type]
            metres=None if found.metres is None else round(found.metres),
            path=_PATHS[found.kind].format(id=found.id),
        ),
    )
