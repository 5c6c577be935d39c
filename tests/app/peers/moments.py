"""Two moments, for tables."""

from datetime import UTC, datetime, timedelta

EARLY = datetime(2026, 11, 1, 12, tzinfo=UTC)
LATE = EARLY + timedelta(days=10)
