"""Passkeys as JSON."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from app.http.schemas import Moment, Schema, words
from app.passkeys.models import Passkey

Credential = Annotated[
    dict[str, Any], Field(description="PublicKeyCredential.toJSON() of the browser's answer")
]


class Wanting(Schema):
    """The password, without which nobody gets another way in."""

    password: Annotated[str, Field(max_length=200)]


class Nothing(Schema):
    """Nothing needs to be said."""


class ChallengeShown(Schema):
    """What to ask the browser for."""

    id: UUID
    #: For PublicKeyCredential.parseCreationOptionsFromJSON or parseRequestOptionsFromJSON.
    options: dict[str, Any]


class NewPasskey(Schema):
    """What the browser made, and what its person calls it."""

    challenge_id: Annotated[UUID, Field(strict=False)]
    credential: Credential
    name: Annotated[str, words(60, least=1)] = "a passkey"


class ByPasskey(Schema):
    """What the browser signed, and on which device."""

    challenge_id: Annotated[UUID, Field(strict=False)]
    credential: Credential
    device: Annotated[str, words(60)] = "a device"


class PasskeyShown(Schema):
    """A passkey, as its person sees it."""

    id: UUID
    name: str
    created_at: Moment
    last_used: Moment | None

    @classmethod
    def of(cls, passkey: Passkey) -> "PasskeyShown":
        """Show one."""
        return cls(
            id=passkey.id, name=passkey.name, created_at=passkey.created_at, last_used=passkey.last_used
        )
