"""Check-ins in every tricky form a phone, a proxy or a mischief may give them."""

import json

from app.express import LARGEST_BODY, LONGEST_HEAD
from tests.app.wire import BODY, TOKEN, TYPE, USUAL, Sent

HOST = b"Host: town.example"
FORGED = b"Authorization: Bearer hb1_" + b"A" * 75


def with_(*headers: bytes) -> tuple[bytes, ...]:
    return (*USUAL, *headers)


def but(**more: object) -> bytes:
    return json.dumps({**json.loads(BODY), **more}).encode()


def chunked(*chunks: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(each), each) for each in (*chunks, b""))


def padded(length: int) -> bytes:
    return BODY + b" " * (length - len(BODY))


CODED = with_(b"Transfer-Encoding: chunked")

#: What the lane answers itself, and with what.
PLAIN = [
    Sent("as phones send it", 201),
    Sent(
        "all that is known",
        201,
        headers=with_(
            b"Accept: */*",
            b"Accept-Encoding: gzip",
            b"Accept-Language: ca",
            b"User-Agent: a phone/1.0",
            b"Connection: keep-alive",
        ),
    ),
    Sent("lower case", 201, headers=tuple(each.lower().replace(b"{TOKEN}", b"{token}") for each in USUAL)),
    Sent(
        "upper case names",
        201,
        headers=(b"HOST: x", b"AUTHORIZATION: BEARER {token}", b"CONTENT-TYPE: APPLICATION/JSON"),
    ),
    Sent(
        "spaces around values",
        201,
        headers=(b"Host:   x  ", b"Authorization:  Bearer   {token}  ", b"Content-Type:application/json "),
    ),
    Sent("tabs around values", 201, headers=(b"Host:\tx\t", TOKEN, TYPE)),
    Sent("a charset", 201, headers=(HOST, TOKEN, TYPE + b"; charset=utf-8")),
    Sent("another charset", 201, headers=(HOST, TOKEN, b"Content-Type: application/json;charset=latin-1")),
    Sent("a length with noughts", 201, length=b"Content-Length: 00%d"),
    Sent("as large as may be", 201, body=padded(LARGEST_BODY)),
    Sent("a key", 201, headers=with_(b"Idempotency-Key: {key}")),
    Sent("a name for the request", 201, headers=with_(b"X-Request-Id: mine")),
    Sent(
        "through a proxy",
        201,
        headers=with_(
            b"X-Forwarded-For: 192.0.2.1, 198.51.100.7\r\nX-Forwarded-Proto: https\r\nVia: 1.1 town"
        ),
    ),
    Sent("keep-alive in capitals", 201, headers=with_(b"Connection: Keep-Alive")),
    Sent(
        "everything there is to say",
        201,
        body=but(
            activity="riding",
            accuracy_m=5,
            visibility="me",
            exactness="quarter",
            sent_at="2026-01-01T00:00:00Z",
        ),
    ),
    Sent("late", 201, body=but(fixed_at="2026-01-01T00:00:00+05:45")),
    Sent("words in many scripts", 201, body=but(text="кофе ☕ قهوة é")),
    Sent("raw UTF-8", 201, body=BODY.replace(b"hello", "кофе ☕".encode())),
]

