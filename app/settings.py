"""What an operator may set: read once from the environment, then frozen."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, cast

#: Beyond a day "here" means nothing.
LONGEST_PRESENCE = timedelta(days=1)
SHORTEST_SECRET = 16
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?")
Bus = Literal["process", "postgres"]


class SettingMissing(RuntimeError):
    """The environment lacks something without which there is nothing to run, or says it wrongly."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the environment decides. No secret has a default."""

    database_url: str
    #: How signals reach other processes: not at all, or by LISTEN/NOTIFY.
    bus: Bus = "process"
    #: Web origins that may call the API from a browser; "*" for any.
    cors_origins: tuple[str, ...] = ()
    #: How long a check-in or position says where someone is, unless something newer does.
    presence_lasts: timedelta = timedelta(hours=2)
    #: A MapLibre style for the web page's background; without one it draws our own areas only.
    map_style_url: str | None = None
    #: Where people reach this installation, for what is scanned; where a request came to, if not set.
    origin: str | None = None
    #: Database connections each process may hold beside the writer's.
    pool_size: int = 4
    #: Proxies of ours that a request passes, each of which adds to X-Forwarded-For where it came from.
    proxies: int = 0
    #: Whether requests are counted and too many refused; an installation that measures itself may say no.
    limits: bool = True
    #: Who reads /metrics from another machine sends this as a bearer token; without one, nobody does.
    metrics_token: str | None = field(default=None, repr=False)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """Read `HEREABOUTS_*`; raise SettingMissing with what to set."""
        try:
            url = environ["HEREABOUTS_DATABASE_URL"]
        except KeyError:
            raise SettingMissing(
                "HEREABOUTS_DATABASE_URL is not set. Start with script/server, which brings its own database, "
                "or give postgresql+psycopg2://user@host/name of a PostgreSQL with PostGIS."
            ) from None
        a_day = LONGEST_PRESENCE // timedelta(minutes=1)
        bus = environ.get("HEREABOUTS_BUS", "process")
        if bus not in {"process", "postgres"}:
            raise SettingMissing(f"HEREABOUTS_BUS is {bus!r}; it may be 'process' or 'postgres'.")
        return cls(
            database_url=url,
            bus=cast(Bus, bus),
            cors_origins=_origins(environ.get("HEREABOUTS_CORS_ORIGINS", "")),
            presence_lasts=timedelta(minutes=_number(environ, "HEREABOUTS_PRESENCE_MINUTES", 120, a_day)),
            map_style_url=environ.get("HEREABOUTS_MAP_STYLE_URL") or None,
            origin=_origin(environ),
            pool_size=_number(environ, "HEREABOUTS_POOL_SIZE", 4, 100),
            proxies=_number(environ, "HEREABOUTS_PROXIES", 0, 10, least=0),
            limits=_yes_or_no(environ, "HEREABOUTS_LIMITS", "yes"),
            metrics_token=_secret(environ, "HEREABOUTS_METRICS_TOKEN"),
        )


def _secret(environ: Mapping[str, str], name: str) -> str | None:
    said = environ.get(name) or None
    if said and len(said) < SHORTEST_SECRET:
        raise SettingMissing(
            f"{name} is too short; take at least {SHORTEST_SECRET} characters nobody can guess."
        )
    return said


def _yes_or_no(environ: Mapping[str, str], name: str, default: str) -> bool:
    said = environ.get(name, "") or default
    if said not in {"yes", "no"}:
        raise SettingMissing(f"{name} is {said!r}; it may be 'yes' or 'no'.")
    return said == "yes"


def _number(environ: Mapping[str, str], name: str, default: int, most: int, least: int = 1) -> int:
    said = environ.get(name, "") or str(default)
    if not said.isdecimal() or not least <= int(said) <= most:
        raise SettingMissing(f"{name} is {said!r}; it must be a whole number from {least} to {most}.")
    return int(said)


def _origin(environ: Mapping[str, str]) -> str | None:
    said = environ.get("HEREABOUTS_ORIGIN") or None
    if said and not _ORIGIN.fullmatch(said):
        raise SettingMissing(f"HEREABOUTS_ORIGIN is {said!r}; give an origin such as https://town.example.")
    return said


def _origins(said: str) -> tuple[str, ...]:
    # Flask-CORS would take anything like a pattern for one, and one without ends lets in more than was meant.
    for origin in said.split():
        if origin != "*" and not _ORIGIN.fullmatch(origin):
            raise SettingMissing(
                f"HEREABOUTS_CORS_ORIGINS holds {origin!r}; give origins such as https://town.example, or * for any."
            )
    return tuple(said.split())
