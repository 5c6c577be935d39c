"""What a business says that it stands for, and all that everybody may know of it, as JSON."""

from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, HttpUrl, UrlConstraints, field_validator

from app.businesses.claiming import Claim
from app.businesses.models import Business, BusinessPlace, BusinessTopic, Doubt
from app.businesses.rules import DOUBTED_FROM, MOST_TOPICS, is_doubted
from app.businesses.schemas import BusinessPlaceShown, BusinessShown, place_shown
from app.businesses.standing import Standing, evidence_changed_since
from app.http.schemas import Feature, Moment, Schema, TopicKey, words
from app.trust.steps import in_steps

LONGEST_URL = 500


def _plain(url: HttpUrl) -> HttpUrl:
    """One that shows people where it leads, and that fits once it is written out."""
    if url.username is not None or url.password is not None:
        raise ValueError("an address that people are to follow holds no user and no password")
    if "." not in (url.host or "").strip("."):
        raise ValueError("name the page by its full address, such as https://fair.example/members")
    if len(str(url)) > LONGEST_URL:
        raise ValueError(f"written out, this address has more than {LONGEST_URL} characters")
    return url


Address = Annotated[
    HttpUrl,
    UrlConstraints(allowed_schemes=["https"], max_length=LONGEST_URL, host_required=True),
    AfterValidator(_plain),
]


class EvidenceGiven(Schema):
    """What shows that a business stands for something."""

    url: Annotated[Address, Field(description="an https address of at most 500 characters")]
    says: Annotated[str, words(280), Field(description="what one finds there, in a sentence")] = ""


class ClaimGiven(Schema):
    """A topic a business stands for."""

    key: TopicKey
    evidence: Annotated[EvidenceGiven | None, Field(description="needed for a value")] = None

    def claim(self, topic_id: UUID) -> Claim:
        """What is to be claimed."""
        if self.evidence is None:
            return Claim(topic_id, self.key)
        return Claim(topic_id, self.key, str(self.evidence.url), self.evidence.says)


class ClaimsGiven(Schema):
    """All that a business stands for."""

    topics: Annotated[list[ClaimGiven], Field(max_length=MOST_TOPICS)]

    @field_validator("topics")
    @classmethod
    def _each_once(cls, topics: list[ClaimGiven]) -> list[ClaimGiven]:
        if len({each.key for each in topics}) < len(topics):
            raise ValueError("name each topic once")
        return topics


class EvidenceShown(Schema):
    """What a business shows for it. We have not looked at it."""

    url: str
    rel: Annotated[Literal["nofollow ugc"], Field(description="what a link to it says of itself (HTML, rel)")]
    says: str
    since: Moment


class ClaimShown(Schema):
    """A topic a business says that it stands for."""

    key: str
    since: Moment
    evidence: EvidenceShown | None
    doubts: Annotated[
        int, Field(description="how many members of communities that share it doubt it, in steps of five")
    ]
    doubted: Annotated[bool, Field(description=f"whether at least {DOUBTED_FROM} do")]

    @classmethod
    def of(cls, standing: Standing) -> "ClaimShown":
        """Show one."""
        return cls(
            key=standing.key,
            since=standing.claim.since,
            evidence=_evidence(standing.claim),
            doubts=in_steps(standing.doubts),
            doubted=is_doubted(standing.doubts),
        )


def _evidence(claim: BusinessTopic) -> EvidenceShown | None:
    if claim.evidence is None or claim.evidence_since is None:
        return None
    return EvidenceShown(url=claim.evidence, rel="nofollow ugc", says=claim.says, since=claim.evidence_since)


class ClaimsShown(Schema):
    """All that a business says that it stands for."""

    topics: list[ClaimShown]

    @classmethod
    def of(cls, claims: Sequence[Standing]) -> "ClaimsShown":
        """Show them."""
        return cls(topics=[ClaimShown.of(each) for each in claims])


class BusinessSeen(BusinessShown):
    """What everyone may know of a business."""

    topics: list[ClaimShown]
    places: list[Feature[BusinessPlaceShown]]

    @classmethod
    def whole(
        cls, business: Business, claims: Sequence[Standing], places: Sequence[BusinessPlace]
    ) -> "BusinessSeen":
        """Show one."""
        return cls(
            id=business.id,
            name=business.name,
            about=business.about,
            closed=business.closed_at is not None,
            topics=[ClaimShown.of(each) for each in claims],
            places=[place_shown(each, business) for each in places],
        )


class DoubtGiven(Schema):
    """Why one doubts it, for its staff to read without a name."""

    reason: Annotated[str, words(280)] = ""


class DoubtShown(Schema):
    """What I doubt."""

    reason: str
    since: Moment
    evidence_changed: Annotated[
        bool, Field(description="whether other evidence is shown than when I doubted it")
    ]

    counts: Annotated[
        bool,
        Field(
            description="whether it counts yet: I have belonged for a week, and my account is not new any more"
        ),
    ]

    @classmethod
    def of(cls, doubt: Doubt, counts: bool, claim: BusinessTopic | None) -> "DoubtShown":
        """Show it."""
        changed = evidence_changed_since(claim, doubt.made_at)
        return cls(reason=doubt.reason, since=doubt.made_at, evidence_changed=changed, counts=counts)


class DoubtsShown(Schema):
    """Why others doubt it, in the order of the alphabet, by nobody in particular."""

    doubts: Annotated[int, Field(description="how many, in steps of five")]
    reasons: Annotated[list[str], Field(description="of those that are counted; up to 100")]
