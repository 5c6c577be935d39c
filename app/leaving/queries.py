"""What is kept of a person, table by table; and whether somebody left since a moment."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from app.accounts.models import AccountSession, KnownNetwork
from app.businesses.models import Doubt, Staff, StaffInvitation
from app.checkins.models import CheckIn
from app.clients.models import Authorization, Client
from app.communities.models import Community, LastingMembership, Membership
from app.conversation.models import Mention, ReactionMade, Reply
from app.events.models import Event, EventAttendance, EventCalendar, EventReply
from app.growing.models import Asked, Declined
from app.http.idempotency import IdempotencyKey
from app.leaving.models import Erasure
from app.moderation.models import Case, Report
from app.motions.models import Motion, Steward, Vote
from app.notices.models import Notice
from app.offers.models import Approach, Delivery, Hold, Offer, OfferBudget
from app.passkeys.models import Challenge, Passkey
from app.peers.models import Asking, BusinessPost
from app.phones.models import ContactLetters, Device, KeptPosition, Suggestion
from app.pieces.models import Piece, PieceOpinion
from app.places.models import Place
from app.presence.models import LocationMembership, Presence
from app.recovery.models import MailedLink
from app.redemptions.models import Purchase, Redemption
from app.relations.models import Block, Circle, CircleMember, Follow, FriendConsent, Mute
from app.search.models import Finding, SavedSearch
from app.tag.models import AreaVisit, CodeRead, Reading, Tag, TagFix
from app.topics.models import Topic
from app.trust.models import Consent, ContractVersion, DisclosureMade
from app.webhooks.models import Webhook
from app.wishes.models import Pledge, Wish

_WHY_ASKED = select(Motion.why).where(Motion.id == Asking.id).scalar_subquery()
#: What people call it, and whose it is.
HELD = {
    "check_ins": CheckIn.person_id,
    "replies": Reply.person_id,
    "reactions": ReactionMade.person_id,
    "mentions": Mention.person_id,
    "mentions_of_others": Mention.by_id,
    "positions": Presence.person_id,
    "location_memberships": LocationMembership.person_id,
    "memberships": Membership.person_id,
    "lasting_memberships": LastingMembership.person_id,
    "votes": Vote.person_id,
    "asked_to_belong": Asked.person_id,
    "declined": Declined.person_id,
    "motions_about_you": Motion.person_id,
    "stewardships": Steward.person_id,
    "reports": Report.reporter_id,
    "cases_about_you": Case.person_id,
    "pieces": Piece.person_id,
    "piece_opinions": PieceOpinion.person_id,
    "pledges": Pledge.person_id,
    "saved_searches": SavedSearch.person_id,
    "findings": Finding.person_id,
    "offers_received": Approach.person_id,
    "offer_budgets": OfferBudget.person_id,
    "offers_in_the_inbox": Delivery.person_id,
    "holds": Hold.person_id,
    "redemptions": Redemption.person_id,
    "purchases": Purchase.person_id,
    "tag": Tag.person_id,
    "readings": Reading.person_id,
    "codes_read": CodeRead.person_id,
    "area_visits": AreaVisit.person_id,
    "tag_fixes": TagFix.person_id,
    "contracts": ContractVersion.person_id,
    "disclosures": DisclosureMade.person_id,
    "consents": Consent.person_id,
    "events": Event.person_id,
    "event_replies": EventReply.person_id,
    "notices": Notice.person_id,
    "event_attendances": EventAttendance.person_id,
    "event_calendars": EventCalendar.person_id,
    "blocks": Block.blocker_id,
    "blocks_by_others": Block.blocked_id,
    "follows": Follow.follower_id,
    "followers": Follow.followed_id,
    "circles": Circle.owner_id,
    "in_circles_of_others": CircleMember.member_id,
    "check_in_consents": FriendConsent.person_id,
    "check_in_consents_of_others": FriendConsent.friend_id,
    "mutes": Mute.person_id,
    "mutes_by_others": Mute.muted_person_id,
    "businesses_acted_for": Staff.person_id,
    "staff_invitations": StaffInvitation.person_id,
    "doubts": Doubt.person_id,
    "sessions": AccountSession.person_id,
    "authorizations": Authorization.person_id,
    "clients": Client.person_id,
    "mailed_links": MailedLink.person_id,
    "passkeys": Passkey.person_id,
    "passkey_challenges": Challenge.person_id,
    "networks": KnownNetwork.person_id,
    "kept_answers": IdempotencyKey.person_id,
    "devices": Device.person_id,
    "position_history": KeptPosition.person_id,
    "suggestions": Suggestion.person_id,
    "contact_letters": ContactLetters.person_id,
    "contact_letters_of_others": ContactLetters.seen_id,
}


def held_of(session: Session, person_id: UUID) -> dict[str, int]:
    """How many rows of each are a person's."""
    counts = [
        select(func.count()).where(owner == person_id).scalar_subquery().label(what)
        for what, owner in HELD.items()
    ]
    return dict(session.execute(select(*counts)).one()._mapping)


