"""The SQL of lists of dates: one statement, the filters that were asked for, soonest first."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.events.rules import LONGEST
from app.events.sight import hosting_sql, unmuted_sql, visible_sql
from app.ids import NOBODY
from geo import Circle


@dataclass(frozen=True, slots=True)
class Asked:
    """Which dates. All that is said must hold; nothing said is everything."""

    limit: int
    #: Those that end after this and begin before that.
    since: datetime
    until: datetime
    around: Circle | None = None
    event: UUID | None = None
    #: One date; whether or not it is in that time.
    only: UUID | None = None
    community: UUID | None = None
    business: UUID | None = None
    person: UUID | None = None
    place: UUID | None = None
    topic: UUID | None = None
    #: Those that somebody hosts, goes to or is interested in; they are the viewer.
    goer: UUID | None = None
    after: UUID | None = None


TOPICS = """ARRAY(SELECT t.key FROM event_topics i JOIN topics t ON t.id = i.topic_id
    WHERE i.event_id = e.id ORDER BY t.key)"""
HOST_NAME = """coalesce((SELECT name FROM communities WHERE id = e.community_id),
    (SELECT name FROM businesses WHERE id = e.business_id),
    (SELECT handle FROM people WHERE id = e.person_id))"""
#: Of the rows `d` and `e`: what every list shows of a date.
COLUMNS = f"""
d.id, d.event_id, d.community_id, d.lasting, d.starts_at, d.ends_at, ST_Y(d.position) AS lat,
ST_X(d.position) AS lon,
coalesce(d.title, e.title) AS title, coalesce(d.text, e.text) AS text,
e.time_zone, e.visibility, e.capacity, e.place_id, e.revision, e.changed_at,
coalesce(d.cancelled_at, e.cancelled_at) IS NOT NULL AS cancelled,
CASE WHEN e.community_id IS NOT NULL THEN 'community' WHEN e.business_id IS NOT NULL THEN 'business'
    ELSE 'person' END AS host_kind,
coalesce(e.community_id, e.business_id, e.person_id) AS host_id,
{HOST_NAME} AS host_name,
{TOPICS} AS topics"""
COUNTS = """
(SELECT count(*) FROM event_replies r WHERE r.date_id = d.id AND r.reply = 'going' AND r.seated) AS going,
(SELECT count(*) FROM event_replies r WHERE r.date_id = d.id AND r.reply = 'going' AND NOT r.seated) AS waiting,
(SELECT count(*) FROM event_replies r WHERE r.date_id = d.id AND r.reply = 'interested') AS interested"""


def statement(asked: Asked, viewer: UUID | None) -> tuple[str, dict[str, object]]:
    """The SQL and its values. Rows come soonest first, only those the viewer may see, at most `limit`."""
    where, values = conditions(asked, viewer)
    values |= {"limit": asked.limit}
    hosting = hosting_sql(":viewer") if viewer else "false"
    return (
        f"""SELECT {COLUMNS}, {COUNTS}, {hosting} AS hosting, mine.reply, mine.seated, mine.seen_by
        FROM event_dates d JOIN events e ON e.id = d.event_id
        LEFT JOIN event_replies mine ON mine.date_id = d.id AND mine.person_id = :viewer
        WHERE {" AND ".join(where)}
        ORDER BY d.starts_at, d.id LIMIT :limit""",
        values,
    )


def conditions(asked: Asked, viewer: UUID | None) -> tuple[list[str], dict[str, object]]:
    """What must hold of a date `d` and its event `e`, and the values it speaks of."""
    values: dict[str, object] = {"viewer": viewer or NOBODY}
    where = [visible_sql(":viewer" if viewer else None), *_time(asked, values), *_filters(asked, values)]
    if viewer and not (asked.only or asked.event):
        where.append(unmuted_sql(":viewer"))
    return where, values


def _time(asked: Asked, values: dict[str, object]) -> list[str]:
    if asked.only:
        values["only"] = asked.only
        return ["d.id = :only"]
    values |= {"since": asked.since, "until": asked.until, "begun": asked.since - LONGEST - _SUMMER}
    # Nothing lasts so long that it could have begun before; the index need not be read from its beginning.
    found = ["d.ends_at > :since AND d.starts_at > :begun AND d.starts_at < :until"]
    if asked.around:
        # Said again as the index has it.
        found.append("tstzrange(d.starts_at, d.ends_at) && tstzrange(:since, :until)")
    if asked.after:
        values["after"] = asked.after
        found.append(
            "(d.starts_at, d.id) > (SELECT a.starts_at, a.id FROM event_dates a WHERE a.id = :after)"
        )
    return found


def _filters(asked: Asked, values: dict[str, object]) -> list[str]:
    found = [_near(asked.around, values)] if asked.around else []
    for name in ("community", "business", "person", "place"):
        if (wanted := getattr(asked, name)) is not None:
            values[name] = wanted
            found.append(f"e.{name}_id = :{name}")
    if asked.event:
        values["event"] = asked.event
        found.append("d.event_id = :event")
    if asked.goer:
        found.append("""(e.person_id = :viewer OR EXISTS (SELECT FROM event_replies w
            WHERE w.person_id = :viewer AND w.date_id = d.id AND w.reply <> 'not'))""")
    if asked.topic:
        values["topic"] = asked.topic
        found.append("e.id IN (SELECT i.event_id FROM event_topics i WHERE i.topic_id = :topic)")
    return found


def _near(circle: Circle, values: dict[str, object]) -> str:
    west, south, east, north = circle.bounds
    values |= {"lat": circle.centre.lat, "lon": circle.centre.lon, "radius": circle.radius_m}
    values |= {"west": west, "south": south, "east": east, "north": north}
    return f"{_box(west, east)} AND {METRES} <= CAST(:radius AS float8)"


#: By how much a clock may be put back meanwhile.
_SUMMER = timedelta(days=1)
METRES = "ST_DistanceSphere(d.position, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326))"


def _box(west: float, east: float) -> str:
    """By the index; in two halves where the circle lies across the antimeridian."""
    if west <= east:
        return "d.position && ST_MakeEnvelope(:west, :south, :east, :north, 4326)"
    return """(d.position && ST_MakeEnvelope(:west, :south, 180, :north, 4326)
        OR d.position && ST_MakeEnvelope(-180, :south, :east, :north, 4326))"""
