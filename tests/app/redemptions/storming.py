"""One of several processes that redeem an offer in many threads: it tries for everybody who has the offer, with a nonce
that is theirs, and says how often it was answered what. It says that it is ready, and begins when it is told a line.

python -m tests.app.redemptions.storming URL OFFER CODE THREADS
"""

import json
import random
import sys
import threading
from collections import Counter
from uuid import UUID

import gevent
from sqlalchemy import select

from app import clock, models  # noqa: F401
from app.db import Database
from app.errors import Refusal, Unavailable
from app.offers.models import Approach
from app.redemptions import service
from app.redemptions.service import Typed
from app.signals import Signals

CONNECTIONS = 6


def people_of(database: Database, offer_id: UUID) -> list[UUID]:
    with database.reading() as session:
        return list(session.scalars(select(Approach.person_id).where(Approach.offer_id == offer_id)))


def redeemed(database: Database, person_id: UUID, offer_id: UUID, code: str) -> str:
    """What somebody is answered; where a process has died or the database is busy, as clients do: again."""
    while True:
        try:
            with database.transaction() as session:
                typed = Typed(code, f"of {person_id}")
                service.redeem_here(session, person_id, offer_id, typed, clock.now())
        except Unavailable:
            continue
        except Refusal as refusal:
            return refusal.slug
        return "ok"


def main(url: str, offer: str, code: str, threads: str) -> None:
    database, offer_id = Database(url, Signals(), CONNECTIONS), UUID(offer)
    waiting = people_of(database, offer_id)
    random.shuffle(waiting)
    answers: Counter[str] = Counter()

    def works() -> None:
        while waiting:
            try:
                person_id = waiting.pop()
            except IndexError:
                break
            answers[redeemed(database, person_id, offer_id, code)] += 1
        gevent.get_hub().destroy(destroy_loop=True)

    running = [threading.Thread(target=works) for _ in range(int(threads))]
    print("ready", flush=True)
    sys.stdin.readline()
    for each in running:
        each.start()
    for each in running:
        each.join()
    database.dispose()
    print(json.dumps(answers), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
