"""Addresses and links as JSON."""

from typing import Annotated

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, Field

from app.accounts.rules import masked
from app.accounts.schemas import Password
from app.http.schemas import Schema


def _address(said: str) -> str:
    try:
        found = validate_email(said, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError as error:
        raise ValueError(f"is no address a letter can reach: {error}") from None
    return (found.ascii_email or found.normalized).lower()


Address = Annotated[
    str, Field(max_length=254, json_schema_extra={"format": "email"}), AfterValidator(_address)
]
Known = Annotated[str, Field(max_length=200)]
SecretGiven = Annotated[str, Field(max_length=200, description="what stands behind the = of the link")]


class NewAddress(Schema):
    """An address, and the password that proves whose it shall be."""

    email: Address
    password: Known


class NoAddress(Schema):
    """The password, to be rid of the address."""

    password: Known


class AddressShown(Schema):
    """Where letters reach a person, masked."""

    email: str | None
    #: The address that waits until the link mailed to it is opened.
    waiting: str | None

    @classmethod
    def of(cls, email: str | None, waiting: str | None) -> "AddressShown":
        """Show them."""
        return cls(email=email and masked(email), waiting=waiting and masked(waiting))


class Forgotten(Schema):
    """Who forgot the password: by handle or by confirmed address."""

    who: Annotated[str, Field(min_length=2, max_length=254, description="a handle or an e-mail address")]


class LinkOpened(Schema):
    """The secret of a link."""

    secret: SecretGiven


class PasswordByLink(Schema):
    """The secret of a link, and the new password."""

    secret: SecretGiven
    password: Password
