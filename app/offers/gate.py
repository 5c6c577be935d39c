"""The gate: one statement that, for a batch of people who have just moved, delivers what may reach them.

It takes each person's presence, the live offers whose area covers it and which are to be had at this hour, and gives
every pair the first reason why not, in the order of `REASONS`. Of what is left the offer reaches the person that comes
first in their order (`docs/decisions/0080-…`), if their budget allows. Budgets are locked while they are counted,
so several processes never exceed them. What is delivered takes nothing from how many there are: see holding and
redeeming; an offer of which none is left reaches nobody. A community lets nothing through of a business that it sent
off, nor more in a day than its noise budget; what it decides on either waits for the gate, or the gate for it.
Whoever is among those from whom the offer is held out gets a row that says so, and nothing else.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.ids import first_id_at, new_id
from app.offers.met import MISSED, count_of
from app.offers.reasons import BEFORE_COLLECTIVE, NEAR, held_out_sql, metres_sql
from app.offers.rules import MOST_A_DAY, MOST_AROUND, STEPS_M
from app.offers.signals import OfferDelivered
from app.tag.rules import KEPT

_NOTHING = ", ".join(["NULL"] * 15)
#: Who met which offers of whom, for a reason; of a busy batch these are thousands.
_MET = "string_agg(uuid_send(n.business_id) || uuid_send(n.person_id) || uuid_send(n.offer_id), '')"
#: What comes first: what is most about what the person's communities are about, then what is nearer by a step, what is
#: of whom their community thinks better, what is nearer, and what was made first. No column knows who paid.
_ORDER = f"""relevance DESC, width_bucket(round(metres), '{{{", ".join(map(str, STEPS_M))}}}'::float8[]), standing DESC,
             round(metres), offer_id"""
_STATEMENT = f"""
WITH {NEAR},
fitting AS (
    SELECT *, row_number() OVER (PARTITION BY person_id ORDER BY {_ORDER}) AS choice,
           {held_out_sql("hold_out", "offer_id", "person_id")} AS is_held_out
    FROM (SELECT n.*, {metres_sql("o", "n.position")} AS metres
          FROM near n JOIN offers o ON o.id = n.offer_id WHERE n.reason IS NULL) AS may_come
),
locked AS MATERIALIZED (
    SELECT id, remaining FROM offers WHERE id IN (SELECT offer_id FROM fitting WHERE choice = 1)
      AND withdrawn_at IS NULL AND paused_at IS NULL AND remaining IS DISTINCT FROM 0 ORDER BY id FOR SHARE
),
decided AS MATERIALIZED (
    SELECT c.id FROM communities c WHERE c.id IN (SELECT community_id FROM fitting WHERE choice = 1)
      -- What members decide while we do shows in this row alone, and waits until we are done.
      AND (c.sendings_off, c.noise_budget) = (SELECT as_decided.sendings_off, as_decided.noise_budget
                                              FROM communities as_decided WHERE as_decided.id = c.id)
    ORDER BY c.id FOR SHARE
),
allowed AS (
    SELECT f.* FROM fitting f JOIN locked l ON l.id = f.offer_id JOIN decided c ON c.id = f.community_id
    WHERE choice = 1
),
spent AS (
    INSERT INTO offer_budgets AS b (person_id, recent, communities, businesses)
    SELECT person_id, ARRAY[$3], ARRAY[community_id], ARRAY[business_id] FROM allowed WHERE NOT is_held_out
    ORDER BY person_id
    ON CONFLICT (person_id) DO UPDATE SET recent = (excluded.recent || b.recent)[1:{MOST_A_DAY}],
        communities = (excluded.communities || b.communities)[1:{MOST_A_DAY}],
        businesses = (excluded.businesses || b.businesses)[1:{MOST_A_DAY}]
    -- Whoever reaches them or mutes holds this row: what happened while we decided shows in it alone.
    WHERE (b.recent, b.mutings) = (SELECT h.recent, h.mutings FROM here h WHERE h.person_id = b.person_id)
    RETURNING person_id
),
approached AS (
    INSERT INTO approaches (person_id, offer_id, community_id, topic_id, at)
    SELECT person_id, offer_id, community_id, topic_id, $3 FROM allowed JOIN spent USING (person_id)
    RETURNING person_id, offer_id
),
held_out AS (
    INSERT INTO approaches (person_id, offer_id, community_id, topic_id, at, held_out)
    SELECT person_id, offer_id, community_id, topic_id, $3, true FROM allowed WHERE is_held_out ORDER BY person_id
    -- Nothing was locked for them, so another may have come first; it decided the same.
    ON CONFLICT (person_id, offer_id) DO NOTHING
    RETURNING person_id, offer_id
),
delivered AS (
    INSERT INTO deliveries (person_id, offer_id, id, community_id, topic_id, purpose, metres, activity, delivered_at,
                            wish_id)
    SELECT person_id, offer_id, made.id, community_id, topic_id, 'offers', metres, activity, $3, wish_id
    FROM allowed JOIN approached USING (person_id, offer_id)
    JOIN unnest($1, $2) AS made (person_id, id) USING (person_id)
    RETURNING *
)
SELECT d.id, d.person_id, d.offer_id, b.name AS business, o.title, o.text, t.key AS topic, t.name AS topic_name,
       d.community_id, c.name AS community, d.metres, d.activity, o.ends_at, d.delivered_at, l.remaining,
       NULL AS reason, NULL AS met
