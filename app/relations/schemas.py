"""What people are to one another, as JSON."""

from app.accounts.schemas import PersonShown
from app.http.schemas import Moment, Schema


class BlockShown(Schema):
    """Somebody I will have nothing to do with."""

    person: PersonShown
    since: Moment
