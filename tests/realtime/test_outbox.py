import socket
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import gevent
import gevent.socket
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wsproto.frame_protocol import ParseFailed

from realtime.outbox import Ending, Limits, Outbox
from tests.realtime.wire import Server, Wire, serving

LARGE, SMALL = 200_000, 3_000
ROOMY = Limits(waiting_bytes=10_000_000, waiting_frames=10_000)


class Line:
    """A socket pair with an outbox at one end and, at the other, a reader who reads when told to."""

    def __init__(self, limits: Limits = ROOMY) -> None:
        ours, self.reader = socket.socketpair()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1)
        self.reader.setblocking(False)
        self.socket = gevent.socket.socket(fileno=ours.detach())
        self.endings: Counter[Ending] = Counter()
        self.outbox = Outbox(self.socket, self.endings, limits)

    def read(self, size: int) -> bytes:
        """What has arrived, at most so many bytes; empty where nothing is there, or no more will be."""
        gevent.sleep(0)
        try:
            return self.reader.recv(size) if size else b""
        except BlockingIOError:
            return b""

    def read_all(self) -> bytes:
        heard = b""
        while (data := self.read(65536)) or self.outbox.waiting_bytes:
            heard += data
        return heard

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_: object) -> None:
        self.reader.close()
        self.socket.close()
        gevent.sleep(0)


@pytest.fixture
def line() -> Iterator[Line]:
    with Line() as line:
        yield line


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30_000), st.integers(0, 30_000)), max_size=40))
def test_a_reader_of_any_pace_hears_what_was_taken_whole_and_in_order(pace: list[tuple[int, int]]) -> None:
    with Line(Limits(waiting_bytes=60_000, waiting_frames=12)) as line:
        taken = heard = b""
        for number, (written, read) in enumerate(pace):
            frame = bytes([number]) * written
            taken += frame if line.outbox.write(frame) else b""
            heard += line.read(read)
        heard += line.read_all()
        assert heard == taken if line.outbox.ended is None else taken.startswith(heard)


def test_no_writer_is_held_up_by_a_reader_who_sleeps(line: Line) -> None:
    others = gevent.spawn(lambda: None)
    for _ in range(100):
        assert line.outbox.write(b"x" * SMALL)
    assert not others.ready(), "somebody else ran: a write has waited"
    gevent.wait([others])


def test_what_waits_is_bounded_and_passing_the_bound_drops_the_reader() -> None:
    with Line(Limits(waiting_bytes=50_000, waiting_frames=10_000)) as line:
        most = 0
        while line.outbox.write(b"x" * SMALL):
            most = max(most, line.outbox.waiting_bytes)
        assert 50_000 < most <= 50_000 + SMALL
        assert line.endings == {Ending.BEHIND: 1}
        line.read_all()
        assert line.reader.recv(1) == b"", "the reader hears that it was dropped"
        assert line.outbox.waiting_bytes == 0


def test_a_reader_who_lags_but_keeps_the_pace_is_never_dropped() -> None:
    with Line(Limits(waiting_bytes=50_000, waiting_frames=10_000)) as line:
        for _ in range(10):
            line.outbox.write(b"x" * SMALL)
        for _ in range(200):
            assert line.outbox.write(b"x" * SMALL)
            heard = 0
            while heard < SMALL:
                heard += len(line.read(SMALL - heard))
            assert line.outbox.waiting_bytes, "it never quite catches up"


def test_many_small_frames_are_bounded_by_their_number() -> None:
    with Line(Limits(waiting_bytes=10_000_000, waiting_frames=20)) as line:
        assert not all(line.outbox.write(b"x" * 100) for _ in range(10_000))
        assert line.outbox.ended is Ending.BEHIND


def test_one_large_message_drops_nobody_who_kept_up() -> None:
    with Line(Limits(waiting_bytes=10, waiting_frames=10)) as line:
        assert line.outbox.write(b"x" * 1_000_000)
        assert len(line.read_all()) == 1_000_000
        assert line.outbox.write(b"y")
        assert line.read_all() == b"y"


def test_a_dropped_reader_costs_nothing_more(line: Line) -> None:
    line.outbox.end(Ending.BEHIND)
    line.outbox.end(Ending.LEFT)
    line.outbox.close(b"goodbye")
    assert not line.outbox.write(b"more")
    assert line.endings == {Ending.BEHIND: 1}, "the first reason counts, once"


