"""What is remembered is asked for once, and never outlives what it was about."""

import pytest

from app.remembering import Remembered


class Asked:
    """Answers with how often it was asked, unless it is to fail."""

    def __init__(self) -> None:
        self.times = 0
        self.meanwhile = lambda: None

    def __call__(self, key: str) -> str:
        self.times += 1
        answer = f"{key} {self.times}"
        if key == "nobody":
            raise LookupError(key)
        self.meanwhile()
        return answer


@pytest.fixture
def asked() -> Asked:
    return Asked()


def test_it_is_asked_for_once(asked: Asked) -> None:
    remembered = Remembered(asked, 10)
    assert remembered.known("ana") is None
    assert [remembered.of("ana") for _ in range(3)] == ["ana 1"] * 3
    assert remembered.known("ana") == "ana 1"
    assert remembered.again("ana") == "ana 2" == remembered.of("ana")


def test_what_is_forgotten_is_asked_for_again(asked: Asked) -> None:
    remembered = Remembered(asked, 10)
    for each in ("ana", "bob", "eve"):
        remembered.of(each)
    remembered.forget(["ana", "nobody"])
    remembered.forget_where(lambda answer: answer.startswith("bob"))
    assert [remembered.known(each) for each in ("ana", "bob", "eve")] == [None, None, "eve 3"]
    remembered.forget_all()
    assert remembered.known("eve") is None


@pytest.mark.parametrize("how", ["forget", "forget_where", "forget_all"])
def test_what_changes_while_it_is_asked_for_is_not_remembered(asked: Asked, how: str) -> None:
    remembered = Remembered(asked, 10)
    asked.meanwhile = {
        "forget": lambda: remembered.forget(["ana"]),
        "forget_where": lambda: remembered.forget_where(lambda _: True),
        "forget_all": remembered.forget_all,
    }[how]
    assert remembered.of("ana") == "ana 1"
    assert remembered.known("ana") is None


def test_what_cannot_be_answered_is_not_remembered(asked: Asked) -> None:
    remembered = Remembered(asked, 10)
    for _ in range(2):
        with pytest.raises(LookupError):
            remembered.of("nobody")
    assert asked.times == 2


def test_it_remembers_no_more_than_so_many(asked: Asked) -> None:
    remembered = Remembered(asked, 2)
    for each in ("ana", "bob", "eve"):
        remembered.of(each)
    assert [remembered.known(each) for each in ("ana", "bob", "eve")] == [None, None, "eve 3"]
