"""The gate is the database's own: no statement, whoever writes it, puts a delivery where it may not be."""

from dataclasses import dataclass
from uuid import UUID

import psycopg2.errors
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from app.ids import new_id
from app.offers.models import Approach, Delivery
from geo import Position
from tests.app.rows import Rows, rows_in

HERE = Position(41.4036, 2.1561)


@dataclass
class Case:
    """A person to whom an offer may come, and everything it would come through."""

    small: Rows
    person: UUID
    offer: UUID
    community: UUID
    topic: UUID
    wish: UUID

    def does(self, sql: str) -> int:
        named = ("person", "offer", "community", "topic", "wish")
        names = {each: getattr(self, each) for each in named}
        done = self.small.session.execute(text(sql), {**names, "id": new_id(), "now": self.small.now})
        return done.rowcount  # type: ignore[attr-defined,no-any-return]

    def approaches(self, held_out: bool = False) -> None:
        self.does(
            "INSERT INTO approaches (person_id, offer_id, community_id, at, held_out)"
            f" VALUES (:person, :offer, :community, :now, {held_out})"
        )

    def is_delivered(self, purpose: str = "offers", wish: str = ":wish") -> None:
        self.does(
            "INSERT INTO deliveries"
            " (person_id, offer_id, id, community_id, topic_id, purpose, metres, delivered_at, wish_id)"
            f" VALUES (:person, :offer, :id, :community, :topic, '{purpose}', 0, :now, {wish})"
        )

    def deliveries(self) -> int:
        return self.small.session.scalar(select(func.count()).select_from(Delivery)) or 0


@pytest.fixture
def case(session: Session) -> Case:
    small = rows_in(session)
    topic, person = small.topic(), small.person()
    community = small.community(topic)
    small.joins(person, community)
    small.consents(person)
    small.is_at(person, HERE)
    offer, wish = small.offer(HERE, [topic]), small.wish(community, person)
    small.answers(offer, wish)
    return Case(small, person, offer, community, topic, wish)


def test_with_everything_in_force_it_can_be_written(case: Case) -> None:
    case.approaches()
    case.is_delivered()
    assert case.deliveries() == 1


NEEDED = {
    "the membership": "DELETE FROM memberships WHERE person_id = :person",
    "the topic of the community": "DELETE FROM community_topics WHERE community_id = :community",
    "the topic of the offer": "DELETE FROM offer_topics WHERE offer_id = :offer",
    "the consent": "DELETE FROM consents WHERE person_id = :person",
    "the pledge": "DELETE FROM pledges WHERE person_id = :person",
    "the entry in the ledger": "DELETE FROM approaches WHERE person_id = :person",
}


@pytest.mark.parametrize("missing", NEEDED)
def test_without_one_of_them_it_cannot_be_written(case: Case, missing: str) -> None:
    case.approaches()
    assert case.does(NEEDED[missing]) == 1
    with pytest.raises(IntegrityError) as refused:
        case.is_delivered()
    assert isinstance(refused.value.orig, psycopg2.errors.ForeignKeyViolation)


@pytest.mark.parametrize("ended", NEEDED)
def test_when_one_of_them_ends_the_delivery_goes_with_it(case: Case, ended: str) -> None:
    case.approaches()
    case.is_delivered()
    assert case.does(NEEDED[ended]) == 1
    assert case.deliveries() == 0


def test_what_answers_a_wish_cannot_pass_for_what_answers_none(case: Case) -> None:
    case.approaches()
    with pytest.raises(IntegrityError):
        case.is_delivered(wish="NULL")


def test_what_reached_anybody_cannot_be_turned_into_an_answer(case: Case) -> None:
    case.does("UPDATE offers SET wish_id = NULL WHERE id = :offer")
    case.approaches()
    case.is_delivered(wish="NULL")
    with pytest.raises(IntegrityError):
        case.does("UPDATE offers SET wish_id = :wish WHERE id = :offer")


