"""What PostgreSQL is told: how much it may take, and that nobody gets in by just asking."""

from pathlib import Path

import pytest

from script.setup import cluster_files

GIB = 2**30


@pytest.mark.parametrize(("memory", "buffers"), [(GIB, "256MB"), (2 * GIB, "512MB"), (64 * GIB, "512MB")])
def test_buffers_are_512_mb_but_at_most_a_quarter_of_memory(memory: int, buffers: str) -> None:
    assert f"shared_buffers = '{buffers}'\n" in cluster_files.settings(Path("/run/pg"), memory)


@pytest.mark.parametrize("setting", ["synchronous_commit = 'on'", "listen_addresses = ''", "jit = 'off'"])
def test_a_commit_is_durable_and_nobody_comes_over_the_network(setting: str) -> None:
    assert f"{setting}\n" in cluster_files.settings(Path("/run/pg"), GIB)


def test_a_quote_in_a_folders_name_ends_no_setting() -> None:
    assert "unix_socket_directories = '/o''neill/run'\n" in cluster_files.settings(Path("/o'neill/run"), GIB)


def test_everybody_has_to_be_who_they_say() -> None:
    assert (
        cluster_files.configuration(Path("/run"), "ana")["pg_hba.conf"]
        == "local all all peer map=hereabouts\n"
    )


def test_only_the_owner_and_root_may_be_the_clusters_roles() -> None:
    assert cluster_files.configuration(Path("/run"), "ana")["pg_ident.conf"].splitlines() == [
        'hereabouts "ana" postgres',
        'hereabouts "ana" hereabouts',
        'hereabouts "root" postgres',
        'hereabouts "root" hereabouts',
    ]
