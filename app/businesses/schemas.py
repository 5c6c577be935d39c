"""Businesses as JSON."""

from typing import Annotated
from uuid import UUID

from app.businesses.models import Business
from app.http.schemas import Schema, words


class NewBusiness(Schema):
    """A business to register."""

    name: Annotated[str, words(80, 2)]
    about: Annotated[str, words(400)] = ""


class BusinessShown(Schema):
    """What everyone may know of a business."""

    id: UUID
    name: str
    about: str

    @classmethod
    def of(cls, business: Business) -> "BusinessShown":
        """Show one."""
        return cls(id=business.id, name=business.name, about=business.about)
