"""Rows of a small world, written straight to the tables by the services themselves: no HTTP, no signals heard."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import Person
from app.businesses import service as businesses
from app.communities import service as communities
from app.communities.service import Founding
from app.events.models import Event, EventDate, EventReply
from app.ids import new_id
from app.mutes import service as mutes
from app.offers import gate
from app.offers import service as offers
from app.offers.models import Offer
from app.offers.rules import Conditions
from app.offers.service import NewOffer
from app.pieces.models import Piece
from app.presence import service as presences
from app.presence.service import Fix
from app.relations.rules import MuteKind
from app.tag.models import Reader, Reading
from app.topics import service as topics
from app.trust import service as trust
from app.trust.terms import Identity
from app.wishes.models import Pledge, Wish
from geo import Area, Circle, Position

LASTS = timedelta(hours=2)
ANYBODY = Conditions()


@dataclass
class Rows:
    """Writes to one session; what happens, happens at `now`."""

    session: Session
    now: datetime

    def person(self) -> UUID:
        made = new_id()
        handle = f"p{made.hex}"
        self.session.add(Person(id=made, handle=handle, name=handle, password_hash="", created_at=self.now))
        self.session.flush()
        return made

    def topic(self, kind: str = "interest") -> UUID:
        key = f"{kind}:t{new_id().hex}"
        return topics.add_topic(self.session, key, "cycling", None, self.now).id

    def community(self, *topic_ids: UUID, name: str = "Ring riders", kind: str = "interest") -> UUID:
        keyed = {f"{kind}:{place}": topic for place, topic in enumerate(topic_ids)}
        founding = Founding(kind, name, "", keyed, None)
        return communities.found(self.session, founding, None, self.now).id

    def location(self, area: Area, name: str = "Gràcia") -> UUID:
        founding = Founding("location", name, "", {}, area)
        return communities.found(self.session, founding, None, self.now).id

    def joins(self, person: UUID, community: UUID) -> None:
        communities.join(self.session, person, community, self.now)

    def leaves(self, person: UUID, community: UUID) -> None:
        communities.leave(self.session, person, community)

    def consents(self, person: UUID) -> None:
        trust.consent(self.session, person, "offers", self.now)

    def withdraws_consent(self, person: UUID) -> None:
        trust.withdraw(self.session, person, "offers")

    def mutes(self, person: UUID, kind: MuteKind, target: UUID) -> None:
        mutes.mute(self.session, person, kind, target, self.now)

    def is_at(
        self, person: UUID, at: Position, activity: str | None = None, ago: timedelta = timedelta()
    ) -> None:
        fixed_at = self.now - ago
        presences.move(self.session, person, Fix(at, 10, fixed_at, self.now, fixed_at + LASTS, activity))

    def business(self, by: UUID) -> UUID:
        return businesses.register(self.session, "Bike Bar", "", by, self.now).id

    def offer(
        self,
        around: Position,
        topic_ids: Sequence[UUID],
        radius_m: float = 500,
        activities: tuple[str, ...] = (),
        quantity: int | None = None,
        opens: timedelta = timedelta(),
        lasts: timedelta = timedelta(days=1),
        hold_out: int = 0,
        conditions: Conditions = ANYBODY,
    ) -> UUID:
        by = self.person()
        business = businesses.register(self.session, "Bike Bar", "", by, self.now)
        if topic_ids:
            # Else it reaches nobody, and is refused.
            self.community(*topic_ids)
        starts_at = self.now + opens
        new = NewOffer(
            title="A free coffee",
            text="",
            topic_ids=tuple(topic_ids),
            area=Circle(around, radius_m),
            position=around,
            activities=activities,
            starts_at=starts_at,
            ends_at=starts_at + lasts,
            quantity=quantity,
            hold_out=hold_out,
            conditions=conditions,
        )
        return offers.make(self.session, business.id, new, by, self.now).id

    def wish(self, community: UUID, *pledged: UUID) -> UUID:
        """What some members want, whether or not they are enough."""
        made, ends = new_id(), self.now + LASTS
        wish = Wish(id=made, community_id=community, text="", deadline=ends, threshold=5, created_at=self.now)
        self.session.add(wish)
        self.session.flush()
        for each in pledged:
            pledge = Pledge(person_id=each, wish_id=made, community_id=community, pledged_at=self.now)
            self.session.add(pledge)
        self.session.flush()
        return made

    def answers(self, offer: UUID, wish: UUID) -> None:
        """From now on the offer is for those who pledged."""
        self.session.execute(update(Offer).where(Offer.id == offer).values(wish_id=wish, hold_out=0))

    def piece(self, business: UUID, community: UUID, useful: int, noise: int) -> None:
        """Something a business wrote for a community, and what its members call it."""
        words = dict.fromkeys(("title", "text", "language", "html", "excerpt", "rendered_by"), "")
        when = {"created_at": self.now, "changed_at": self.now}
        called = {"useful": useful, "noise": noise}
        made = Piece(id=new_id(), business_id=business, community_id=community, **words, **when, **called)
        self.session.add(made)
        self.session.flush()

    def event(self, *going: UUID, begins: timedelta = timedelta(), lasts: timedelta = LASTS) -> UUID:
        """A public one with one date, at which these have seats."""
        starts_at = self.now + begins
        local = {
            "starts_at": starts_at.replace(tzinfo=None),
            "ends_at": (starts_at + lasts).replace(tzinfo=None),
        }
        made, date, middle = new_id(), new_id(), Position(41.4036, 2.1561)
        where = {"position": middle, "area": Circle(middle, 50), "time_zone": "UTC", "visibility": "public"}
        when = {"created_at": self.now, "changed_at": self.now}
        event = Event(id=made, person_id=self.person(), title="A ride", text="", **where, **local, **when)
        self.session.add(event)
        self.session.flush()
        whole = {"local_start": local["starts_at"], "starts_at": starts_at, "ends_at": starts_at + lasts}
        self.session.add(EventDate(id=date, event_id=made, position=middle, **whole))
        self.session.flush()
        said = {
            "date_id": date,
            "reply": "going",
            "seated": True,
            "seen_by": "nobody",
            "replied_at": self.now,
        }
        self.session.add_all(EventReply(person_id=each, asked=new_id(), **said) for each in going)
        self.session.flush()
        return made

    def reads(
        self, business: UUID, person: UUID, *ago: timedelta, learns: Identity = Identity.PSEUDONYM
    ) -> None:
        """A reader of the business read somebody's tag, so long ago."""
        made = new_id()
        about = {"kind": "handheld", "name": "Till", "purpose": "loyalty", "asks": 2, "single_use": False}
        self.session.add(Reader(id=made, business_id=business, is_open=True, created_at=self.now, **about))
        self.session.flush()
        for each in ago:
            at = self.now - each
            read = {"reader_id": made, "business_id": business, "person_id": person, "contract_version": 1}
            self.session.add(Reading(id=new_id(), read_at=at, received_at=at, disclosed=int(learns), **read))
        self.session.flush()

    def fitting(self, at: Position, topic: UUID | None = None) -> UUID:
        """A person whom an offer with the topic reaches, being at `at`."""
        person = self.person()
        if topic:
            self.joins(person, self.community(topic))
        self.consents(person)
        self.is_at(person, at)
        return person

    def reaches(self, *people: UUID, after: timedelta = timedelta()) -> tuple[list[UUID], dict[str, int]]:
        """Who is reached, and how many pairs of a person and an offer were withheld, by reason."""
        delivered, withheld = gate.deliver(self.session, people, self.now + after)
        return [each.person_id for each in delivered], withheld


def rows_in(session: Session) -> Rows:
    """A world that begins now."""
    return Rows(session, clock.now())


def alone_in(session: Session) -> Rows:
    """A small world without what other tests left on offer; it is never committed."""
    session.execute(text("DELETE FROM offers"))
    return rows_in(session)