def budget_held_for(session: Session, person_id: UUID) -> OfferBudget | None:
    """What somebody said of how many offers may reach them; its times are those of the offers they received."""
    return session.get(OfferBudget, person_id)


def received_by(session: Session, person_id: UUID) -> Sequence[Approach]:
    """Every offer that ever reached a person or was held out from them, whether or not it is in the inbox still."""
    return session.scalars(
        select(Approach).where(Approach.person_id == person_id).order_by(Approach.at)
    ).all()


def holds_of(session: Session, person_id: UUID) -> Sequence[Hold]:
    """What is kept for a person."""
    return session.scalars(select(Hold).where(Hold.person_id == person_id).order_by(Hold.held_at)).all()


def opinions_of(session: Session, person_id: UUID) -> Counter[tuple[UUID, UUID, str]]:
    """How often a person calls what came of each business through each community what, held until the commit."""
    asked = select(Offer.business_id, Approach.community_id, Approach.opinion).join(
        Offer, Offer.id == Approach.offer_id
    )
    mine = asked.where(Approach.person_id == person_id, Approach.opinion.is_not(None))
    return Counter(
        (row[0], row[1], str(row[2])) for row in session.execute(mine.with_for_update(of=Approach))
    )


def networks_of(session: Session, person_id: UUID) -> Sequence[datetime]:
    """When a person last signed in from each network that is remembered, newest first."""
    asked = select(KnownNetwork.last_used).where(KnownNetwork.person_id == person_id)
    return session.scalars(asked.order_by(KnownNetwork.last_used.desc())).all()


def challenges_for(session: Session, person_id: UUID) -> Sequence[datetime]:
    """Until when each challenge stands that a person has not answered."""
    return session.scalars(select(Challenge.expires_at).where(Challenge.person_id == person_id)).all()


def answers_kept_for(session: Session, person_id: UUID) -> Sequence[datetime]:
    """When each answer was given that is kept for a retry, newest first."""
    asked = select(IdempotencyKey.created_at).where(IdempotencyKey.person_id == person_id)
    return session.scalars(asked.order_by(IdempotencyKey.created_at.desc())).all()


def begun_by(session: Session, person_id: UUID) -> Iterator[tuple[str, UUID, str]]:
    """What a person began for others, which stays without them: what it is, its id and its name."""
    for what, kind, name, by in (
        ("community", Community, Community.name, Community.founded_by),
        ("topic", Topic, Topic.key, Topic.added_by),
        ("place", Place, Place.name, Place.added_by),
        ("motion", Motion, Motion.kind, Motion.proposed_by),
        ("asking", Asking, _WHY_ASKED, Asking.by_id),
        ("business post", BusinessPost, BusinessPost.text, BusinessPost.by_id),
        ("offer", Offer, Offer.title, Offer.made_by),
        ("piece", Piece, Piece.title, Piece.written_by),
        ("wish", Wish, Wish.text, Wish.stated_by),
        ("event", Event, Event.title, Event.made_by),
        ("webhook", Webhook, Webhook.url, Webhook.added_by),
    ):
        for made, called in session.execute(select(kind.id, name).where(by == person_id).order_by(kind.id)):
            yield what, made, called


def erased_since(session: Session, moment: datetime) -> bool:
    """Whether somebody left for good since then."""
    return bool(session.scalar(select(exists().where(Erasure.erased_at >= moment))))