def test_a_goodbye_comes_after_all_that_waits_and_before_the_end(line: Line) -> None:
    for _ in range(50):
        line.outbox.write(b"x" * SMALL)
    line.outbox.close(b"goodbye")
    assert not line.outbox.write(b"too late")
    assert line.read_all() == b"x" * SMALL * 50 + b"goodbye"
    assert line.reader.recv(1) == b""
    assert line.endings == {Ending.CLOSED: 1}


def test_a_goodbye_to_a_reader_who_keeps_up_ends_the_stream_at_once(line: Line) -> None:
    line.outbox.close(b"goodbye")
    assert (line.read(100), line.reader.recv(1)) == (b"goodbye", b"")


def test_writing_to_a_reader_who_is_gone_ends_the_connection(line: Line) -> None:
    line.reader.close()
    assert not line.outbox.write(b"anybody?")
    assert line.outbox.ended is Ending.BROKEN


def test_a_reader_who_goes_while_frames_wait_ends_the_connection(line: Line) -> None:
    for _ in range(100):
        line.outbox.write(b"x" * SMALL)
    line.reader.close()
    gevent.sleep(0.01)
    assert (line.outbox.ended, line.outbox.waiting_bytes) == (Ending.BROKEN, 0)


class Jam:
    """A socket that takes nothing at once, and in the end everything."""

    class _sock:
        @staticmethod
        def send(_: bytes) -> int:
            raise BlockingIOError

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def send(self, batch: memoryview) -> int:
        self.sent.append(bytes(batch))
        return len(batch)


def test_what_waits_goes_out_many_frames_at_a_time() -> None:
    jam = Jam()
    outbox = Outbox(jam, Counter(), ROOMY)
    frames = [bytes([number]) * 10_000 for number in range(100)]
    for frame in frames:
        outbox.write(frame)
    gevent.sleep(0)
    assert b"".join(jam.sent) == b"".join(frames)
    assert len(jam.sent) == 4


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving(WAITING_BYTES="4194304") as server:
        yield server


@pytest.fixture(scope="module")
def stock() -> Iterator[Server]:
    with serving(STOCK="1") as server:
        yield server


def hear_numbered(wire: Wire, count: int, size: int) -> None:
    """Hears so many numbered messages: every frame right, each message whole, all in order."""
    for number in range(count):
        assert wire.hear_event() == ("numbered", {"number": number, "filler": "x" * size})


@pytest.mark.parametrize(("count", "size"), [(15, LARGE), (1000, SMALL)])
def test_a_reader_who_sleeps_through_large_messages_sees_no_broken_frame(
    server: Server, count: int, size: int
) -> None:
    with Wire(server, receive_buffer=4096) as sleeper:
        sleeper.join()
        waiting = server.post(f"/push?count={count}&size={size}&pause=0")["most_waiting"]
        assert waiting > count * size / 2, "most of it was to wait for the reader"
        hear_numbered(sleeper, count, size)


def test_the_stock_driver_breaks_where_ours_does_not(stock: Server) -> None:
    with Wire(stock, receive_buffer=4096) as sleeper:
        sleeper.join()
        stock.post(f"/push?count=40&size={LARGE}&pause=0")
        with pytest.raises(ParseFailed):
            hear_numbered(sleeper, 40, LARGE)


@pytest.mark.parametrize(("count", "size"), [(15, LARGE), (300, SMALL)])
def test_answers_and_pushes_keep_their_order_for_a_reader_who_sleeps(
    server: Server, count: int, size: int
) -> None:
    with Wire(server, receive_buffer=4096) as sleeper:
        sleeper.join()
        for number in range(count):
            sleeper.ask(number, "push_then_answer", number, size)
        for number in range(count):
            assert sleeper.hear_event() == ("numbered", {"number": number, "filler": "x" * size})
            assert sleeper.hear_event() == ("ack", (number, number))


def test_who_never_wakes_is_dropped_and_the_others_hear_everything(server: Server) -> None:
    before = server.state()["endings"].get("behind", 0)
    with Wire(server, receive_buffer=4096) as sleeper, ThreadPoolExecutor() as pool:
        sleeper.join()
        readers = [Wire(server).join() for _ in range(3)]
        heard = [pool.submit(hear_numbered, reader, 60, LARGE) for reader in readers]
        most_waiting = server.post(f"/push?count=60&size={LARGE}&pause=0.005")["most_waiting"]
        for hearing in heard:
            hearing.result()
        assert server.state()["endings"]["behind"] == before + 1
        assert most_waiting < 4_194_304 + LARGE + 100
        assert server.state()["engines"] == len(readers), "engine.io has forgotten the sleeper"
        for reader in readers:
            reader.socket.close()
