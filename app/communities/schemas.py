"""Communities as JSON."""

from typing import Annotated, Literal

from pydantic import Field

from app.communities.queries import Listed
from app.communities.rules import FORMING_LASTS
from app.http.pages import MOST, Paged
from app.http.schemas import (
    AreaGiven,
    AreaShape,
    Feature,
    Latitude,
    Longitude,
    Moment,
    Query,
    Schema,
    TopicKey,
    words,
)

Kind = Literal["interest", "goal", "value", "location"]


class NewCommunity(Schema):
    """A community to found."""

    kind: Kind
    name: Annotated[str, words(80, 2)]
    purpose: Annotated[str, words(280, 10), Field(description="what it is for, in a sentence")]
    topics: list[TopicKey] = Field(default_factory=list, max_length=10)
    area: AreaGiven | None = None


class CommunitiesAsked(Paged):
    """Which communities."""

    kind: Kind | None = None
    topic: TopicKey | None = None


class Around(Query):
    """A point."""

    lat: Latitude
    lon: Longitude
    limit: Annotated[int, Field(ge=1, le=MOST)] = 20


class Near(Around):
    """A point and how far around it."""

    radius: Annotated[float, Field(gt=0, le=50_000, description="metres")] = 2000


class FormingShown(Schema):
    """How far a community has grown that is not listed to everybody yet."""

    joined: Annotated[int, Field(description="how many belong")]
    grows_at: Annotated[int, Field(description="how many different people it takes")]
    until: Annotated[Moment, Field(description="when it is forgotten unless it has grown")]


class CommunityShown(Schema):
    """What everyone may know of a community."""

    kind: Kind
    name: str
    purpose: str
    topics: list[str]
    members: Annotated[int, Field(description="how many said that they belong")]
    notice: Annotated[str, Field(description="what a steward would have one read first")]
    noise_budget: Annotated[
        int,
        Field(description="how many offers may reach a member through it in a day, all businesses together"),
    ]
    forming: FormingShown | None = None


def feature_of(listed: Listed) -> Feature[CommunityShown]:
    """Show one."""
    community = listed.community
    return Feature[CommunityShown](
        id=community.id,
        geometry=AreaShape.of(community.area) if community.area else None,
        properties=CommunityShown(
            kind=community.kind,  # type: ignore[arg-type]
            name=community.name,
            purpose=community.purpose,
            topics=listed.topic_keys,
            members=listed.members,
            notice=community.notice,
            noise_budget=community.noise_budget,
            forming=_forming(listed),
        ),
    )


def _forming(listed: Listed) -> FormingShown | None:
    community = listed.community
    if community.listed_at:
        return None
    until = community.created_at + FORMING_LASTS
    return FormingShown(joined=listed.members, grows_at=community.grows_at, until=until)
