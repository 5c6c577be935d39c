"""The small client keeps trying with the same key, waits when told to, and says what to do when nobody answers."""

import http.client
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from town.api import Api, NoServer, Refused

Answer = tuple[int, dict[str, str], Any]


class Scripted(HTTPServer):
    """Answers what it was told to, in order, and keeps what was asked. None hangs up instead."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[Answer | None] = []
        self.asked: list[tuple[str, str, str | None, bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Scripted
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append((self.command, self.path, self.headers.get("Idempotency-Key"), body))
        answer = self.server.answers.pop(0)
        self.close_connection = True
        if answer is None:
            return
        status, headers, said = answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(json.dumps(said).encode() if said is not None else b"")

    do_GET = do_POST = do_PUT = do_DELETE = answer

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Scripted]:
    server = Scripted()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def api(server: Scripted) -> Iterator[Api]:
    api = Api(server.url)
    yield api
    api.close()


def test_what_is_answered_comes_back(server: Scripted, api: Api) -> None:
    server.answers = [(201, {}, {"id": "c1"}), (204, {}, None)]

    assert api.post("/v1/check-ins", {"text": "hé"}, "t1") == {"id": "c1"}
    assert api.delete("/v1/me/sessions/current", "t1") == {}
    assert json.loads(server.asked[0][3]) == {"text": "hé"}


@pytest.mark.parametrize("trouble", [(503, {"Retry-After": "0"}, {}), (429, {"Retry-After": "0"}, {}), None])
def test_a_post_is_sent_again_with_the_same_key(server: Scripted, api: Api, trouble: Answer | None) -> None:
    server.answers = [trouble, trouble, (201, {}, {"id": "c1"})]

    assert api.post("/v1/check-ins", {}) == {"id": "c1"}
    assert len({key for _, _, key, _ in server.asked}) == 1
    assert len(server.asked) == 3


def test_two_posts_have_two_keys(server: Scripted, api: Api) -> None:
    server.answers = [(201, {}, {}), (201, {}, {})]

    api.post("/v1/topics", {})
    api.post("/v1/topics", {})

    assert len({key for _, _, key, _ in server.asked}) == 2


def test_a_refusal_is_raised_with_its_problem(server: Scripted, api: Api) -> None:
    problem = {
        "type": "/v1/problems/handle-taken",
        "title": "This handle is taken",
        "detail": "Choose another.",
    }
    server.answers = [(409, {}, problem)]

    with pytest.raises(Refused, match="409 This handle is taken: Choose another") as refused:
        api.post("/v1/people", {})

    assert refused.value.slug == "handle-taken"


def test_pages_follow_their_links(server: Scripted, api: Api) -> None:
    link = {"Link": '</v1/me/offers?limit=100&cursor=x>; rel="next"'}
    server.answers = [(200, link, {"items": [1]}), (200, {}, {"items": [2]})]

    assert [page["items"] for page in api.pages("/v1/me/offers")] == [[1], [2]]
    assert [path for _, path, _, _ in server.asked] == [
        "/v1/me/offers?limit=100",
        "/v1/me/offers?limit=100&cursor=x",
    ]


def test_nobody_there_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)

    with pytest.raises(NoServer, match=r"does not answer .* Is script/server running"):
        Api("http://127.0.0.1:9").get("/readyz")


def test_a_server_that_is_not_there_is_missed_at_once() -> None:
    with pytest.raises(NoServer, match=r"does not answer .* Is script/server running"):
        Api("http://127.0.0.1:9").reach()


@pytest.mark.parametrize("address", ["127.0.0.1:8000", "localhost", "ftp://127.0.0.1", "http://", ""])
def test_what_is_no_address_is_said_so(address: str) -> None:
    with pytest.raises(NoServer, match=r"write it as http://127\.0\.0\.1:8000"):
        Api(address)


@pytest.mark.parametrize(("status", "said"), [(200, ["a list"]), (200, {}), (404, "not an object")])
def test_a_server_of_another_kind_is_noticed(server: Scripted, api: Api, status: int, said: Any) -> None:
    server.answers = [(status, {}, said)]

    with pytest.raises(NoServer, match="is not Hereabouts"):
        api.reach()


def test_a_server_that_is_not_ready_says_why(server: Scripted, api: Api) -> None:
    server.answers = [(503, {}, {"ready": False, "failing": {"database": "it does not answer"}})]

    with pytest.raises(Refused, match=r"503 It is not ready: .*it does not answer"):
        api.reach()


def test_connections_that_all_went_stale_do_not_use_up_the_tries(server: Scripted, api: Api) -> None:
    server.answers = [(200, {}, {})]
    # Nobody listens at the other end of these any more.
    for _ in range(20):
        api._free.put(http.client.HTTPConnection("127.0.0.1", 9))

    assert api.get("/readyz") == {}
