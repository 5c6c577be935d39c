"""The API's own description, OpenAPI 3.1, made from the operations; and the page to read it on."""

import functools
import re
import types
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, Union, get_args, get_origin

import msgspec
from flask import Blueprint, Flask, Response, current_app, render_template
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.errors import (
    Failed,
    Invalid,
    KeyReused,
    Malformed,
    NotFound,
    NotSignedIn,
    Refusal,
    TooLarge,
    TooMany,
    Unavailable,
    WrongMediaType,
    kinds_of_refusal,
)
from app.http.bodies import JSON
from app.http.operations import Operation, Operations, media_type_of
from app.http.problems import MEDIA_TYPE
from app.http.schemas import ProblemDetails

pages = Blueprint("openapi", __name__, url_prefix="/v1")
Json = dict[str, Any]
Mode = Literal["validation", "serialization"]
#: A model, read or written, and how to refer to its schema. Pydantic counts its dataclasses among models.
References = Mapping[tuple[Any, Mode], Json]


@pages.get("/openapi.json")
def openapi_json() -> Response:
    """The description for machines."""
    return Response(msgspec.json.encode(_described(current_app)), mimetype=JSON)


@pages.get("/docs")
def docs() -> str:
    """The description for people."""
    return render_template("docs.html")


@pages.get("/problems/<slug>")
def problem(slug: str) -> str:
    """What a problem's type means."""
    kind = next((kind for kind in kinds_of_refusal() if kind.slug == slug), None)
    if kind is None:
        raise NotFound(f"There is no problem type {slug!r}.")
    return render_template("problem.html", kind=kind, meaning=kind.__doc__)


def operations_of(app: Flask) -> list[Operation]:
    """All operations of all slices, in the order of registration."""
    return [
        each for slice_ in app.blueprints.values() if isinstance(slice_, Operations) for each in slice_.all
    ]


def _described(app: Flask) -> Json:
    # Flask's own object, not the proxy, is what the description is remembered by.
    return _description(tuple(operations_of(app)))


@functools.lru_cache(maxsize=1)
def _description(operations: tuple[Operation, ...]) -> Json:
    references, schemas = _schemas(operations)
    paths: dict[str, Json] = {}
    for operation in operations:
        address = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", operation.rule)
        paths.setdefault(address, {})[operation.method.lower()] = _operation(operation, references)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hereabouts",
            "version": "1",
            "description": "Check in, and the neighbourhood hears it. Geometry is GeoJSON (RFC 7946): longitude first. "
            "How much more you may ask for stands in every answer's RateLimit field.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "reader": {"type": "http", "scheme": "bearer", "description": "The key of a reader, hbr_…"},
            },
        },
    }


def _schemas(operations: Iterable[Operation]) -> tuple[References, Json]:
    wanted: dict[tuple[type[BaseModel], Mode], None] = {(ProblemDetails, "serialization"): None}
    for operation in operations:
        if operation.body:
            wanted[operation.body, "validation"] = None
        for kind in _models_in(operation.gives):
            wanted[kind, "serialization"] = None
    references, document = models_json_schema(list(wanted), ref_template="#/components/schemas/{model}")
    return references, document.get("$defs", {})


def _models_in(kind: Any) -> Sequence[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [kind]
    if get_origin(kind) in {Union, types.UnionType}:
        return [model for each in get_args(kind) for model in _models_in(each)]
    return []


def _operation(operation: Operation, references: References) -> Json:
    said: Json = {
        "operationId": operation.name,
        "summary": (operation.run.__doc__ or operation.name).strip().splitlines()[0],
        "tags": [operation.run.__module__.split(".")[1]],
        "parameters": [*_in_path(operation), *_in_query(operation), *_in_header(operation)],
        "responses": _responses(operation, references),
    }
    if operation.body:
        schema = references[operation.body, "validation"]
        said["requestBody"] = {"required": True, "content": {JSON: {"schema": schema}}}
    bearer = {"bearer": [operation.scope] if operation.scope else []}
    said["security"] = [{}, bearer] if operation.anyone else [bearer]
    if operation.keyed:
        said["security"] = [{"reader": []}]
    return said


def _in_path(operation: Operation) -> list[Json]:
    kinds = {"uuid:": {"type": "string", "format": "uuid"}}
    return [
        {"name": name, "in": "path", "required": True, "schema": kinds.get(converter, {"type": "string"})}
        for converter, name in re.findall(r"<(\w+:)?(\w+)>", operation.rule)
    ]


def _in_query(operation: Operation) -> list[Json]:
    if operation.query is None:
        return []
    schema = operation.query.model_json_schema(ref_template="#/components/schemas/{model}")
    required = schema.get("required", ())
    return [
        {"name": name, "in": "query", "required": name in required, "schema": each}
        for name, each in schema["properties"].items()
    ]


def _in_header(operation: Operation) -> list[Json]:
    if operation.method != "POST":
        return []
    schema = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"}
    says = "The same key with the same body gives the first answer again, for 24 hours."
    return [
        {"name": "Idempotency-Key", "in": "header", "required": False, "schema": schema, "description": says}
    ]


def _responses(operation: Operation, references: References) -> Json:
    said: Json = {str(operation.status): {"description": "Done"}}
    models = _models_in(operation.gives)
    if models:
        each = [references[model, "serialization"] for model in models]
        schema = each[0] if len(each) == 1 else {"anyOf": each}
        said[str(operation.status)]["content"] = {media_type_of(models[0]): {"schema": schema}}
    elif operation.gives is not None and hasattr(operation.gives, "media_type"):
        said[str(operation.status)]["content"] = {operation.gives.media_type: {}}
    problem_schema = {"schema": references[ProblemDetails, "serialization"]}
    for status, kinds in _refusals(operation).items():
        names = "; ".join(dict.fromkeys(kind.title for kind in kinds))
        said[str(status)] = {"description": names, "content": {MEDIA_TYPE: problem_schema}}
    return said


def _refusals(operation: Operation) -> dict[int, list[type[Refusal]]]:
    kinds: list[type[Refusal]] = [*operation.refuses, NotSignedIn, Failed, TooMany, Unavailable]
    if operation.body:
        kinds += [Malformed, Invalid, TooLarge, WrongMediaType]
    if operation.query or operation.method == "POST":
        kinds.append(Invalid)
    if operation.method == "POST":
        kinds.append(KeyReused)
    if "<" in operation.rule:
        kinds.append(NotFound)
    by_status: dict[int, list[type[Refusal]]] = {}
    for kind in kinds:
        by_status.setdefault(kind.status, []).append(kind)
    return dict(sorted(by_status.items()))
