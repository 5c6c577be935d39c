"""Consents and blocks as JSON."""

from app.accounts.schemas import PersonShown
from app.http.schemas import Moment, Schema


class ConsentShown(Schema):
    """Whether a purpose is allowed, and since when."""

    purpose: str
    given: bool
    since: Moment | None = None


class BlockShown(Schema):
    """Somebody I will have nothing to do with."""

    person: PersonShown
    since: Moment
