"""Connections to the express lane: in pieces, one after another, cut off, and full of rubbish."""

import json
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.app.tricky import CODED, chunked
from tests.app.wire import BODY, DETOUR, USUAL, Sent, calling, said
from tests.served import Phone, Served, serving

PLAIN = Sent("plain", 201)
NO_WORDS = Sent("no words", 422, body=b"[]")
NOBODY = Sent("nobody", 401, headers=(USUAL[0], USUAL[2]))
#: What is cut off at its end is still JSON.
ROOMY = Sent("roomy", 201, body=BODY + b"   ")
GET_ME = b"GET /v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"
RUBBISH = b"\x16\x03\x01 what is this?\r\n\r\n"


@pytest.fixture(scope="module")
def served(database_url: str) -> Iterator[Served]:
    """The whole program."""
    with serving(database_url) as served:
        yield served


@pytest.fixture(scope="module")
def phone(served: Served) -> Phone:
    return Phone(served, "ana")


@pytest.mark.parametrize("more", [(), (DETOUR,)], ids=["by the lane", "by Flask"])
def test_a_request_may_come_in_two_pieces_cut_anywhere(
    served: Served, phone: Phone, more: tuple[bytes, ...]
) -> None:
    wire = PLAIN.wire(phone.token, *more)
    whole = said(served, [wire])
    assert whole is not None
    body_at = wire.index(BODY)
    for cut in range(1, len(wire)):
        answer = said(served, [wire[:cut], wire[cut:]])
        assert answer is not None, cut
        assert answer.told == whole.told, cut
        # A head that is not here as a whole may be left to gunicorn; a body may follow its head when it likes.
        if more or cut >= body_at:
            assert answer.by_lane is (not more), cut


def test_a_request_may_come_byte_by_byte(served: Served, phone: Phone) -> None:
    wire = PLAIN.wire(phone.token)
    answer = said(served, [wire[at : at + 1] for at in range(len(wire))])
    assert answer is not None
    assert answer.status == 201


ROWS: dict[str, tuple[Sequence[Sent | bytes], list[tuple[int, bool]]]] = {
    "two": ([PLAIN, PLAIN], [(201, True)] * 2),
    "ten": ([PLAIN] * 10, [(201, True)] * 10),
    "after a refusal": ([NO_WORDS, NOBODY, PLAIN], [(422, True), (401, True), (201, True)]),
    "then something else": ([PLAIN, GET_ME, PLAIN], [(201, True), (200, False), (201, False)]),
    "something else first": ([GET_ME, PLAIN], [(200, False), (201, False)]),
    "then rubbish": ([PLAIN, RUBBISH], [(201, True), (400, False)]),
    "with an empty line before the second": ([PLAIN, b"\r\n" + GET_ME], [(201, True), (200, False)]),
}


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "each after the answer"])
def test_requests_in_a_row_are_answered_in_their_order(
    served: Served, phone: Phone, row: str, at_once: bool
) -> None:
    sent, wanted = ROWS[row]
    pieces = [each.wire(phone.token) if isinstance(each, Sent) else each for each in sent]
    pieces = [piece.replace(b"{token}", phone.token.encode()) for piece in pieces]
    with calling(served) as line:
        if at_once:
            line.say(b"".join(pieces))
        answers = []
        for piece in pieces:
            line.say(b"" if at_once else piece)
            answers.append(line.answer())
    assert [(each.status, each.by_lane) for each in answers if each] == wanted


@pytest.mark.parametrize("waits", [True, False], ids=["having waited", "without waiting"])
def test_a_phone_that_asks_first_is_told_to_go_on(served: Served, phone: Phone, waits: bool) -> None:
    wire = PLAIN.wire(phone.token, b"Expect: 100-continue")
    head, body = wire.removesuffix(BODY), BODY
    with calling(served) as line:
        line.say(head)
        if waits:
            # What comes is read as bytes, since the helper passes over what is no final answer.
            assert line.connection.recv(64).startswith(b"HTTP/1.1 100 ")
        line.say(body)
        answer = line.answer()
    assert answer is not None
    assert answer.status == 201


