"""Decisions about webhooks, as tables."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.webhooks.rules import (
    FAILS_FOR,
    GIVEN_UP_AFTER,
    LONGEST_RETRY_AFTER,
    SCHEDULE,
    Outcome,
    Reason,
    Target,
    Tried,
    is_failing,
    is_public,
    next_try,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

PUBLIC = ["93.184.216.34", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4001::1", "64:ff9b::5db8:d822"]
REFUSED = {
    "this network": ["0.0.0.0", "0.1.2.3"],
    "private": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fd12:3456::1"],
    "behind a carrier": ["100.64.0.1", "100.127.255.255"],
    "loopback": ["127.0.0.1", "127.255.255.254", "::1"],
    "link-local": ["169.254.169.254", "fe80::1", "fe80::1%eth0"],
    "of protocols": ["192.0.0.1", "192.0.0.192", "192.88.99.1", "2001::1", "2001:20::1"],
    "documentation": ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"],
    "benchmarks": ["198.18.0.1", "198.19.255.255"],
    "multicast": ["224.0.0.1", "224.0.1.1", "239.255.255.255", "ff02::1", "ff0e::1"],
    "reserved": ["240.0.0.1", "255.255.255.255", "4000::1", "::"],
    "mapped": ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:93.184.216.34"],
    "compatible": ["::127.0.0.1", "::7f00:1"],
    "6to4": ["2002:7f00:1::", "2002:a00:1::1", "2002:5db8:d822::1"],
    "NAT64": ["64:ff9b::127.0.0.1", "64:ff9b::a00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::5db8:d822"],
    "site-local": ["fec0::1"],
    "segment routing": ["5f00::1"],
    "no address": ["", "localhost", "127.1", "0x7f.1", "2130706433", "1.1.1.1%eth0", "2606:4700::1111%1"],
}


@pytest.mark.parametrize("address", PUBLIC)
def test_servers_of_the_internet_are_called(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("why", "address"), [(why, each) for why, addresses in REFUSED.items() for each in addresses]
)
def test_nothing_else_is(why: str, address: str) -> None:
    assert not is_public(address), why


@given(st.ip_addresses(network="10.0.0.0/8") | st.ip_addresses(network="127.0.0.0/8"))
def test_no_way_to_write_an_inner_address_in_ipv6_passes(inner: object) -> None:
    octets = int(inner)  # type: ignore[call-overload]
    high, low = divmod(octets, 1 << 16)
    for written in ("::ffff:{0}", "::{0}", "64:ff9b::{0}", "64:ff9b:1::{0}", "2002:{1:x}:{2:x}::1"):
        assert not is_public(written.format(inner, high, low))


GOOD = {
    "https://shop.example": "https://shop.example/",
    "https://shop.example/hooks/abc-DEF_1?a=b&c=%20": "https://shop.example/hooks/abc-DEF_1?a=b&c=%20",
    "HTTPS://SHOP.Example:443/Case": "https://shop.example/Case",
    "https://a.b.shop.example:8443/": "https://a.b.shop.example:8443/",
    "https://xn--caf-dma.example/": "https://xn--caf-dma.example/",
}
BAD = [
    "",
    "http://shop.example/",
    "ftp://shop.example/",
    "//shop.example/",
    "https:///hooks",
    "https://localhost/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://0x7f.1/",
    "https://2130706433/",
    "https://[::1]/",
    "https://shop.example:80/",
    "https://shop.example:0443/",
    "https://shop.example:22/",
    "https://shop.example:/",
    "https://ana@shop.example/",
    "https://ana:secret@shop.example/",
    "https://shop.example@10.0.0.1/",
    "https://shop.example\\@10.0.0.1/",
    "https://shop.example/\\..",
    "https://shop.example#@10.0.0.1/",
    "https://shop.example/#part",
    "https://shop.example?no=path",
    "https://shop.example./",
    "https://.example/",
    "https://-shop.example/",
    "https://shop_1.example/",
    "https://café.example/",
    "https://shop.example/café",
    "https://shop.example/a b",
    "https://shop.example/\r\nHost: other.example",
    "https://shop\t.example/",
    "https://shop.example/\n",
    " https://shop.example/",
    "https://shop.ⓔxample/",
    f"https://{'a.' * 200}example/",
    f"https://shop.example/{'a' * 500}",
    f"https://{'a' * 64}.example/",
]


@pytest.mark.parametrize("url", GOOD)
def test_an_address_that_is_called(url: str) -> None:
    assert str(Target.of(url)) == GOOD[url]


@pytest.mark.parametrize("url", BAD)
def test_an_address_that_is_not(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        Target.of(url)


@given(st.text())
def test_what_is_read_of_an_address_is_what_was_meant(more: str) -> None:
    try:
        target = Target.of(f"https://shop.example{more}")
    except ValueError:
        return
    assert target.host.startswith("shop.example")
    assert (
        target.host == "shop.example"
        or more[0] in ".-abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    )
    assert target.path.startswith("/")


@pytest.mark.parametrize(
    ("status", "taken"),
    [(status, True) for status in (200, 204, 299)]
    + [(status, False) for status in (100, 300, 301, 304, 404, 410, 429, 500, 999)],
)
def test_only_what_is_answered_with_2xx_is_taken(status: int, taken: bool) -> None:
    assert Outcome.of(status).is_taken == taken


SLOW = Outcome(Reason.SLOW)


@pytest.mark.parametrize(("tries", "wait"), list(enumerate(SCHEDULE, 1)))
def test_each_try_waits_longer_and_a_little_less_by_chance(tries: int, wait: timedelta) -> None:
    tried = Tried(tries, NOW)
    assert next_try(tried, SLOW, NOW, 0.0) == NOW + wait
    assert next_try(tried, SLOW, NOW, 1.0) == NOW + wait * 0.9


def test_after_a_day_it_is_given_up() -> None:
    at, tries = NOW, 0
    while following := next_try(Tried(tries := tries + 1, NOW), SLOW, at, 0.0):
        at = following
    assert (tries, at - NOW) == (9, timedelta(hours=22, minutes=17, seconds=35))
    assert next_try(Tried(8, NOW - timedelta(hours=13)), SLOW, NOW, 0.0) is None


A_MINUTE, LATER = timedelta(seconds=60), "Mon, 23 Nov 2026 12:10:00 GMT"


@pytest.mark.parametrize(
    ("status", "said", "wait"),
    [
        (429, "60", A_MINUTE),
        (503, " 60 ", A_MINUTE),
        (503, LATER, timedelta(minutes=10)),
        (503, "Mon, 23 Nov 2026 11:00:00 GMT", SCHEDULE[0]),
        (429, "1", SCHEDULE[0]),
        (429, "86400", LONGEST_RETRY_AFTER),
        (429, "9" * 400, LONGEST_RETRY_AFTER),
        (503, "Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_RETRY_AFTER),
        (503, "Fri, 31 Dec 9999 23:59:59 -2359", LONGEST_RETRY_AFTER),
        (503, "Mon, 01 Jan 0001 00:00:00 +2359", SCHEDULE[0]),
        (429, "-5", SCHEDULE[0]),
        (429, "soon", SCHEDULE[0]),
        (429, "٥٥٥", SCHEDULE[0]),
        (429, None, SCHEDULE[0]),
        (500, "60", SCHEDULE[0]),
        (200, "60", SCHEDULE[0]),
    ],
)
def test_who_asks_us_to_wait_is_heard_within_bounds(status: int, said: str | None, wait: timedelta) -> None:
    assert next_try(Tried(1, NOW), Outcome(Reason.ANSWERED, status, said), NOW, 0.0) == NOW + wait


@given(
    st.lists(
        st.tuples(st.sampled_from([429, 500, 503]), st.text(max_size=12) | st.just("3600"), st.floats(0, 1))
    )
)
def test_whatever_is_answered_it_ends_within_a_day(answers: list[tuple[int, str, float]]) -> None:
    at: datetime | None = NOW
    for tries, (status, said, chance) in enumerate(answers, 1):
        before, at = at, next_try(Tried(tries, NOW), Outcome(Reason.ANSWERED, status, said), at, chance)
        if at is None:
            return
        assert before is not None
        assert before < at <= NOW + GIVEN_UP_AFTER
    assert len(answers) <= len(SCHEDULE)


@pytest.mark.parametrize(
    ("since", "failing"),
    [(None, False), (NOW, False), (NOW - FAILS_FOR + timedelta(seconds=1), False), (NOW - FAILS_FOR, True)],
)
def test_what_took_nothing_for_five_days_is_failing(since: datetime | None, failing: bool) -> None:
    assert is_failing(since, NOW) == failing
