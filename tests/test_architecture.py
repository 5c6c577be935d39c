"""The map of the house is true: a sentence for each folder, a folder for each sentence, and modules one can read."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/architecture.md").read_text()
ROW = re.compile(r"^\| `([\w/]+)/` \| (\S.*) \|$", re.MULTILINE)
#: Made by tools, or not ours; hidden folders as well.
NOT_OURS = {"__pycache__", "dist", "logs", "node_modules", "var"}
PACKAGES = ("app", "geo", "realtime", "town", "bench", "script", "tests")
LONGEST_MODULE = 300


def folders(within: Path) -> list[Path]:
    return sorted(
        each
        for each in within.iterdir()
        if each.is_dir() and each.name not in NOT_OURS and not each.name.startswith(".") and any(files(each))
    )


def files(within: Path) -> Iterator[Path]:
    return (each for each in within.rglob("*") if each.is_file() and not NOT_OURS & set(each.parts))


def mapped() -> dict[str, str]:
    return dict(ROW.findall(PAGE))


def wanted() -> set[str]:
    """Every folder at the top, and every package of what is not a test."""
    packages = [each for top in PACKAGES if top != "tests" for each in folders(ROOT / top)]
    return {str(each.relative_to(ROOT)) for each in [*folders(ROOT), *packages]}


def test_every_folder_has_a_sentence_and_every_sentence_a_folder() -> None:
    assert set(mapped()) == wanted()


def test_a_sentence_is_one_sentence() -> None:
    for folder, sentence in mapped().items():
        assert sentence.endswith("."), folder
        assert sentence[0].isupper(), folder


def modules() -> list[Path]:
    return [each for top in PACKAGES for each in files(ROOT / top) if each.suffix in {".py", ".mjs"}]


def test_no_module_is_longer_than_one_can_read() -> None:
    lengths = {str(each.relative_to(ROOT)): len(each.read_text().splitlines()) for each in modules()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


@pytest.mark.parametrize("top", ["app", "geo", "realtime", "town", "bench", "script"])
def test_every_module_says_in_its_first_line_what_it_is_for(top: str) -> None:
    silent = [
        each
        for each in files(ROOT / top)
        if each.suffix == ".py" and not each.read_text().lstrip().startswith('"""')
    ]
    assert silent == []


def test_the_ladder_on_the_page_is_the_ladder_that_runs() -> None:
    page = PAGE.split("```")[1]
    drawn = set(re.findall(r"\b[a-z]+\b", re.sub(r" {3,}.*", "", page)))
    contracts = (ROOT / "pyproject.toml").read_text()
    ladder = contracts.split('name = "The ladder')[1].split("layers = [")[1].split("]")[0]
    assert drawn == set(re.findall(r"\b[a-z]+\b", ladder))


DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_is_short_and_whole(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= 40
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    assert headings[1:] == ["Context", "Decision", "Consequences"]
    assert headings[0].startswith(str(int(path.stem[:4])) + ". ")


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(path.stem[:4]) for path in DECISIONS]
    assert numbers == list(range(1, len(numbers) + 1))