@pytest.mark.parametrize("more", [(), (DETOUR,)], ids=["by the lane", "by Flask"])
@pytest.mark.parametrize("lacking", [1, 3, 4, len(BODY), len(ROOMY.body), len(ROOMY.body) + 1, 300])
def test_what_ends_before_its_end_is_no_check_in(
    served: Served, phone: Phone, lacking: int, more: tuple[bytes, ...]
) -> None:
    before = phone.get(f"/check-ins?person={phone.handle}&limit=1")
    with calling(served) as line:
        line.say(ROOMY.wire(phone.token, *more)[:-lacking])
        line.end()
        assert [answer.status for answer in line.answers() if answer.status != 400] == []
    assert phone.get(f"/check-ins?person={phone.handle}&limit=1") == before


CHUNKS = chunked(BODY[:40], BODY[40:])
BROKEN = {
    "cut off": CHUNKS[:-1],
    "cut off in a chunk": CHUNKS[:-20],
    "cut off between chunks": CHUNKS[:-6],
    "a chunk longer than it says": CHUNKS.replace(b"28\r\n", b"27\r\n", 1),
    "a chunk shorter than it says": CHUNKS.replace(b"28\r\n", b"29\r\n", 1),
    "a size in words": CHUNKS.replace(b"28\r\n", b"many\r\n", 1),
    "a size beyond all": b"f" * 16 + CHUNKS[2:],
}


@pytest.mark.parametrize("broken", BROKEN)
def test_chunks_that_break_off_are_the_senders_fault(served: Served, phone: Phone, broken: str) -> None:
    sent = Sent(broken, 400, headers=CODED, length=None, body=BROKEN[broken])
    with calling(served) as line:
        line.say(sent.wire(phone.token))
        line.end()
        answers = line.answers()
    assert [answer.status for answer in answers] == [400]
    assert json.loads(answers[0].body)["type"] == "/v1/problems/malformed"


@pytest.mark.parametrize("more", [(), (DETOUR,)], ids=["by the lane", "by Flask"])
def test_what_comes_after_the_end_is_another_request(
    served: Served, phone: Phone, more: tuple[bytes, ...]
) -> None:
    """However much it looks like the rest of this one."""
    with calling(served) as line:
        line.say(PLAIN.wire(phone.token, *more) + b'{"text": "more"}\r\n\r\n')
        line.end()
        assert [each.status for each in line.answers()] == [201, 400]


def test_a_phone_that_hangs_up_at_once_harms_nobody(served: Served, phone: Phone) -> None:
    for cut in (0, 10, 200, None):
        with calling(served) as line:
            line.say(PLAIN.wire(phone.token)[:cut])
    answer = said(served, [PLAIN.wire(phone.token)])
    assert answer is not None
    assert answer.status == 201


@st.composite
def mangled(draw: st.DrawFn) -> list[tuple[int, int, bytes]]:
    """Where bytes are cut out, how many, and what is put in their place."""
    put = st.binary(max_size=6) | st.sampled_from(
        [b"\r\n", b"\n", b"\r\n\r\n", b" ", b":", b"\0", b"0", b"-", b"Content-Length: 5\r\n", b"\xff"]
    )
    return draw(st.lists(st.tuples(st.integers(0, 420), st.integers(0, 4), put), min_size=1, max_size=4))


def test_rubbish_is_answered_sanely_or_not_at_all(served: Served, phone: Phone) -> None:
    """And whoever comes next is served as if nothing had been."""
    plain = PLAIN.wire(phone.token)
    alphabet = [(plain,), (plain, plain), (PLAIN.wire(phone.token, DETOUR),), (GET_ME, plain)]

    @settings(max_examples=120, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(start=st.sampled_from(alphabet), changes=mangled(), noise=st.none() | st.binary(max_size=300))
    def sends(start: tuple[bytes, ...], changes: list[tuple[int, int, bytes]], noise: bytes | None) -> None:
        wire = b"".join(start) if noise is None else noise
        for at, out, put in changes:
            wire = wire[:at] + put + wire[at + out :]
        with calling(served) as line:
            line.say(wire)
            line.end()
            for answer in line.answers():
                assert 200 <= answer.status < 500 or answer.status in {501, 505}, (wire, answer)
                if "json" in answer.headers.get("content-type", ""):
                    json.loads(answer.body)
        after = said(served, [plain])
        assert after is not None
        assert (after.status, after.by_lane) == (201, True)

    sends()