REFUSED = [
    Sent("no token", 401, headers=(HOST, TYPE)),
    Sent("an empty token", 401, headers=(HOST, b"Authorization:", TYPE)),
    Sent("a scheme alone", 401, headers=(HOST, b"Authorization: Bearer", TYPE)),
    Sent("another scheme", 401, headers=(HOST, b"Authorization: Basic YTpi", TYPE)),
    Sent("a forged token", 401, headers=(HOST, FORGED, TYPE)),
    Sent("a token with a tail", 401, headers=(HOST, TOKEN + b"x", TYPE)),
    Sent("two tokens in one", 401, headers=(HOST, TOKEN + b" {token}", TYPE)),
    Sent("no type", 415, headers=(HOST, TOKEN)),
    Sent("an empty type", 415, headers=(HOST, TOKEN, b"Content-Type:")),
    Sent("a form", 415, headers=(HOST, TOKEN, b"Content-Type: application/x-www-form-urlencoded")),
    Sent("a type and a half", 415, headers=(HOST, TOKEN, b"Content-Type: application/json, text/plain")),
    Sent("no token and no type", 401, headers=(HOST,)),
    Sent("no body", 400, body=b""),
    Sent("half a body", 400, body=BODY[:-1]),
    Sent("NaN", 422, body=BODY.replace(b"2.1561", b"NaN")),
    Sent("infinity", 422, body=BODY.replace(b"2.1561", b"-Infinity")),
    Sent("1e400", 422, body=BODY.replace(b"2.1561", b"1e400")),
    Sent("latitude 91", 422, body=BODY.replace(b"41.4036", b"91")),
    Sent("invalid UTF-8", 400, body=BODY.replace(b"hello", b"\xff\xfe")),
    Sent("half a surrogate pair", 400, body=BODY.replace(b"hello", rb"\ud83d")),
    Sent("UTF-16", 400, body=BODY.decode().encode("utf-16")),
    Sent("a mark of byte order", 400, body=b"\xef\xbb\xbf" + BODY),
    Sent("NUL", 422, body=but(text="a\0b")),
    Sent("281 letters", 422, body=but(text="x" * 281)),
    Sent("a word too much", 422, body=but(colour="red")),
    Sent("the same word twice", 201, body=BODY.replace(b'"text"', b'"text": "x", "text"')),
    Sent("an unknown topic", 422, body=but(topics=["interest:nobody-added-this"])),
    Sent("an unknown place", 422, body=but(place_id="00000000-0000-7000-8000-000000000000")),
    Sent("tomorrow", 422, body=but(fixed_at="2999-01-01T00:00:00Z")),
    Sent("the year 1", 422, body=but(fixed_at="0001-01-01T00:00:00+14:00")),
    Sent("a list", 422, body=b"[]"),
    Sent("deeply nested", 400, body=b"[" * 16_000),
    Sent("an empty key", 422, headers=with_(b"Idempotency-Key:")),
    Sent("an endless key", 422, headers=with_(b"Idempotency-Key: " + b"k" * 256)),
    Sent("a key of spaces inside", 201, headers=with_(b"Idempotency-Key: a {key} b")),
    Sent("an endless name for the request", 201, headers=with_(b"X-Request-Id: " + b"x" * 65)),
]

#: What it leaves to gunicorn and Flask.
ODD = [
    Sent("HTTP/1.0", 201, False, line=b"POST /v1/check-ins HTTP/1.0"),
    Sent("a query", 201, False, line=b"POST /v1/check-ins?a=b HTTP/1.1"),
    Sent("the whole address", 201, False, line=b"POST http://town.example/v1/check-ins HTTP/1.1"),
    Sent("another address", 404, False, line=b"POST /v1/check-ins/ HTTP/1.1"),
    Sent("another method", 405, False, line=b"PUT /v1/check-ins HTTP/1.1"),
    Sent("a method in small letters", 400, False, line=b"post /v1/check-ins HTTP/1.1"),
    Sent("another version", 400, False, line=b"POST /v1/check-ins HTTP/9.9"),
    Sent("two spaces", 400, False, line=b"POST  /v1/check-ins HTTP/1.1"),
    Sent("chunked", 201, False, headers=CODED, length=None, body=chunked(BODY)),
    Sent(
        "in many chunks",
        201,
        False,
        headers=CODED,
        length=None,
        body=chunked(*(BODY[at : at + 7] for at in range(0, len(BODY), 7))),
    ),
    Sent("chunked and measured", 400, False, headers=CODED, body=chunked(BODY)),
    Sent(
        "chunks of no size", 400, False, headers=CODED, length=None, body=b"zz\r\n" + BODY + b"\r\n0\r\n\r\n"
    ),
    Sent("another coding", 400, False, headers=with_(b"Transfer-Encoding: gzip"), length=None),
    Sent("no length", 400, False, length=None),
    Sent("a length below nought", 400, False, length=b"Content-Length: -1"),
    Sent("a length with a plus", 400, False, length=b"Content-Length: +%d"),
    Sent("a length in words", 400, False, length=b"Content-Length: many"),
    Sent("a length twice", 400, False, headers=with_(b"Content-Length: 3")),
    Sent("two tokens", 401, False, headers=with_(FORGED)),
    Sent("two hosts", 400, False, headers=with_(b"Host: y")),
    Sent("a folded header", 400, False, headers=with_(b"User-Agent: a", b" phone")),
    Sent("a space before the colon", 400, False, headers=(HOST, TOKEN, b"Content-Type : application/json")),
    Sent("a header without a name", 400, False, headers=with_(b": x")),
    Sent("a header without a colon", 400, False, headers=with_(b"nothing")),
    Sent("a letter beyond ASCII", 201, False, headers=with_(b"User-Agent: \xc3\xa9")),
    Sent("hanging up afterwards", 201, False, headers=with_(b"Connection: close")),
    Sent("a little larger", 201, False, body=padded(LARGEST_BODY + 1)),
    Sent("900 KB", 201, False, body=padded(900_000)),
    Sent("2 MB", 413, False, body=padded(2_000_000)),
    Sent("a long head", 201, False, headers=with_(b"User-Agent: " + b"x" * LONGEST_HEAD)),
    Sent("a cookie", 201, False, headers=with_(b"Cookie: a=b")),
    Sent("from a browser", 201, False, headers=with_(b"Origin: https://elsewhere.example")),
]
