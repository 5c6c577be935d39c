"""What is written into the cluster: its settings, who may come in, and what it is furnished with."""

import os
from collections.abc import Iterable
from pathlib import Path

SUPERUSER = "postgres"
USER = "hereabouts"

# The kernel says who is at the other end of the socket; the map of identities says what they may be.
WHO_MAY_COME_IN = "local all all peer map=hereabouts\n"

# PostGIS is in every database made here, as only a superuser can add it and Hereabouts is none.
FURNISHING = {
    "template1": "CREATE EXTENSION IF NOT EXISTS postgis;",
    "postgres": f"""
SELECT 'CREATE ROLE {USER} LOGIN CREATEDB'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{USER}') \\gexec
SELECT 'CREATE DATABASE {USER} OWNER {USER}'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{USER}') \\gexec
""",
}


def configuration(sockets: Path, owner: str) -> dict[str, str]:
    """How PostgreSQL is to run: its files by name. Root may come in wherever the owner may."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "postgresql.conf": settings(sockets, memory),
        "pg_hba.conf": WHO_MAY_COME_IN,
        "pg_ident.conf": identities(sorted({"root", owner})),
    }


def settings(sockets: Path, memory_bytes: int) -> str:
    """PostgreSQL's settings for a machine with so much memory that other programs use too."""
    megabytes = memory_bytes // 2**20
    chosen = {
        "listen_addresses": "",
        "unix_socket_directories": str(sockets),
        "unix_socket_permissions": "0700",
        "max_connections": "200",
        "shared_buffers": f"{min(512, megabytes // 4)}MB",
        "effective_cache_size": f"{megabytes // 2}MB",
        "maintenance_work_mem": "128MB",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "synchronous_commit": "on",
        "random_page_cost": "1.1",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] %d ",
    }
    return "".join(f"{name} = {_quoted(value)}\n" for name, value in chosen.items())


def identities(names: Iterable[str]) -> str:
    """The map by which these users of the machine may be either role of the cluster."""
    return "".join(f'hereabouts "{name}" {role}\n' for name in names for role in (SUPERUSER, USER))


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
