"""What an operator may set: read once from the environment, then frozen."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, TypedDict, cast
from urllib.parse import unquote, urlsplit

from app.clock import Pace

#: Beyond a day "here" means nothing.
LONGEST_PRESENCE = timedelta(days=1)
#: Fewer would name one another to whoever reads a list of communities.
PEOPLE_TO_GROW = 5
SHORTEST_SECRET = 16
LOCAL_ORIGIN = "http://localhost:8000"
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?")
_AN_ADDRESS = re.compile(r"[!-~]+@[!-~]+")
_A_HANDLE = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")
Bus = Literal["process", "postgres"]


class SettingMissing(RuntimeError):
    """The environment lacks something without which there is nothing to run, or says it wrongly."""


@dataclass(frozen=True, slots=True)
class Smtp:
    """A server that takes letters (RFC 5321), and how to speak with it."""

    host: str
    port: int
    #: TLS from the first byte (RFC 8314); else from STARTTLS on, without which no password is said.
    tls: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, url: str) -> "Smtp":
        """As in smtps://user:password@host:465; raises SettingMissing, which does not quote it."""
        wrong = SettingMissing("HEREABOUTS_SMTP is no address such as smtps://user:password@host:465.")
        try:
            said = urlsplit(url)
            port = said.port
        except ValueError:
            raise wrong from None
        if said.scheme not in {"smtp", "smtps"} or not said.hostname or said.path.strip("/"):
            raise wrong
        tls = said.scheme == "smtps"
        user, password = (unquote(each) if each else None for each in (said.username, said.password))
        return cls(said.hostname, port or (465 if tls else 587), tls, user, password)


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
    #: Database connections each process may hold beside the writer's.
    pool_size: int = 4
    #: Proxies of ours that a request passes, each of which adds to X-Forwarded-For where it came from.
    proxies: int = 0
    #: Whether requests are counted and too many refused; an installation that measures itself may say no.
    limits: bool = True
    #: Whether it is doubted that people are where nobody gets so quickly; an installation that plays files faster than
    #: life may say no.
    plausibility: bool = True
    #: How many different people make a community that grows; it is listed to everybody from then on.
    people_to_grow: int = PEOPLE_TO_GROW
    #: The handles of those who look at what people report.
    moderators: frozenset[str] = frozenset()
    #: Who reads /metrics from another machine sends this as a bearer token; without one, nobody does.
    metrics_token: str | None = field(default=None, repr=False)
    #: What secrets of webhooks are sealed with in the database; without one they are kept there as they are.
    sealing_key: str | None = field(default=None, repr=False)
    #: Where people reach this installation: links in letters and codes, passkeys and tokens for clients hold to it.
    origin: str = LOCAL_ORIGIN
    #: Who takes letters to people; without one they are kept as files in a folder, if there is one.
    smtp: Smtp | None = None
    mail_from: str = "hereabouts@localhost"
    mail_folder: str | None = "var/mail"
    #: Another time than the present, in which a file is relived.
    pace: Pace | None = None

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
            pool_size=_number(environ, "HEREABOUTS_POOL_SIZE", 4, 100),
            proxies=_number(environ, "HEREABOUTS_PROXIES", 0, 10, least=0),
            limits=_yes_or_no(environ, "HEREABOUTS_LIMITS", "yes"),
            plausibility=_yes_or_no(environ, "HEREABOUTS_PLAUSIBILITY", "yes"),
            people_to_grow=_number(environ, "HEREABOUTS_PEOPLE_TO_GROW", PEOPLE_TO_GROW, 1000, least=0),
            moderators=_handles(environ, "HEREABOUTS_MODERATORS"),
            metrics_token=_secret(environ, "HEREABOUTS_METRICS_TOKEN"),
            sealing_key=_secret(environ, "HEREABOUTS_SEALING_KEY"),
            pace=_pace(environ),
            **_letters(environ, _own_origin(environ)),
        )


def _pace(environ: Mapping[str, str]) -> Pace | None:
    said = environ.get("HEREABOUTS_CLOCK")
    try:
        return Pace.of(said) if said else None
    except (ValueError, OverflowError):
        raise SettingMissing(
            f"HEREABOUTS_CLOCK is {said!r}; it is for reliving files, and says such as "
            "2012-04-03T18:00:00Z x7200 since 2026-11-22T22:30:00Z. Leave it out to live in the present."
        ) from None


class Letters(TypedDict):
    """What has to do with letters, as settings."""

    origin: str
    smtp: Smtp | None
    mail_from: str
    mail_folder: str | None


def _own_origin(environ: Mapping[str, str]) -> str:
    origin = environ.get("HEREABOUTS_ORIGIN") or LOCAL_ORIGIN
    if not _ORIGIN.fullmatch(origin) or not (origin.startswith("https://") or is_local(origin)):
        raise SettingMissing(
            f"HEREABOUTS_ORIGIN is {origin!r}; give where people reach you, such as https://town.example."
        )
    return origin.lower()


def is_local(origin: str) -> bool:
    """Whether only this machine can be meant: for those who develop."""
    return urlsplit(origin).hostname in {"localhost", "127.0.0.1"}


def _letters(environ: Mapping[str, str], origin: str) -> Letters:
    smtp = Smtp.of(environ["HEREABOUTS_SMTP"]) if environ.get("HEREABOUTS_SMTP") else None
    sender = environ.get("HEREABOUTS_MAIL_FROM") or f"hereabouts@{urlsplit(origin).hostname}"
    if not _AN_ADDRESS.fullmatch(sender):
        raise SettingMissing("HEREABOUTS_MAIL_FROM is no address; give one such as hereabouts@town.example.")
    folder = environ.get("HEREABOUTS_MAIL_FOLDER") or ("var/mail" if is_local(origin) else None)
    return {"origin": origin, "smtp": smtp, "mail_from": sender, "mail_folder": folder}


def _secret(environ: Mapping[str, str], name: str) -> str | None:
    said = environ.get(name) or None
    if said and len(said) < SHORTEST_SECRET:
        raise SettingMissing(
            f"{name} is too short; take at least {SHORTEST_SECRET} characters nobody can guess."
        )
    return said


def _handles(environ: Mapping[str, str], name: str) -> frozenset[str]:
    handles = environ.get(name, "").lower().split()
    if wrong := next((each for each in handles if not _A_HANDLE.fullmatch(each)), None):
        raise SettingMissing(f"{name} holds {wrong!r}; give handles with spaces between, such as 'ana bob'.")
    return frozenset(handles)


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


def _origins(said: str) -> tuple[str, ...]:
    # Flask-CORS would take anything like a pattern for one, and one without ends lets in more than was meant.
    for origin in said.split():
        if origin != "*" and not _ORIGIN.fullmatch(origin):
            raise SettingMissing(
                f"HEREABOUTS_CORS_ORIGINS holds {origin!r}; give origins such as https://town.example, or * for any."
            )
    return tuple(said.split())
