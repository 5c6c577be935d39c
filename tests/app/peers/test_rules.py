"""How a community stands to a business, and when it may be asked again, on plain values."""

from datetime import datetime, timedelta
from fractions import Fraction
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.peers.rules import ASKED_FOR, REFUSED_FOR, Facts, State, asks_again_at, standing, state_of
from tests.app.peers.moments import EARLY, LATE


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (Facts(), (State.SILENT, None)),
        (Facts(asked_at=EARLY), (State.SILENT, None)),
        (Facts(asked_at=EARLY, is_open=True), (State.ASKED, EARLY)),
        (Facts(asked_at=EARLY, refused_at=LATE), (State.REFUSED, LATE)),
        (Facts(sent_off_at=EARLY), (State.SENT_OFF, EARLY)),
        (Facts(asked_at=EARLY, sent_off_at=EARLY, refused_at=LATE), (State.REFUSED, LATE)),
        (Facts(asked_at=EARLY, sent_off_at=LATE, refused_at=EARLY), (State.SENT_OFF, LATE)),
        (Facts(asked_at=LATE, is_open=True, sent_off_at=EARLY), (State.ASKED, LATE)),
        # A member moved what was refused before.
        (Facts(welcome_since=LATE, asked_at=EARLY, refused_at=EARLY), (State.WELCOME, LATE)),
        (Facts(welcome_since=EARLY, asked_at=LATE, is_open=True), (State.WELCOME, EARLY)),
    ],
)
def test_how_a_community_stands(facts: Facts, state: tuple[State, datetime | None]) -> None:
    assert state_of(facts) == state


@pytest.mark.parametrize(
    ("facts", "again_at"),
    [
        (Facts(), None),
        (Facts(asked_at=EARLY), EARLY + ASKED_FOR),
        (
            Facts(asked_at=EARLY, refused_at=EARLY + timedelta(days=3)),
            EARLY + timedelta(days=3) + REFUSED_FOR,
        ),
        (Facts(asked_at=EARLY, sent_off_at=LATE), LATE + REFUSED_FOR),
        (Facts(asked_at=LATE, sent_off_at=EARLY), max(LATE + ASKED_FOR, EARLY + REFUSED_FOR)),
    ],
)
def test_when_it_may_be_asked_again(facts: Facts, again_at: datetime | None) -> None:
    assert asks_again_at(facts) == again_at


@pytest.mark.parametrize(
    ("useful", "noise", "least", "most"),
    [
        # Without a record a business has all of it; and with one that is only good.
        (0, 0, 1, 1),
        (1_000, 0, 1, 1),
        # Two who grumble do not silence a shop, ...
        (0, 1, 0.75, 0.85),
        (0, 2, 0.6, 0.7),
        (20, 2, 0.95, 1),
        # ... twenty do nearly, ...
        (0, 20, 0.1, 0.2),
        (2, 20, 0.2, 0.3),
        # ... and where half say noise, the more certain it is the nearer to half.
        (5, 5, 0.7, 0.8),
        (500, 500, 0.5, 0.55),
        (0, 1_000_000, 1e-9, 1e-5),
    ],
)
def test_how_much_of_a_noise_budget_a_record_leaves(
    useful: int, noise: int, least: float, most: float
) -> None:
    assert least <= standing(useful, noise) <= most


counts = st.integers(0, 2**31 - 1)


@given(counts, counts, st.integers(1, 1_000))
def test_more_noise_never_leaves_more_and_what_is_useful_never_less(
    useful: int, noise: int, more: int
) -> None:
    now = standing(useful, noise)
    assert 0 < now <= 1
    assert standing(useful, noise + more) <= now + 1e-12
    assert standing(useful + more, noise) >= now - 1e-12


@given(counts, counts)
def test_it_is_one_less_wilsons_lower_bound_as_books_have_it(useful: int, noise: int) -> None:
    if useful + noise == 0:
        return
    n, z = Fraction(useful + noise), 1.96
    share = float(noise / n)
    middle = share + z * z / (2 * float(n))
    reach = z * sqrt(share * (1 - share) / float(n) + z * z / (4 * float(n) ** 2))
    assert standing(useful, noise) == pytest.approx(1 - (middle - reach) / (1 + z * z / float(n)), abs=1e-7)
