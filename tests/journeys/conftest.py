"""A server for each module of journeys, first of one process and then of two, and phones on it."""

import secrets
from collections.abc import Callable, Iterator

import pytest

from tests.served import Phone, Served, serving

MakePhone = Callable[[str], Phone]


@pytest.fixture(scope="module", params=[1, 2], ids=["one-process", "two-processes"])
def served(database_url: str, request: pytest.FixtureRequest) -> Iterator[Served]:
    with serving(database_url, workers=request.param) as server:
        yield server


@pytest.fixture
def phone(served: Served) -> Iterator[MakePhone]:
    phones: list[Phone] = []

    def make(name: str) -> Phone:
        phones.append(Phone(served, f"{name}-{secrets.token_hex(4)}"))
        return phones[-1]

    yield make
    for each in phones:
        each.disconnect()
