"""What a Debian package brings along, and where its libraries are once it is unpacked."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from script.setup import debs

DEPENDS = """\
postgis
  Depends: postgresql
  Depends: libgeos
  PreDepends: libc6
 |Depends: <mail-agent>
    exim
    postfix
  Depends: <perl:any>
    perl
postgresql
  Depends: libllvm14
libllvm14
  Depends: libz3
libgeos
"""
NAMES = st.sampled_from("abcdef")
GRAPHS = st.dictionaries(NAMES, st.sets(NAMES))


def test_alternatives_and_providers_count_as_needed() -> None:
    assert debs.dependencies(DEPENDS) == {
        "postgis": {"postgresql", "libgeos", "libc6", "mail-agent", "exim", "postfix", "perl:any", "perl"},
        "postgresql": {"libllvm14"},
        "libllvm14": {"libz3"},
        "libgeos": set(),
    }


def test_what_only_a_spare_package_needs_is_left_out() -> None:
    reached = debs.reachable(["postgis"], debs.dependencies(DEPENDS), re.compile("libllvm.*"))
    assert "postgresql" in reached
    assert not {"libllvm14", "libz3"} & reached


@given(GRAPHS, NAMES, st.sets(NAMES))
def test_reachable_means_a_chain_without_a_spare_link(needed_by, start, spare) -> None:
    chains = {start} - spare
    for _ in range(len("abcdef")):
        chains |= {name for link in chains for name in needed_by.get(link, ())} - spare
    assert debs.reachable([start], needed_by, re.compile("|".join(spare) or "(?!)")) == chains


def test_libraries_are_also_looked_for_one_folder_deeper(tmp_path: Path) -> None:
    for name in ("libpq.so.5", "pulseaudio/libpulsecommon-16.1.so", "pkgconfig/libpq.pc"):
        path = tmp_path / "usr/lib/x86_64-linux-gnu" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    found = [str(folder) for folder in debs.library_folders(tmp_path)]
    assert found == ["usr/lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu/pulseaudio"]


@pytest.mark.parametrize("name", ["libc6", "perl-base", "systemd-sysv", "libllvm15"])
def test_no_second_c_library_and_no_daemon_is_unpacked(name: str) -> None:
    assert debs.NEVER_UNPACKED.fullmatch(name)