GONE = {
    "the person": "DELETE FROM people WHERE id = :person",
    "the community": "DELETE FROM communities WHERE id = :community",
    "the offer": "DELETE FROM offers WHERE id = :offer",
    "the wish": "DELETE FROM wishes WHERE id = :wish",
}


@pytest.mark.parametrize("gone", GONE)
def test_what_is_erased_takes_its_deliveries_along(case: Case, gone: str) -> None:
    case.approaches()
    case.is_delivered()
    assert case.does(GONE[gone]) == 1
    assert case.deliveries() == 0


def test_no_other_purpose_opens_the_gate(case: Case) -> None:
    case.approaches()
    for sql in (
        "INSERT INTO consents (person_id, purpose, given_at) VALUES (:person, 'critical', :now)",
        "UPDATE consents SET purpose = 'critical' WHERE person_id = :person",
    ):
        with pytest.raises(IntegrityError), case.small.session.begin_nested():
            case.does(sql)
    with pytest.raises(IntegrityError):
        case.is_delivered("critical")


def test_a_delivery_cannot_be_moved_to_who_did_not_consent(case: Case) -> None:
    case.approaches()
    case.is_delivered()
    other = case.small.person()
    with pytest.raises(IntegrityError):
        case.small.session.execute(text("UPDATE deliveries SET person_id = :other"), {"other": other})


def test_a_membership_someone_else_holds_does_not_count(case: Case) -> None:
    other = case.small.community(case.topic)
    case.small.joins(case.small.person(), other)
    case.community = other
    case.approaches()
    with pytest.raises(IntegrityError):
        case.is_delivered()


def test_an_offer_comes_once_to_a_person(case: Case) -> None:
    case.approaches()
    case.is_delivered()
    with pytest.raises(IntegrityError):
        case.is_delivered()


def test_that_it_came_is_remembered_when_the_delivery_is_gone(case: Case) -> None:
    case.approaches()
    case.is_delivered()
    case.does(NEEDED["the membership"])
    assert case.small.session.scalar(select(func.count()).select_from(Approach)) == 1
    with pytest.raises(IntegrityError):
        case.approaches()


def test_what_is_held_out_from_somebody_they_cannot_have(case: Case) -> None:
    case.approaches(held_out=True)
    with pytest.raises(IntegrityError) as refused, case.small.session.begin_nested():
        case.is_delivered()
    assert isinstance(refused.value.orig, psycopg2.errors.ForeignKeyViolation)
    with pytest.raises(ProgrammingError, match="generated"), case.small.session.begin_nested():
        case.does(
            "INSERT INTO deliveries (person_id, offer_id, id, community_id, topic_id, purpose, metres, delivered_at,"
            " wish_id, held_out)"
            " VALUES (:person, :offer, :id, :community, :topic, 'offers', 0, :now, :wish, true)"
        )


def test_whom_it_reached_it_cannot_be_held_out_from(case: Case) -> None:
    case.approaches()
    case.is_delivered()
    with pytest.raises(IntegrityError):
        case.does("UPDATE approaches SET held_out = true WHERE person_id = :person")


def test_nobody_says_anything_of_what_is_held_out_from_them(case: Case) -> None:
    case.approaches(held_out=True)
    with pytest.raises(IntegrityError):
        case.does("UPDATE approaches SET opinion = 'noise' WHERE person_id = :person")


def test_what_answers_a_wish_is_held_out_from_nobody(case: Case) -> None:
    with pytest.raises(IntegrityError):
        case.does("UPDATE offers SET hold_out = 1 WHERE id = :offer")


def test_every_partition_has_these_keys(session: Session) -> None:
    asked = text(
        "SELECT count(*) FROM pg_inherits JOIN pg_constraint ON conrelid = inhrelid"
        " WHERE inhparent = 'deliveries'::regclass AND contype = 'f' GROUP BY inhrelid"
    )
    # And that the offer answers that wish and no other.
    assert set(session.scalars(asked)) == {len(NEEDED) + 1}
