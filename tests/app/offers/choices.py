"""Random small worlds in which nothing is in the way of most offers, so that it counts which of them comes first."""

from datetime import timedelta

from hypothesis import strategies as st

from app.ids import NOBODY
from app.offers.rules import SAID_NOTHING
from app.relations.rules import MuteKind
from tests.app.offers.drawn import DAY, NOW, TOPICS, Drawn, Somebody, Something

WILLING = st.builds(
    Somebody,
    spot=st.just(0),
    fixed=st.just(NOW),
    activity=st.none(),
    consents=st.just(True),
    joined=st.lists(st.integers(0, 2), min_size=1, max_size=2, unique=True),
    recent=st.just(list[timedelta]()),
    through=st.just([0, 0, 0]),
    of=st.just([0, 0, 0]),
    budget=st.just(SAID_NOTHING),
    approached=st.just(set[int]()),
    held_out=st.just(set[int]()),
    mutes=st.sampled_from([{}, {}, {MuteKind.COMMUNITY: {0}}]),
    pledged=st.just(set[int]()),
    goes=st.just(set[int]()),
    seen=st.just([1, 1, 1, 1]),
    id=st.just(NOBODY),
)
AT_HAND = st.builds(
    Something,
    spot=st.sampled_from([0, 4, 4, 1]),
    topics=st.sets(st.integers(0, 2), min_size=1),
    activities=st.just(()),
    opens=st.just(NOW),
    lasts=st.just(DAY),
    remaining=st.none(),
    answers=st.none(),
    hours=st.none(),
    is_paused=st.just(False),
    hold_out=st.just(0),
    together=st.none(),
    visits=st.none(),
    is_for_event=st.just(False),
    id=st.just(NOBODY),
)
CHOICES = st.builds(
    Drawn,
    people=st.lists(WILLING, min_size=1, max_size=3),
    offers=st.lists(AT_HAND, min_size=2, max_size=4),
    communities=st.lists(TOPICS, min_size=3, max_size=3),
    noise=st.just([9, 9, 9]),
    pieces=st.just(dict[tuple[int, int], tuple[int, int]]()),
    records=st.dictionaries(
        st.tuples(st.integers(0, 3), st.integers(0, 2)),
        st.tuples(st.integers(0, 3), st.integers(0, 3)),
        max_size=9,
    ),
    reached=st.builds(dict),
)
