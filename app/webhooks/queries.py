"""Reading webhooks, and what became of what they were told."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from app.businesses import queries as businesses
from app.businesses.models import Staff
from app.errors import NotAllowed, NotFound
from app.ids import first_id_at
from app.webhooks.models import Webhook, WebhookDelivery, WebhookMessage, WebhookSecret
from app.webhooks.rules import Kind


class Logged(NamedTuple):
    """A delivery, and what it is about."""

    delivery: WebhookDelivery
    kind: str


def acting_for(session: Session, business_id: UUID, person_id: UUID) -> None:
    """Raise NotFound or NotAllowed where a person does not act for a business."""
    businesses.existing(session, business_id)
    if not businesses.may_act_for(session, person_id, business_id):
        raise NotAllowed("Only the staff of a business see and change its webhooks.")


def webhooks_of(session: Session, business_id: UUID) -> Sequence[Webhook]:
    """A business's, oldest first."""
    return session.scalars(
        select(Webhook).where(Webhook.business_id == business_id).order_by(Webhook.id)
    ).all()


def existing(session: Session, business_id: UUID, webhook_id: UUID) -> Webhook:
    """One of a business; raises NotFound."""
    return _found(session, select(Webhook), business_id, webhook_id)


def locked(session: Session, business_id: UUID, webhook_id: UUID) -> Webhook:
    """One of a business, which nobody changes until the commit; to be held before its deliveries. Raises NotFound."""
    asked = select(Webhook).with_for_update().execution_options(populate_existing=True)
    return _found(session, asked, business_id, webhook_id)


def _found(session: Session, asked: Select[Webhook], business_id: UUID, webhook_id: UUID) -> Webhook:
    wanted = asked.where(Webhook.id == webhook_id, Webhook.business_id == business_id)
    found = session.scalars(wanted).one_or_none()
    if found is None:
        raise NotFound("This business has no such webhook; GET /v1/businesses/…/webhooks lists them.")
    return found


def secrets_of(session: Session, webhook_id: UUID, now: datetime) -> Sequence[WebhookSecret]:
    """Those that sign now, the newest first."""
    asked = select(WebhookSecret).where(
        WebhookSecret.webhook_id == webhook_id,
        or_(WebhookSecret.ends_at.is_(None), WebhookSecret.ends_at > now),
    )
    return session.scalars(asked.order_by(WebhookSecret.id.desc())).all()


def deliveries_before(
    session: Session, webhook_id: UUID, state: str | None, cursor: UUID | None, limit: int
) -> Sequence[Logged]:
    """What a webhook was told, newest first; of one state, if said."""
    asked = _logged().where(WebhookDelivery.webhook_id == webhook_id)
    asked = asked.where(WebhookDelivery.state == state) if state else asked
    asked = asked.where(WebhookDelivery.message_id < cursor) if cursor else asked
    rows = session.execute(asked.order_by(WebhookDelivery.message_id.desc()).limit(limit))
    return [Logged(delivery, kind) for delivery, kind in rows]


def delivery(session: Session, webhook_id: UUID, message_id: UUID) -> Logged:
    """One, as it is now; raises NotFound."""
    asked = _logged().where(
        WebhookDelivery.webhook_id == webhook_id, WebhookDelivery.message_id == message_id
    )
    row = session.execute(asked.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound("This webhook was told no such thing, or more than 30 days ago.")
    return Logged(row[0], row[1])


def _logged() -> Select[WebhookDelivery, str]:
    return select(WebhookDelivery, WebhookMessage.kind).join(
        WebhookMessage, WebhookMessage.id == WebhookDelivery.message_id
    )


def tests_since(session: Session, webhook_id: UUID, moment: datetime) -> int:
    """How many tests were sent to a webhook."""
    asked = select(func.count()).select_from(WebhookDelivery).join(WebhookMessage)
    asked = asked.where(
        WebhookDelivery.webhook_id == webhook_id,
        WebhookDelivery.message_id >= first_id_at(moment),
        WebhookMessage.kind == Kind.TEST,
    )
    return session.scalar(asked) or 0


def owners_of(session: Session, business_id: UUID) -> Sequence[UUID]:
    """Who owns a business."""
    asked = select(Staff.person_id).where(Staff.business_id == business_id, Staff.role == "owner")
    return session.scalars(asked.order_by(Staff.person_id)).all()