FROM delivered d
JOIN offers o ON o.id = d.offer_id
JOIN locked l ON l.id = d.offer_id
JOIN businesses b ON b.id = o.business_id
JOIN topics t ON t.id = d.topic_id
JOIN communities c ON c.id = d.community_id
UNION ALL
SELECT {_NOTHING}, n.reason, {_MET}
FROM near n WHERE n.reason IS NOT NULL GROUP BY n.reason
UNION ALL
SELECT {_NOTHING}, CASE WHEN x.offer_id IS NOT NULL THEN 'held-out' WHEN n.choice = 1 THEN '{MISSED}'
                       ELSE 'budget' END AS why, {_MET}
FROM fitting n LEFT JOIN delivered d USING (person_id, offer_id) LEFT JOIN held_out x USING (person_id, offer_id)
WHERE d.id IS NULL GROUP BY why
"""


_AROUND = f"""
WITH {NEAR}
SELECT n.offer_id, b.name, o.title, o.language, metres,
       -- Whoever could read when enough are there would know of somebody that they have come.
       CASE WHEN o.collective IS NULL OR n.reason IN ({BEFORE_COLLECTIVE}) THEN n.reason ELSE 'collective' END
FROM near n JOIN offers o ON o.id = n.offer_id JOIN businesses b ON b.id = o.business_id
CROSS JOIN LATERAL (SELECT {metres_sql("o", "n.position")} AS metres) AS away
WHERE n.reason IS DISTINCT FROM 'again' ORDER BY round(metres), n.offer_id LIMIT {MOST_AROUND} OFFSET cardinality($2)
"""


#: Planned once a connection, which takes longer than the gate itself. The tables are small when the plan is made and
#: large when it is used, so only plans that grow well may be made.
_PLANS = """
SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;
PREPARE {name} (uuid[], uuid[], timestamptz, timestamptz, timestamptz, uuid) AS {statement};
"""
_PREPARE = {
    name: _PLANS.format(name=name, statement=statement)
    for name, statement in (("gate", _STATEMENT), ("around", _AROUND))
}


@dataclass(frozen=True, slots=True)
class Withheld:
    """An offer that somebody is in the area of, and the first reason why it does not reach them; None if it may."""

    offer_id: UUID
    business: str
    title: str
    language: str | None
    metres: float
    reason: str | None


def around(session: Session, person_id: UUID, now: datetime) -> list[Withheld]:
    """The offers where somebody is that did not reach them, the nearest first; nothing is changed by looking."""
    return [Withheld(*row) for row in _executed(session, "around", [person_id], [], now)]


#: Hears for which first reason offers are withheld from whom, as `app.offers.met` has it.
Hears = Callable[[str, bytes], None]


def deliver(
    session: Session, people: Sequence[UUID], now: datetime, hears: Hears | None = None
) -> tuple[list[OfferDelivered], dict[str, int]]:
    """Deliver what may reach these people, each at most one offer; and how many were withheld, by first reason.

    What somebody `MISSED` was to come, and is not to be had any more or not allowed any more: something else may come.
    Raises IntegrityError where somebody left a community or withdrew their consent meanwhile: ask again.
    """
    delivered: list[OfferDelivered] = []
    withheld: dict[str, int] = {}
    for *shown, reason, met in _executed(session, "gate", people, [new_id() for _ in people], now):
        if reason is None:
            delivered.append(OfferDelivered(*shown))
        else:
            withheld[reason] = withheld.get(reason, 0) + count_of(met)
            if hears:
                hears(reason, bytes(met))
    return delivered, withheld


def _executed(
    session: Session, name: str, people: Sequence[UUID], ids: Sequence[UUID], now: datetime
) -> Iterator[Any]:
    connection = session.connection()
    known: set[str] = connection.info.setdefault("gates", set())
    ago = (now - timedelta(hours=1), now - timedelta(days=1), first_id_at(now - KEPT))
    values = (list(people), list(ids), now, *ago)
    # It is planned when it is run first, which has to be in the same breath.
    prepare = "" if name in known else _PREPARE[name].replace("%", "%%")
    rows = connection.exec_driver_sql(f"{prepare}EXECUTE {name} (%s, %s, %s, %s, %s, %s)", values)
    known.add(name)
    yield from rows
