"""Signing up and in."""

import time
from collections.abc import Callable

import gevent
import pytest
from argon2 import PasswordHasher, Type, extract_parameters
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import passwords
from app.accounts.models import Person
from tests.world import Json, World, problem_in


def signs_up(world: World, **more: object) -> Json:
    body = {"handle": f"ana-{world.seed}", "password": "correct horse", **more}
    answer = world.client.post("/v1/people", json=body)
    return {"status": answer.status_code, "headers": answer.headers, **answer.get_json(force=True)}


def test_who_signs_up_is_signed_in_and_can_be_found(world: World) -> None:
    signed_up = signs_up(world, name="Ana")
    assert signed_up["status"] == 201
    place = signed_up["headers"]["Location"]
    seen = world.client.get(place).get_json()
    assert seen == signed_up["person"] | {"you_follow": None, "follows_you": None}
    me = world.client.get("/v1/me", headers={"Authorization": f"Bearer {signed_up['token']}"}).get_json()
    assert me == signed_up["person"] | {"email": None}


def test_a_handle_is_one_persons_whatever_the_case(world: World) -> None:
    signs_up(world)
    again = signs_up(world, handle=f"ANA-{world.seed}")
    assert (again["status"], again["type"]) == (409, "/v1/problems/handle-taken")
    assert "another handle" in again["detail"]


def test_who_says_no_name_is_called_by_their_handle(world: World) -> None:
    assert signs_up(world)["person"]["name"] == f"ana-{world.seed}"


def test_one_signs_in_with_handle_and_password(world: World) -> None:
    ana = world.person("Ana")
    body = {"handle": ana.handle.upper(), "password": "correct horse", "device": "a phone"}
    signed_in = world.client.post("/v1/sessions", json=body).get_json()
    assert signed_in["person"]["id"] == ana.id
    assert signed_in["token"] != ana.token


@pytest.mark.parametrize(("handle", "password"), [("ana", "wrong horse"), ("nobody", "correct horse")])
def test_a_wrong_password_and_an_unknown_handle_look_the_same(
    world: World, handle: str, password: str
) -> None:
    ana = world.person("Ana")
    body = {"handle": ana.handle if handle == "ana" else "nobody-there", "password": password}
    answer = world.client.post("/v1/sessions", json=body)
    problem = problem_in(answer)
    assert (answer.status_code, problem["type"]) == (401, "/v1/problems/wrong-password")
    assert problem["detail"] == "There is no person with this handle and password. Check both and try again."


BAD: list[tuple[Json, str]] = [
    ({"handle": "a"}, "/handle"),
    ({"handle": "a" * 31}, "/handle"),
    ({"handle": "no spaces"}, "/handle"),
    ({"handle": "-dash"}, "/handle"),
    ({"handle": "ána"}, "/handle"),
    ({"handle": 7}, "/handle"),
    ({"password": "short"}, "/password"),
    ({"password": "x" * 201}, "/password"),
    ({"name": "x" * 61}, "/name"),
    ({"name": "nul\0"}, "/name"),
    ({"admin": True}, "/admin"),
]


@pytest.mark.parametrize(("wrong", "where"), BAD)
def test_a_bad_sign_up_says_where_and_makes_nobody(
    world: World, rows: Callable[[], dict[str, int]], wrong: Json, where: str
) -> None:
    before = rows()
    refused = signs_up(world, **wrong)
    assert (refused["status"], refused["errors"][0]["at"]) == (422, where)
    assert rows() == before


def test_nobody_is_called_so(world: World) -> None:
    answer = world.client.get("/v1/people/nobody-is-called-so")
    assert problem_in(answer)["type"] == "/v1/problems/not-found"


@pytest.mark.parametrize("handle", ["%00", "a%00b", "%F0%9F%9A%B2", "x" * 3000])
def test_a_handle_nobody_can_have_is_simply_nobodys(world: World, handle: str) -> None:
    assert world.client.get(f"/v1/people/{handle}").status_code == 404


def test_signing_in_with_a_handle_nobody_can_have(world: World) -> None:
    answer = world.client.post("/v1/sessions", json={"handle": "a\0b", "password": "correct horse"})
    assert answer.status_code in {401, 422}


def test_passwords_are_kept_as_argon2id_with_salt(world: World, session: Session) -> None:
    ana, bob = world.person("Ana"), world.person("Bob")
    kept = session.scalars(
        select(Person.password_hash).where(Person.handle.in_([ana.handle, bob.handle]))
    ).all()
    assert len(set(kept)) == 2
    assert {extract_parameters(each).type for each in kept} == {Type.ID}


def test_passwords_cost_a_guesser_what_rfc_9106_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher())
    parameters = extract_parameters(passwords.hashed("correct horse"))
    # The second recommended option of RFC 9106, section 4: 3 passes over 64 MiB in 4 lanes.
    assert (parameters.time_cost, parameters.memory_cost, parameters.parallelism) == (3, 65536, 4)


def test_a_password_matches_itself_only() -> None:
    kept = passwords.hashed("correct horse")
    assert passwords.matches(kept, "correct horse")
    assert not passwords.matches(kept, "correct horsE")
    assert not passwords.matches(None, "nobody has this password")
    assert not passwords.matches("no hash at all", "correct horse")


def test_few_passwords_are_tried_at_once_however_many_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes 64 MiB and a processor; who else is at it waits, and nobody else does."""
    trying, most = set[int](), list[int]()

    def slowly(kept: str, password: str) -> bool:
        trying.add(int(password))
        time.sleep(0.02)
        most.append(len(trying))
        trying.discard(int(password))
        return False

    monkeypatch.setattr(passwords, "_verified", slowly)
    gevent.joinall([gevent.spawn(passwords.matches, "kept", str(number)) for number in range(12)])
    assert len(most) == 12
    assert 1 < max(most) <= 4
