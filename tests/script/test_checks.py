"""All checks run, whatever the first of them found."""

import os

import pytest

from script.setup import checks
from script.setup.checks import Check


def test_a_failed_check_hides_no_later_one(capfd: pytest.CaptureFixture[str]) -> None:
    asked = [Check("style", ["false"]), Check("types", ["sh", "-c", "echo looked"]), Check("tests", ["true"])]
    assert checks.run(asked, os.environ) == 1
    said = capfd.readouterr().out
    assert "looked" in said
    assert [line.split()[:2] for line in said.splitlines()[-3:]] == [
        ["style", "FAILED"],
        ["types", "passed"],
        ["tests", "passed"],
    ]


def test_all_good_is_nought() -> None:
    assert checks.run([Check("style", ["true"])], os.environ) == 0


def test_the_scripts_are_linted_although_their_names_do_not_say_python() -> None:
    assert {"script/server", "script/test", "script/lint"} <= set(checks.scripts())
    assert "script/server" in checks.linters()[0].command


def test_all_tests_run_on_all_cores_and_some_as_they_are_asked_for() -> None:
    assert "--dist=loadfile" in checks.tests([]).command
    assert checks.tests(["tests/geo", "-x"]).command[3:] == ["tests/geo", "-x"]
