"""One of several processes that redeem one offer in many threads, each for another person: what B12 measures.

python -m bench.hot URL OFFER CODE WAY THREADS takes people by their ids in a line, says that it is ready, begins when
told, and says when each was done, how many milliseconds that took, and whether it was redeemed.
"""

import json
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from uuid import UUID

import gevent
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import clock, models  # noqa: F401
from app.db import Database
from app.errors import Enough, NoneLeft, Unavailable
from app.ids import new_id
from app.redemptions import service
from app.redemptions.service import Typed
from app.signals import Signals

CONNECTIONS = 8
Way = Callable[..., bool]


def ours(session: Session, person: UUID, offer: UUID, code: str) -> bool:
    """As the application does it."""
    try:
        service.redeem_here(session, person, offer, Typed(code, f"{offer} {person}"), clock.now())
    except (NoneLeft, Enough):
        return False
    return True


def counting(session: Session, person: UUID, offer: UUID, code: str) -> bool:
    """The obvious way: lock the offer, count what was redeemed of it, and write. It asks nothing else."""
    values = {
        "offer": offer,
        "person": person,
        "id": new_id(),
        "nonce": offer.bytes + person.bytes,
        "now": clock.now(),
    }
    quantity = session.scalar(text("SELECT quantity FROM offers WHERE id = :offer FOR UPDATE"), values)
    count = session.scalar(text("SELECT count(*) FROM redemptions WHERE offer_id = :offer"), values)
    if count is None or quantity is None or count >= quantity:
        return False
    session.execute(_INSERT, values)
    return True


_INSERT = text("""
INSERT INTO redemptions (id, business_id, person_id, nonce, at, received_at, offer_id, community_id, topic_id)
SELECT :id, o.business_id, :person, :nonce, :now, :now, :offer, :id, :id FROM offers o WHERE o.id = :offer
""")
WAYS: dict[str, Way] = {"hereabouts": ours, "counted each time": counting}


def _until_answered(database: Database, redeems: Callable[[Session], bool]) -> bool:
    """As clients do: whoever found the database busy asks again."""
    while True:
        try:
            with database.transaction() as session:
                return redeems(session)
        except Unavailable:
            continue


def main(url: str, offer: str, code: str, way: str, threads: str) -> None:
    """Redeem for everybody."""
    database, offer_id, redeems = Database(url, Signals(), CONNECTIONS), UUID(offer), WAYS[way]
    people = [UUID(each) for each in sys.stdin.readline().split()]
    done: list[tuple[float, float, bool]] = []

    def works() -> None:
        while people:
            try:
                person = people.pop()
            except IndexError:
                break
            began = time.monotonic()
            is_redeemed = _until_answered(
                database, partial(redeems, person=person, offer=offer_id, code=code)
            )
            ended = time.monotonic()
            done.append((ended, (ended - began) * 1000, is_redeemed))
        gevent.get_hub().destroy(destroy_loop=True)

    print("ready", flush=True)
    sys.stdin.readline()
    running = [threading.Thread(target=works) for _ in range(int(threads))]
    for each in running:
        each.start()
    for each in running:
        each.join()
    database.dispose()
    print(json.dumps(done), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
