"""The API's description: true of what it answers, whatever it is asked (schemathesis)."""

from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import checks
from werkzeug.test import TestResponse

from app.http.openapi import operations_of
from tests.world import CAFE, Json, World, point

PROMISES = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


@pytest.fixture(scope="module")
def description(app: Flask) -> Json:
    described: Json = app.test_client().get("/v1/openapi.json").get_json()
    return described


def test_it_is_openapi_3_1(description: Json) -> None:
    assert description["openapi"] == "3.1.0"
    for schema in description["components"]["schemas"].values():
        jsonschema_rs.meta.validate(schema)


def test_every_operation_is_in_it_once(app: Flask, description: Json) -> None:
    told = [operation["operationId"] for path in description["paths"].values() for operation in path.values()]
    assert sorted(told) == sorted(each.name for each in operations_of(app))
    assert len(set(told)) == len(told)


def test_every_address_of_the_api_is_in_it(app: Flask, description: Json) -> None:
    served = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/v1/")}
    told = {path.replace("{", "<").replace("}", ">") for path in description["paths"]}
    besides = {"/v1/openapi.json", "/v1/docs", "/v1/problems/<slug>"}
    assert {rule.replace("<uuid:", "<") for rule in served} - besides == told


def test_every_operation_says_what_it_does(description: Json) -> None:
    for path in description["paths"].values():
        for operation in path.values():
            assert operation["summary"].endswith(".")
            assert "401" in operation["responses"]


def test_every_post_takes_an_idempotency_key(description: Json) -> None:
    for path, methods in description["paths"].items():
        headers = [
            each["name"] for each in methods.get("post", {}).get("parameters", ()) if each["in"] == "header"
        ]
        assert headers == (["Idempotency-Key"] if "post" in methods else []), path


def test_people_can_read_it(world: World) -> None:
    answer = world.client.get("/v1/docs")
    page = answer.get_data(as_text=True)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert "//cdn" not in page
    assert "https://" not in page


def validated(description: Json, answer: TestResponse, method: str, path: str) -> None:
    """Hold an answer to the schema that the description gives for it."""
    told = description["paths"][path][method]["responses"][str(answer.status_code)]["content"][
        answer.mimetype
    ]
    schema = {**told["schema"], "components": description["components"]}
    jsonschema_rs.Draft202012Validator(schema).validate(answer.get_json(force=True))


def test_answers_made_without_a_schema_are_as_the_schema_says(world: World, description: Json) -> None:
    """Check-ins and feeds are written straight from what was found."""
    world.location(CAFE)
    ana, stranger, topic = world.person("Ana"), world.person("Eve"), world.topic()
    whole = {
        "position": point(CAFE),
        "text": "coffee?",
        "topics": [topic],
        "accuracy_m": 8.5,
        "activity": "riding",
        "place_id": world.place()["id"],
        "exactness": "quarter",
    }
    made = ana.asks("POST", "/check-ins", whole)
    validated(description, made, "post", "/v1/check-ins")
    validated(description, ana.asks("POST", "/check-ins", {"position": point(CAFE)}), "post", "/v1/check-ins")
    many = {"check_ins": [whole, {"position": None}]}
    validated(description, ana.asks("POST", "/check-ins/batch", many), "post", "/v1/check-ins/batch")
    for person in (ana, stranger):
        validated(description, person.asks("GET", f"/check-ins?person={ana.handle}"), "get", "/v1/check-ins")
        one = person.asks("GET", f"/check-ins/{made.get_json(force=True)['id']}")
        validated(description, one, "get", "/v1/check-ins/{check_in_id}")


def test_problems_are_as_the_schema_says(world: World, description: Json) -> None:
    bad = world.founder.asks("POST", "/check-ins", {"position": None})
    validated(description, bad, "post", "/v1/check-ins")


def schema_of(app: Flask) -> Any:
    config = schemathesis.Config()
    return schemathesis.openapi.from_wsgi("/v1/openapi.json", app, config=config)


def strategy(app: Flask) -> st.SearchStrategy[Any]:
    """A request to any operation, as the description allows it or nearly so."""
    every = [
        result.ok().as_strategy(generation_mode=mode)
        for result in schema_of(app).get_all_operations()
        for mode in schemathesis.GenerationMode
    ]
    return st.one_of(every)


def test_whatever_is_asked_is_answered_as_described(app: Flask, world: World) -> None:
    ana = world.person("Ana")

    @seed(20261122)
    @settings(
        max_examples=300,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy(app))
    def asks(case: Any) -> None:
        # Signing oneself out would make every later answer the same.
        if not (case.method == "DELETE" and "sessions" in case.path):
            case.call_and_validate(headers=ana.headers, checks=PROMISES)

    asks()
