"""People and sessions as JSON."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from app.accounts.models import AccountSession, Person
from app.accounts.rules import HANDLE, MOST_DAYS, SCOPES, masked
from app.http.schemas import Moment, Schema, words

Handle = Annotated[str, StringConstraints(min_length=2, max_length=30, pattern=HANDLE)]
Password = Annotated[str, Field(min_length=8, max_length=200, description="at least 8 characters")]


class NewPerson(Schema):
    """Who signs up."""

    handle: Handle
    password: Password
    name: Annotated[str, words(60)] = ""
    device: Annotated[str, words(60)] = "a device"


class Credentials(Schema):
    """Who signs in, from where."""

    handle: Annotated[str, Field(max_length=200)]
    password: Annotated[str, Field(max_length=200)]
    device: Annotated[str, words(60)] = "a device"


class NewPassword(Schema):
    """Another password, and the one it is instead of."""

    current: Annotated[str, Field(max_length=200)]
    password: Password


class NewToken(Schema):
    """A token for a program: what it is called, and all that it may do."""

    device: Annotated[str, words(60, least=1)]
    scopes: Annotated[list[Literal[*SCOPES]], Field(min_length=1, max_length=len(SCOPES))]  # type: ignore[valid-type]
    days: Annotated[int, Field(ge=1, le=MOST_DAYS, description="how long it lasts")] = 90


class TokenShown(Schema):
    """A token, shown this once."""

    id: UUID
    token: str
    device: str
    scopes: list[str]
    expires_at: Moment


class PersonShown(Schema):
    """A person as everyone may know them."""

    id: UUID
    handle: str
    name: str

    @classmethod
    def of(cls, person: Person) -> "PersonShown":
        """Show one."""
        return cls(id=person.id, handle=person.handle, name=person.name)


class Me(PersonShown):
    """A person as they may know themselves."""

    #: The confirmed address by which they get back in, masked; null where there is none.
    email: str | None

    @classmethod
    def of(cls, person: Person) -> "Me":
        """Show one."""
        email = None if person.email is None else masked(person.email)
        return cls(id=person.id, handle=person.handle, name=person.name, email=email)


class SignedIn(Schema):
    """A token, shown this once, and whose it is."""

    token: str
    person: PersonShown


class SessionShown(Schema):
    """Where a person is signed in."""

    id: UUID
    device: str
    created_at: Moment
    expires_at: Moment
    this_one: bool
    #: What its token is for; null for everything.
    scopes: list[str] | None = None

    @classmethod
    def of(cls, session: AccountSession, current: UUID) -> "SessionShown":
        """Show one; `current` is the session that asks."""
        return cls(
            id=session.id,
            device=session.device,
            created_at=session.created_at,
            expires_at=session.expires_at,
            this_one=session.id == current,
            scopes=session.scopes,
        )
