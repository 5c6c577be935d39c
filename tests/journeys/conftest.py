"""One server for each module of journeys, and phones on it."""

import secrets
from collections.abc import Callable, Iterator

import pytest

from tests.served import Phone, Served, serving

MakePhone = Callable[[str], Phone]


@pytest.fixture(scope="module")
def served(database_url: str) -> Iterator[Served]:
    with serving(database_url) as server:
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
