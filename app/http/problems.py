"""Refusals as `application/problem+json` (RFC 9457)."""

from collections.abc import Sequence
from typing import Any

import msgspec
import structlog
from flask import Flask, Response, request
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from app.errors import (
    BadAreaGiven,
    Failed,
    Invalid,
    Malformed,
    NotEnoughScope,
    NotFound,
    Refusal,
    TooLarge,
    TooMany,
    Unavailable,
    WrongMediaType,
    WrongMethod,
)
from app.http.wording import in_words
from geo import BadArea, GeoError

MEDIA_TYPE = "application/problem+json"
OUR_FAULT = "This was our fault and is written down. Nothing was changed; try again later."
_INSUFFICIENT = 'Bearer realm="hereabouts", error="insufficient_scope"'
SEND_A_TOKEN = "Send Authorization: Bearer with a token from POST /v1/sessions."
log = structlog.get_logger()
#: All that is raised where something sent cannot be accepted; `refusal_of` says it in one way.
REFUSED = (Refusal, ValidationError, GeoError)
Refused = Refusal | ValidationError | GeoError
_BY_STATUS: dict[int, type[Refusal]] = {
    404: NotFound,
    405: WrongMethod,
    413: TooLarge,
    415: WrongMediaType,
    429: TooMany,
    503: Unavailable,
}


def problem_of(refusal: Refusal) -> dict[str, Any]:
    """The problem object, for HTTP bodies and socket acknowledgements alike."""
    return {
        "type": f"/v1/problems/{refusal.slug}",
        "title": refusal.title,
        "status": refusal.status,
        "detail": refusal.detail,
        **refusal.more,
    }


def respond(refusal: Refusal) -> Response:
    """The refusal as an answer."""
    answer = Response(msgspec.json.encode(problem_of(refusal)), refusal.status, mimetype=MEDIA_TYPE)
    if refusal.status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="hereabouts"'
    if isinstance(refusal, NotEnoughScope):
        answer.headers["WWW-Authenticate"] = _INSUFFICIENT
    if refusal.status in {429, 503}:
        answer.headers["Retry-After"] = str(refusal.more.get("retry_after_s", 1))
    return answer


def refusal_of(error: Refused) -> Refusal:
    """What to say to whoever sent something that cannot be."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, GeoError):
        return (BadAreaGiven if isinstance(error, BadArea) else Invalid)(str(error))
    return _invalid(error)


def _invalid(error: ValidationError) -> Refusal:
    """What pydantic found, in words, each with the JSON pointer (RFC 6901) of where."""
    found = error.errors(include_url=False, include_input=False)
    if found[0]["type"] == "json_invalid":
        return Malformed(f"The body is not JSON in UTF-8: {found[0]['msg'].removeprefix('Invalid JSON: ')}.")
    errors = [{"at": "".join(f"/{part}" for part in each["loc"]), "says": in_words(each)} for each in found]
    first = errors[0]
    kind = BadAreaGiven if isinstance(found[0].get("ctx", {}).get("error"), BadArea) else Invalid
    return kind(f"{first['at'] or 'The request'}: {first['says'].removesuffix('.')}.", errors=errors)


def init_app(app: Flask) -> None:
    """Answer every failure with a problem."""
    for kind in REFUSED:
        app.register_error_handler(kind, lambda error: respond(refusal_of(error)))
    app.register_error_handler(HTTPException, _http_exception)
    app.register_error_handler(Exception, _fault)


def _http_exception(error: HTTPException) -> Response:
    kind = _BY_STATUS.get(error.code or 500)
    if kind is None:
        return _plain(error)
    if isinstance(error, MethodNotAllowed):
        return _wrong_method(sorted(error.valid_methods or ()))
    return respond(kind(_DETAILS.get(kind) or str(error.description)))


def _wrong_method(right: Sequence[str]) -> Response:
    allowed = ", ".join(right)
    answer = respond(WrongMethod(f"{request.method} does nothing at this address; it takes {allowed}."))
    answer.headers["Allow"] = allowed
    return answer


_DETAILS: dict[type[Refusal], str] = {
    NotFound: "There is nothing at this address. /v1/docs lists what there is.",
    TooLarge: "The body is larger than 1 MB. Send less at once.",
}


def _plain(error: HTTPException) -> Response:
    body = {"type": "about:blank", "title": error.name, "status": error.code, "detail": error.description}
    return Response(msgspec.json.encode(body), error.code, mimetype=MEDIA_TYPE)


def _fault(error: Exception) -> Response:
    # The route says where; what was sent stays out of the log.
    log.error("request failed", route=str(request.url_rule), exc_info=error)
    return respond(Failed(OUR_FAULT))
