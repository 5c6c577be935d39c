"""The bench has processes of its own; what the application of other tests does to the driver is not for it."""

from collections.abc import Iterator

import pytest
from psycopg2 import extensions


@pytest.fixture(autouse=True)
def _as_in_a_process_of_its_own() -> Iterator[None]:
    before = extensions.get_wait_callback()
    extensions.set_wait_callback(None)
    yield
    extensions.set_wait_callback(before)
