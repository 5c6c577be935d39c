"""However many redeem at once, in several processes of which one may die: never more than there are, none twice."""

import json
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.businesses.models import Staff
from app.db import Database
from app.errors import Refusal
from app.ids import new_id
from app.offers import gate, receiving
from app.offers.models import Offer
from app.offers.rules import HOLD_LASTS
from app.redemptions import queries, service
from app.redemptions.service import Typed
from app.signals import Signals
from geo import Position
from tests.app.redemptions.selling import adds_up
from tests.app.redemptions.storming import people_of, redeemed
from tests.app.rows import Rows

ROOT = Path(__file__).parents[3]
HERE = Position(41.4036, 2.1561)
PEOPLE, QUANTITY, THREADS = 150, 60, 32
Storm = list["subprocess.Popen[str]"]


def hot_offer(small: Rows) -> tuple[UUID, str]:
    """An offer that many have, and the code of its till."""
    topic = small.topic()
    riders = small.community(topic)
    small.offer(HERE, [topic], quantity=QUANTITY)
    offer = small.session.scalars(select(Offer)).one()
    people = [small.person() for _ in range(PEOPLE)]
    for each in people:
        small.joins(each, riders)
        small.consents(each)
        small.is_at(each, HERE)
    delivered, _ = gate.deliver(small.session, people, small.now)
    assert len(delivered) == PEOPLE
    staff = small.session.scalars(select(Staff.person_id).where(Staff.business_id == offer.business_id)).one()
    code, _ = service.till_code(small.session, offer.business_id, staff, small.now)
    small.session.commit()
    return offer.id, code


def storm(url: str, offer: UUID, code: str) -> Storm:
    """Two processes that begin at once."""
    asked = [sys.executable, "-m", "tests.app.redemptions.storming", url, str(offer), code, str(THREADS)]
    pipe = subprocess.PIPE
    made = [subprocess.Popen(asked, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) for _ in range(2)]
    for each in made:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    for each in made:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    return made


def said(by: subprocess.Popen[str]) -> dict[str, int]:
    out, _ = by.communicate(timeout=120)
    assert by.returncode == 0
    return dict(json.loads(out))


def test_two_processes_redeem_what_there_is_and_no_more(small: Rows, database_url: str) -> None:
    offer, code = hot_offer(small)
    for each in storm(database_url, offer, code):
        answers = said(each)
        # Both tried for everybody: of each nonce there is one redemption, and one answer.
        assert (answers.get("ok", 0), answers.get("none-left", 0)) == (QUANTITY, PEOPLE - QUANTITY)
    assert queries.count_of(small.session, offer) == QUANTITY
    assert adds_up(small.session, offer)


def test_one_of_them_is_killed_midway(small: Rows, database_url: str) -> None:
    offer, code = hot_offer(small)
    dying, living = storm(database_url, offer, code)
    while queries.count_of(small.session, offer) < QUANTITY // 10:
        small.session.rollback()
        time.sleep(0.005)
    dying.send_signal(signal.SIGKILL)
    assert dying.wait(10) == -signal.SIGKILL
    for each in (dying.stdin, dying.stdout):
        assert each is not None
        each.close()
    assert said(living)["ok"] == QUANTITY
    small.session.rollback()
    assert queries.count_of(small.session, offer) == QUANTITY
    assert adds_up(small.session, offer)
    # Whoever was not answered asks again, and is answered as it was.
    again = Database(database_url, Signals(), 2)
    answers = [redeemed(again, each, offer, code) for each in people_of(again, offer)]
    again.dispose()
    assert answers.count("ok") == QUANTITY


def test_held_redeemed_rolled_back_and_left_at_once(small: Rows, database_url: str) -> None:
    """People do all they can, in another order each; nobody waits for ever, and it adds up all the time."""
    offer, code = hot_offer(small)
    whose = small.session.get_one(Offer, offer).business_id
    staff = small.session.scalars(select(Staff.person_id).where(Staff.business_id == whose)).one()
    database = Database(database_url, Signals(), 6)
    people, faults, ends = people_of(database, offer)[:40], list[BaseException](), time.monotonic() + 4
    small.session.rollback()

    def acts(session: Session, turn: int, person: UUID) -> None:
        match turn % 4:
            case 0:
                receiving.hold(session, person, offer, small.now)
            case 1:
                typed = Typed(code, f"nonce {new_id()}")
                made = service.redeem_here(session, person, offer, typed, small.now)
                if turn % 8 == 1:
                    service.roll_back(session, made, staff, small.now)
            case 2:
                receiving.let_go(session, person, offer)
            case 3:
                receiving.sweep_holds(session, small.now + (turn % 3) * HOLD_LASTS)

    def works(number: int) -> None:
        turn = number
        while time.monotonic() < ends:
            turn += 1
            try:
                with database.transaction() as session:
                    acts(session, turn, people[(turn * (number + 1)) % len(people)])
            except Refusal:
                continue
            except BaseException as fault:
                faults.append(fault)
                return

    threads = [threading.Thread(target=works, args=(number,)) for number in range(6)]
    for each in threads:
        each.start()
    while time.monotonic() < ends:
        small.session.rollback()
        assert adds_up(small.session, offer)
        time.sleep(0.05)
    for each in threads:
        each.join(30)
    database.dispose()
    assert faults == []
    assert adds_up(small.session, offer)
