"""Idempotency-Key: the same POST again gives the first answer, and nothing is done twice."""

from datetime import timedelta

import gevent
import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app import clock
from app.http.idempotency import IdempotencyKey, Retry, forget_old
from tests.world import PURPOSE, Json, Someone, World, problem_in

HOUR = timedelta(hours=1)


def signing_up(world: World) -> Json:
    return {"handle": f"ana-{world.seed}", "password": "correct horse"}


def test_signing_up_again_gives_the_same_person_and_token(world: World) -> None:
    headers = {"Idempotency-Key": f"k-{world.seed}"}
    first, second = (
        world.client.post("/v1/people", json=signing_up(world), headers=headers) for _ in range(2)
    )
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.get_data() == second.get_data()
    assert second.headers["Location"] == first.headers["Location"]
    assert second.headers["Idempotency-Replayed"] == "true"
    token = second.get_json()["token"]
    assert world.client.get("/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def kept_answers(session: Session) -> bytes:
    return b"".join(bytes(each) for each in session.scalars(select(IdempotencyKey.answer)) if each)


def test_the_token_in_a_kept_answer_is_sealed(world: World, session: Session) -> None:
    headers = {"Idempotency-Key": f"k-{world.seed}"}
    token = world.client.post("/v1/people", json=signing_up(world), headers=headers).get_json()["token"]
    assert token.encode() not in kept_answers(session)
    assert world.seed.encode() not in kept_answers(session)


def test_it_is_sealed_for_those_who_were_signed_in_already_as_well(world: World, session: Session) -> None:
    """A client may send its old token along while it signs in again."""
    ana = world.person("Ana")
    body = {"handle": ana.handle, "password": "correct horse"}
    token = ana.posts("/sessions", body, Idempotency_Key="k1")["token"]
    assert ana.posts("/sessions", body, Idempotency_Key="k1")["token"] == token
    assert token.encode() not in kept_answers(session)


def test_a_sealed_answer_opens_for_the_same_request_only() -> None:
    first = Retry.of(None, "k1", "POST", "/v1/people", b"{}")
    sealed = first.sealed(b"a token")
    assert Retry.of(None, "k1", "POST", "/v1/people", b"{}").opened(sealed) == b"a token"
    for key, body in (("k2", b"{}"), ("k1", b"{ }")):
        with pytest.raises(InvalidTag):
            Retry.of(None, key, "POST", "/v1/people", body).opened(sealed)


def test_neither_key_nor_request_is_kept(world: World, session: Session) -> None:
    key = f"secret-key-{world.seed}"
    world.client.post("/v1/people", json=signing_up(world), headers={"Idempotency-Key": key})
    everything = session.scalar(text("SELECT string_agg(k::text, ' ') FROM idempotency_keys k")) or ""
    assert key.encode().hex() not in everything
    assert b"correct horse".hex() not in everything


POSTS: dict[str, Json] = {
    "/topics": {"key": "interest:x-SEED"},
    "/communities": {
        "kind": "interest",
        "name": "Riders SEED",
        "purpose": PURPOSE,
        "topics": ["TOPIC"],
    },
    "/places": {"name": "A place SEED", "position": {"type": "Point", "coordinates": [2.1, 41.4]}},
    "/businesses": {"name": "A business SEED"},
    "/sessions": {"handle": "HANDLE", "password": "correct horse"},
    "/me/positions": {"position": {"type": "Point", "coordinates": [2.1, 41.4]}},
}


def filled(world: World, ana: Someone, body: Json, seed: str) -> Json:
    words = {"TOPIC": world.topic(), "HANDLE": ana.handle}
    if isinstance(body.get("topics"), list):
        body = {**body, "topics": [words["TOPIC"]]}
    return {
        key: words.get(said, said.replace("SEED", seed)) if isinstance(said, str) else said
        for key, said in body.items()
    }


@pytest.mark.parametrize("path", POSTS)
def test_every_post_is_done_once(world: World, session: Session, path: str) -> None:
    ana = world.person("Ana")
    body = filled(world, ana, POSTS[path], world.seed)
    first, second = (ana.asks("POST", path, body, Idempotency_Key="k1") for _ in range(2))
    assert first.status_code < 300
    assert (first.status_code, first.get_data()) == (second.status_code, second.get_data())
    assert first.mimetype == second.mimetype
    assert first.headers.get("Location") == second.headers.get("Location")


@pytest.mark.parametrize("path", sorted({*POSTS} - {"/me/positions"}))
def test_another_body_under_the_same_key_is_refused(world: World, path: str) -> None:
    ana = world.person("Ana")
    ana.posts(path, filled(world, ana, POSTS[path], world.seed), Idempotency_Key="k1")
    other = filled(world, ana, POSTS[path], world.seed + "b")
    if path == "/sessions":
        other["device"] = "another"
    problem = ana.is_refused("POST", path, other, Idempotency_Key="k1")
    assert (problem["status"], problem["type"]) == (422, "/v1/problems/idempotency-key-reused")
    assert "Make a new key" in problem["detail"]


def test_another_address_under_the_same_key_is_refused(world: World) -> None:
    ana = world.person("Ana")
    ana.posts("/businesses", {"name": "A business"}, Idempotency_Key="k1")
    assert ana.is_refused("POST", "/me/check-out", {}, Idempotency_Key="k1")["status"] == 422


def test_a_refusal_is_not_kept(world: World) -> None:
    ana = world.person("Ana")
    ana.is_refused("POST", "/businesses", {"name": "x"}, Idempotency_Key="k1")
    assert ana.posts("/businesses", {"name": "x and more"}, Idempotency_Key="k1")["name"] == "x and more"


def test_a_conflict_is_not_kept_either(world: World) -> None:
    ana, topic = world.person("Ana"), world.topic()
    assert ana.is_refused("POST", "/topics", {"key": topic}, Idempotency_Key="k1")["status"] == 409
    ana.posts("/topics", {"key": topic + "-2"}, Idempotency_Key="k1")


def test_an_answer_is_kept_for_24_hours(world: World) -> None:
    ana = world.person("Ana")
    first = ana.posts("/businesses", {"name": "A business"}, Idempotency_Key="k1")
    with clock.travelling(24 * HOUR - timedelta(minutes=1)):
        assert ana.posts("/businesses", {"name": "A business"}, Idempotency_Key="k1") == first
    with clock.travelling(24 * HOUR + timedelta(minutes=1)):
        assert ana.posts("/businesses", {"name": "Another"}, Idempotency_Key="k1")["id"] != first["id"]


def test_old_keys_are_swept_and_younger_ones_kept(world: World, session: Session) -> None:
    ana = world.person("Ana")
    ana.posts("/businesses", {"name": "A business"}, Idempotency_Key="old")
    with clock.travelling(23 * HOUR):
        ana.posts("/businesses", {"name": "A business"}, Idempotency_Key="young")
    forget_old(session, clock.now() + 25 * HOUR)
    kept = select(IdempotencyKey.key_hash).where(IdempotencyKey.person_id == ana.id)
    assert len(session.scalars(kept).all()) == 1


def test_of_several_at_once_one_is_done(world: World) -> None:
    ana = world.person("Ana")
    jobs = [
        gevent.spawn(ana.posts, "/businesses", {"name": "A business"}, Idempotency_Key="k1") for _ in range(4)
    ]
    answers = [job.get(timeout=20) for job in jobs]
    assert all(each == answers[0] for each in answers)
    assert len(ana.gets("/me/businesses")["items"]) == 1


def test_who_is_nobody_shares_no_keys_with_who_is_somebody(world: World) -> None:
    ana = world.person("Ana")
    ana.posts("/businesses", {"name": "A business"}, Idempotency_Key=f"k-{world.seed}")
    answer = world.client.post(
        "/v1/people", json=signing_up(world), headers={"Idempotency-Key": f"k-{world.seed}"}
    )
    assert answer.status_code == 201


def test_someone_elses_key_tells_nothing(world: World) -> None:
    """Who guesses the key of a sign-up, but not the whole request, learns nothing."""
    headers = {"Idempotency-Key": f"k-{world.seed}"}
    world.client.post("/v1/people", json=signing_up(world), headers=headers)
    answer = world.client.post(
        "/v1/people", json={**signing_up(world), "password": "wrong horse"}, headers=headers
    )
    assert problem_in(answer)["status"] == 422
    assert "token" not in answer.get_data(as_text=True)
