"""Made-up check-ins on a street, for plays without public data."""

from datetime import UTC, datetime, timedelta

from geo import Position, destination
from town.files import CheckInRow

CORNER = Position(41.4036, 2.1561)
BEGAN = datetime(2024, 5, 5, 10, 0, tzinfo=UTC)
CATEGORIES = ("Coffee Shop", "Bar", "Park", "Home (private)", "Subway")


def check_in_rows(count: int, people: int = 6) -> list[CheckInRow]:
    """One every minute; everybody goes along the street, 40 m at a time, past all categories."""
    return [
        CheckInRow(
            line=number + 2,
            user=str(number % people),
            position=destination(CORNER, 90, 40.0 * number),
            fixed_at=BEGAN + timedelta(minutes=number),
            venue=f"v{number}",
            category=CATEGORIES[number % len(CATEGORIES)],
            hood="East" if number * 40.0 > 1000 else "West",
        )
        for number in range(count)
    ]
