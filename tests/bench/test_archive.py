from datetime import UTC, datetime, timedelta

from bench.archive import kept
from bench.city import CENTRE_LAT, CENTRE_LON, City

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_the_newest_has_the_greatest_id_and_the_latest_time():
    rows = list(kept(City(), 1000, NOON))
    assert rows == sorted(rows, key=lambda row: row.id) == sorted(rows, key=lambda row: row.at)
    assert len({row.id for row in rows}) == 1000
    assert rows[-1].at == NOON


def test_ids_are_version_7_and_carry_their_time():
    for row in kept(City(), 50, NOON):
        assert row.id.version == 7
        assert datetime.fromtimestamp((row.id.int >> 80) / 1000, UTC) == row.at


def test_the_archive_is_of_the_city_and_its_people():
    rows = list(kept(City(span_deg=0.2, people=10), 500, NOON))
    assert all(abs(row.lat - CENTRE_LAT) <= 0.1 and abs(row.lon - CENTRE_LON) <= 0.1 for row in rows)
    assert {row.person for row in rows} == set(range(10))
    assert rows[0].at > NOON - timedelta(minutes=1)
