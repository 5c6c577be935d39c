"""What is kept of a person, table by table; and whether somebody left since a moment."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from app.accounts.models import AccountSession, KnownNetwork
from app.businesses.models import Staff
from app.checkins.models import CheckIn
from app.communities.models import Membership
from app.http.idempotency import IdempotencyKey
from app.leaving.models import Erasure
from app.offers.models import Approach, Delivery
from app.presence.models import LocationMembership, Presence
from app.trust.models import Block, Consent

#: What people call it, and whose it is.
HELD = {
    "check_ins": CheckIn.person_id,
    "positions": Presence.person_id,
    "location_memberships": LocationMembership.person_id,
    "memberships": Membership.person_id,
    "offers_received": Approach.person_id,
    "offers_in_the_inbox": Delivery.person_id,
    "consents": Consent.person_id,
    "blocks": Block.blocker_id,
    "blocks_by_others": Block.blocked_id,
    "businesses_acted_for": Staff.person_id,
    "sessions": AccountSession.person_id,
    "networks": KnownNetwork.person_id,
    "kept_answers": IdempotencyKey.person_id,
}


def held_of(session: Session, person_id: UUID) -> dict[str, int]:
    """How many rows of each are a person's."""
    counts = [
        select(func.count()).where(owner == person_id).scalar_subquery().label(what)
        for what, owner in HELD.items()
    ]
    return dict(session.execute(select(*counts)).one()._mapping)


def erased_since(session: Session, moment: datetime) -> bool:
    """Whether somebody left for good since then."""
    return bool(session.scalar(select(exists().where(Erasure.erased_at >= moment))))
