"""Consents as JSON."""

from app.http.schemas import Moment, Schema


class ConsentShown(Schema):
    """Whether a purpose is allowed, and since when."""

    purpose: str
    given: bool
    since: Moment | None = None
