"""Devices, their setups and what they suggest, as JSON."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from app.checkins.rules import LONGEST_TEXT
from app.http.schemas import Moment, PointShape, Schema, Slug, TopicKey, words
from app.phones.links import Setup, qr_png, qr_svg
from app.phones.models import Device, Suggestion
from app.phones.rules import MOST_HISTORY_DAYS

App = Literal["owntracks", "traccar", "overland"]
Letters = Annotated[str, StringConstraints(pattern="^[A-Za-z0-9]{2}$")]
HistoryDays = Annotated[int, Field(ge=1, le=MOST_HISTORY_DAYS)]
VisibilitySaid = Literal["public", "communities", "followers", "me"]
ExactnessSaid = Literal["exact", "street", "quarter", "city"]


class NewDevice(Schema):
    """An app on a phone of mine."""

    name: Annotated[str, words(60, least=1)]
    app: App
    tid: Annotated[Letters | None, Field(description="two letters by which OwnTracks shows it")] = None
    encrypted: Annotated[bool, Field(description="whether OwnTracks encrypts what it sends once more")] = (
        False
    )

    @model_validator(mode="after")
    def _can_be(self) -> "NewDevice":
        if self.encrypted and self.app != "owntracks":
            raise ValueError("only OwnTracks encrypts; leave it out for other apps, which use HTTPS")
        return self


class DeviceChanged(Schema):
    """What is to be otherwise; what is left out stays."""

    name: Annotated[str, words(60, least=1)] | None = None
    tid: Letters | None = None
    paused: Annotated[bool | None, Field(description="as long as it is, nothing it sends is kept")] = None
    history: Annotated[bool | None, Field(description="keep where it was; when ended, all is erased")] = None
    history_days: HistoryDays | None = None
    visibility: Annotated[
        VisibilitySaid | None, Field(description="for whom what I type into it is said")
    ] = None
    exactness: ExactnessSaid | None = None


class DeviceShown(Schema):
    """An app on a phone of mine, and how it fares."""

    id: UUID
    name: str
    app: App
    tid: str
    encrypted: bool
    paused: bool
    history: bool
    history_days: int | None
    visibility: VisibilitySaid
    exactness: ExactnessSaid
    made_at: Moment
    last_heard_at: Moment | None
    battery: Annotated[int | None, Field(description="percent")]
    accepted: Annotated[int, Field(description="how much of what it sent was used")]
    dropped: Annotated[int, Field(description="how much was not")]
    last_dropped: Annotated[
        str | None, Field(description="why, the last time; docs/phones.md has all reasons")
    ]

    @classmethod
    def of(cls, device: Device) -> "DeviceShown":
        """Show one."""
        same = (
            "id name app paused history_days visibility exactness made_at last_heard_at battery accepted "
            "dropped last_dropped"
        )
        return cls(
            tid=device.letters,
            encrypted=device.passphrase is not None,
            history=device.history_days is not None,
            **{name: getattr(device, name) for name in same.split()},
        )


class SetupShown(Schema):
    """What the app must know, as a link and as a QR code of it. Whoever sees it can say where I am."""

    link: Annotated[str, Field(description="open it on the phone, or scan the code")]
    qr_svg: Annotated[str, Field(description="the code as SVG")]
    qr_png: Annotated[str, Field(description="the code as PNG, in a data URL")]
    url: str
    username: Annotated[str | None, Field(description="for OwnTracks")] = None
    password: Annotated[str | None, Field(description="for OwnTracks")] = None
    encryption_key: Annotated[str | None, Field(description="for OwnTracks, where it encrypts")] = None
    token: Annotated[str | None, Field(description="Overland's token, or Traccar Client's identifier")] = None

    @classmethod
    def of(cls, setup: Setup) -> "SetupShown":
        """Show one."""
        pair, link = setup.app == "owntracks", setup.link
        return cls(
            link=link,
            qr_svg=qr_svg(link),
            qr_png=qr_png(link),
            url=setup.url,
            username=setup.credential.user if pair else None,
            password=setup.credential.password if pair else None,
            encryption_key=setup.passphrase,
            token=None if pair else setup.token,
        )


class DeviceMade(Schema):
    """A device, and how to set it up."""

    device: DeviceShown
    setup: SetupShown


class SuggestionShown(Schema):
    """A phone of mine noticed that I stayed somewhere. Nobody else knows."""

    id: UUID
    device_id: UUID
    position: PointShape
    accuracy_m: float | None
    arrived_at: Moment | None
    left_at: Moment | None

    @classmethod
    def of(cls, suggestion: Suggestion) -> "SuggestionShown":
        """Show one that is not decided."""
        assert suggestion.position is not None
        return cls(
            id=suggestion.id,
            device_id=suggestion.device_id,
            position=PointShape.of(suggestion.position),
            accuracy_m=suggestion.accuracy_m,
            arrived_at=suggestion.arrived_at,
            left_at=suggestion.left_at,
        )


class SuggestionAccepted(Schema):
    """What to say of it."""

    text: Annotated[str, words(LONGEST_TEXT)] = ""
    topics: list[TopicKey] = Field(default_factory=list, max_length=10)
    activity: Slug | None = None
    visibility: VisibilitySaid = "public"
    exactness: ExactnessSaid = "exact"
