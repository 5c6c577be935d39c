"""Work that fails says its last words, and only those of this time."""

from pathlib import Path

import pytest

from script.setup.say import NotReady, work


def test_failed_work_ends_with_its_last_words_and_where_the_rest_is(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("of an earlier time\n")
    with pytest.raises(NotReady) as failed:
        work("installing", ["sh", "-c", "echo first; seq 20 >&2; exit 3"], log)
    assert str(failed.value).startswith(f"installing failed. The whole output is in {log}; it ends:\n  6\n")
    assert str(failed.value).endswith("\n  20")
    assert log.read_text().startswith("of an earlier time\nfirst\n1\n")


def test_short_work_says_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    work("installing", ["true"], tmp_path / "log")
    assert capsys.readouterr().out == ""
