"""Routes as operations: who, parse, transaction, call, show; one decorator, from which OpenAPI is made as well."""

import functools
import hashlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, get_type_hints
from uuid import UUID

import msgspec
from flask import Blueprint, Response, request
from pydantic import BaseModel
from sqlalchemy.orm import Session

from app import clock
from app.errors import Invalid, Refusal
from app.http import bodies, callers, idempotency, pages
from app.http.bodies import JSON
from app.http.calls import Call, House, house

F = TypeVar("F", bound=Callable[..., Any])


class Decorator(Protocol):
    """Leaves the function as it is."""

    def __call__(self, run: F) -> F:
        """Register it."""


@dataclass(frozen=True, slots=True)
class Ready:
    """An answer made without a schema, for the busiest addresses: a test holds it to the schema it gives."""

    body: dict[str, Any]
    next_cursor: UUID | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """What one method at one address takes and gives; enough to run it and to describe it."""

    method: str
    rule: str
    run: Callable[..., Any]
    status: int
    anyone: bool
    refuses: tuple[type[Refusal], ...]
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    gives: Any
    #: Sees to its own transaction and retries, and takes the body as it came.
    direct: bool
    #: What takes long and needs no transaction, done before one is begun; its answer is the operation's `ahead`.
    ahead: Callable[[Call, Any], Any] | None
    #: What a token must be good for that does not come from signing in; without one, no such token will do.
    scope: str | None
    #: Finds whose key of another kind came along, where no person asks; raises NotSignedIn.
    keyed: Callable[[House, str], UUID] | None = None
    #: What of it a new account may do only seldom, as `limits` has it; None where it may as often as anybody.
    seldom: str | None = None

    @property
    def name(self) -> str:
        """The function's name."""
        return self.run.__name__

    @property
    def writes(self) -> bool:
        """Whether it may change something."""
        return self.method != "GET"


class Operations(Blueprint):
    """The operations of one slice, all under /v1."""

    def __init__(self, name: str) -> None:
        super().__init__(name, name, url_prefix="/v1")
        self.all: list[Operation] = []

    def get(self, rule: str, **said: Any) -> Decorator:
        """Reads."""
        return self._operation("GET", rule, said)

    def post(self, rule: str, **said: Any) -> Decorator:
        """Makes something; safe to send again with an Idempotency-Key."""
        return self._operation("POST", rule, {"status": 201, **said})

    def put(self, rule: str, **said: Any) -> Decorator:
        """Sets something; safe to send again as it is."""
        return self._operation("PUT", rule, said)

    def patch(self, rule: str, **said: Any) -> Decorator:
        """Sets some of something; safe to send again as it is."""
        return self._operation("PATCH", rule, said)

    def delete(self, rule: str, **said: Any) -> Decorator:
        """Ends something; safe to send again as it is."""
        return self._operation("DELETE", rule, {"status": 204, **said})

    def _operation(self, method: str, rule: str, said: dict[str, Any]) -> Decorator:
        def register(run: F) -> F:
            operation = _described(method, rule, run, said)
            self.all.append(operation)
            self.add_url_rule(rule, operation.name, functools.partial(_serve, operation), methods=[method])
            return run

        return register


def _described(method: str, rule: str, run: Callable[..., Any], said: dict[str, Any]) -> Operation:
    hints = get_type_hints(run)
    known = inspect.signature(run).parameters
    return Operation(
        method=method,
        rule="/v1" + rule,
        run=run,
        status=said.get("status", 200),
        anyone=said.get("anyone", False),
        refuses=tuple(said.get("refuses", ())),
        body=said.get("takes", hints.get("body") if "body" in known else None),
        query=hints.get("query") if "query" in known else None,
        gives=said.get("gives", hints["return"]),
        direct=said.get("direct", False),
        ahead=said.get("ahead"),
        scope=said.get("scope"),
        keyed=said.get("keyed"),
        seldom=said.get("seldom"),
    )


def _serve(operation: Operation, **path: Any) -> Response:
    inside = house()
    asked = _asked(operation, inside)
    if operation.body is not None:
        sent = bodies.sent()
        path["body"] = sent if operation.direct else operation.body.model_validate_json(sent)
    if operation.query is not None:
        path["query"] = operation.query.model_validate(request.args.to_dict())
    if operation.ahead is not None:
        path["ahead"] = operation.ahead(asked(None), path["body"])
    if operation.direct:
        return _answered(operation, asked(None), path)
    if not operation.writes:
        with inside.database.reading() as session:
            return _revalidated(_answered(operation, asked(session), path))
    with inside.database.transaction() as session:
        call = asked(session)
        return _once(operation, call, lambda: _answered(operation, call, path))


def _asked(operation: Operation, inside: House) -> Callable[[Session | None], Call]:
    if operation.keyed is not None:
        device = callers.device(functools.partial(operation.keyed, inside), inside.limits)
        return lambda session: Call(inside, None, session, device=device)
    bearer = callers.caller(inside.bearers, inside.limits, operation.scope, operation.anyone)
    if operation.seldom and bearer:
        inside.limits.of_new_account(bearer.person_id, bearer.new_until, operation.seldom)
    return lambda session: Call(inside, bearer, session)


def _once(operation: Operation, call: Call, answered: Callable[[], Response]) -> Response:
    """Answer a POST that has an Idempotency-Key once, and again with the same."""
    key = request.headers.get("Idempotency-Key")
    if key is None or request.method != "POST":
        return answered()
    key = idempotency.checked(key)
    who = call.viewer or call.device
    retry = idempotency.Retry.of(who, key, request.method, request.path, request.get_data(cache=True))
    before = idempotency.first_answer(call.session, retry, clock.now())
    if before is not None:
        return _again(operation, before)
    response = answered()
    answer = idempotency.Answer(response.status_code, response.get_data(), response.headers.get("Location"))
    idempotency.keep(call.session, retry, answer)
    return response


def _again(operation: Operation, before: idempotency.Answer) -> Response:
    response = Response(before.body, before.status, mimetype=media_type_of(operation.gives))
    response.headers.update(idempotency.REPLAYED)
    if before.place:
        response.headers["Location"] = before.place
    return response


def _answered(operation: Operation, call: Call, arguments: dict[str, Any]) -> Response:
    result = operation.run(call, **arguments)
    if isinstance(result, Response):
        return result
    if result is None:
        return Response(status=202 if operation.status == 202 else 204)
    response = Response(to_json(result), operation.status, mimetype=media_type_of(operation.gives))
    response.headers.update(call.headers)
    if following := getattr(result, "next_cursor", None):
        response.headers["Link"] = pages.link_to_next("cursor", pages.shown(following))
    return response


def media_type_of(kind: Any) -> str:
    """What an answer is sent as."""
    return str(getattr(kind, "media_type", JSON))


def to_json(result: Any) -> bytes:
    """A schema, or what looks like one, as JSON."""
    if isinstance(result, BaseModel):
        return result.__pydantic_serializer__.to_json(result)
    return msgspec.json.encode(result.body if isinstance(result, Ready) else result)


def _revalidated(response: Response) -> Response:
    """With an ETag; 304 without a body where the client has it already (RFC 9110 §13)."""
    if response.status_code == 200:
        if "ETag" not in response.headers:
            response.set_etag(hashlib.blake2b(response.get_data(), digest_size=12).hexdigest())
        response.headers["Cache-Control"] = "private, no-cache"
        response.headers["Vary"] = "Authorization"
        response.make_conditional(request.environ)
    return response


def ensure(condition: bool, detail: str) -> None:
    """Refuse a request whose parts do not go together."""
    if not condition:
        raise Invalid(detail)
