"""Codes: made and opened again, worth nothing once touched, and as unlike each other as chance."""

from base64 import b32encode
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import ECB
from hypothesis import example, given
from hypothesis import strategies as st

from app.tag.codes import opened, sealed
from app.tag.rules import (
    A_DAY,
    Outcome,
    ReaderKey,
    Shown,
    State,
    code_in,
    day_of,
    days_readable,
    in_time,
    opening,
    refusal,
    window_of,
)

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KEYS = {day: bytes([day % 256]) * 32 for day in range(20_000, 21_500)}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
windows = st.integers(20_000 * A_DAY, 21_500 * A_DAY - 1)
shown = st.builds(
    Shown, st.integers(0, 2**63 - 1), st.integers(1, 32_767), windows, st.integers(0, 2**16 - 1)
)


def keys_on(day: int) -> dict[int, bytes]:
    return {each: KEYS[each] for each in range(day - 1, day + 2) if each in KEYS}


@given(said=shown)
def test_what_a_code_says_is_read_again(said: Shown) -> None:
    (code,) = sealed([said], keys_on(day_of(said.window)))
    assert len(code) == 28
    assert set(code) <= set(LETTERS)
    assert opened([code], keys_on(day_of(said.window))) == [said]


@given(said=shown, place=st.integers(0, 27), letter=st.sampled_from(LETTERS))
def test_a_code_of_which_one_letter_is_another_is_no_code(said: Shown, place: int, letter: str) -> None:
    (code,) = sealed([said], keys_on(day_of(said.window)))
    other = code[:place] + letter + code[place + 1 :]
    assert opened([other], keys_on(day_of(said.window))) == [said if other == code else None]


@given(st.text(max_size=60) | st.text(LETTERS, min_size=28, max_size=28) | st.binary().map(repr))
@example("")
@example("A" * 28)
@example("A" * 27)
@example("a" * 28)
@example("AA" + "A" * 25 + "B")
@example("ÄA" + "A" * 26)
@example("A" * 27 + "\n")
def test_what_is_no_code_is_no_code(said: str) -> None:
    assert opened([code_in(said)], keys_on(20_500)) == [None]


@given(said=shown)
def test_another_days_key_opens_nothing(said: Shown) -> None:
    (code,) = sealed([said], keys_on(day_of(said.window)))
    day = day_of(said.window)
    assert opened([code], {day: b"another key of the installation."}) == [None]
    assert opened([code], {day + 1: KEYS[day]}) == [None]
    assert opened([code], {}) == [None]


@given(said=shown, nought=st.integers(1, 255))
def test_a_block_in_which_nought_is_not_nought_is_no_code(said: Shown, nought: int) -> None:
    """So that one of 256 that were hit by chance is left."""
    day = day_of(said.window)
    block = said.number << 64 | said.generation << 48 | said.window << 24 | said.salt << 8
    for value, wanted in ((block, said), (block | nought, None), (block | 1 << 127, None)):
        held = Cipher(AES256(KEYS[day]), ECB()).encryptor().update(value.to_bytes(16))
        code = sealed([said], keys_on(day))[0][:2] + b32encode(held).decode().rstrip("=")
        assert opened([code], keys_on(day)) == [wanted]


def test_codes_look_as_made_by_chance_whether_of_one_tag_or_of_many() -> None:
    """Of two codes half of the bits differ: 64 of 128, give or take 5.66; the mean of 4,000 pairs within 5 of its own
    standard deviations, 0.09."""
    first = 20_500 * A_DAY

    def apart(codes: list[str]) -> float:
        held = [int.from_bytes(bytes(LETTERS.index(letter) for letter in code[2:])) for code in codes]
        pairs = list(pairwise(held))
        return sum((one ^ other).bit_count() for one, other in pairs) / len(pairs)

    one_tag = sealed([Shown(7, 1, first + n % A_DAY, n // A_DAY) for n in range(4_001)], keys_on(20_500))
    many = sealed([Shown(n, 1, first, 0) for n in range(4_001)], keys_on(20_500))
    for codes in (one_tag, many):
        assert len(set(codes)) == 4_001
        assert abs(apart(codes) - 64) < 0.45


def test_the_first_letters_are_the_day_and_the_same_for_everybody() -> None:
    for window in (20_500 * A_DAY, 20_500 * A_DAY + 143):
        assert (
            len({code[:2] for code in sealed([Shown(n, 1, window, 0) for n in range(50)], keys_on(20_500))})
            == 1
        )


MINUTES = st.integers(-3_000, 3_000)


@given(at=st.datetimes(datetime(2020, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))
def test_every_moment_lies_in_its_window_and_its_window_in_its_day(at: datetime) -> None:
    window = window_of(at)
    assert opening(window) <= at < opening(window + 1)
    assert opening(day_of(window) * A_DAY) <= at < opening((day_of(window) + 1) * A_DAY)


@pytest.mark.parametrize(
    ("window_off", "read", "is_in_time"),
    [
        (0, timedelta(), True),
        (1, timedelta(), True),
        (-1, timedelta(), True),
        (2, timedelta(), False),
        (-2, timedelta(), False),
        (0, timedelta(hours=-24), True),
        (0, timedelta(hours=-24, seconds=-1), False),
        (0, timedelta(minutes=10), True),
        (0, timedelta(minutes=10, seconds=1), False),
    ],
)
def test_a_clock_may_be_off_by_a_window(window_off: int, read: timedelta, is_in_time: bool) -> None:
    read_at = NOON + read
    assert in_time(window_of(read_at) + window_off, read_at, NOON) is is_in_time


@given(now=st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)), minutes=MINUTES)
def test_whatever_may_be_read_has_a_key(now: datetime, minutes: int) -> None:
    read_at = now + timedelta(minutes=minutes)
    for window in range(window_of(read_at) - 1, window_of(read_at) + 2):
        if in_time(window, read_at, now):
            assert day_of(window) in days_readable(now)


@pytest.mark.parametrize(
    ("generation", "state", "fits", "why"),
    [
        (1, State.ANSWERING, True, None),
        (2, State.ANSWERING, True, Outcome.REVOKED),
        (2, State.SILENT, False, Outcome.REVOKED),
        (1, State.ANSWERING, False, Outcome.EXPIRED),
        (1, State.SILENT, False, Outcome.EXPIRED),
        (1, State.SILENT, True, Outcome.SILENT),
    ],
)
def test_why_a_tag_does_not_answer(generation: int, state: State, fits: bool, why: Outcome | None) -> None:
    assert refusal(Shown(7, 1, 0, 0), generation, state, fits) is why


@given(st.uuids())
def test_a_key_is_read_as_it_was_written_and_shows_no_secret(key_id: object) -> None:
    key = ReaderKey.new(key_id)  # type: ignore[arg-type]
    assert ReaderKey.read(str(key)) == key
    assert str(key)[5:] not in repr(key)


@given(st.text(max_size=80) | st.from_regex(r"hbr_[A-Za-z0-9_-]{50,58}", fullmatch=True))
def test_what_is_no_key_is_read_as_none_or_as_what_it_says(said: str) -> None:
    key = ReaderKey.read(said)
    assert key is None or len(key.said) == 24
