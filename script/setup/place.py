"""Where the cluster lives and whose it is: in `var/pg`, where its account gets there and its socket fits."""

import hashlib
import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from . import machine
from .folders import VAR
from .say import NotReady, say

ACCOUNT = "hereabouts"
# A socket's name may have 107 bytes on Linux, and the file that locks it is the longest in its folder.
LONGEST_FOLDER = 107 - len("/.s.PGSQL.5432.lock")
STATE = Path("/var/lib")
SHORT = Path("/tmp")


@dataclass(frozen=True)
class Place:
    """The cluster's folder, the folder of its socket, and the account that owns both and runs it."""

    folder: Path
    sockets: Path
    account: pwd.struct_passwd

    @property
    def data(self) -> Path:
        """The folder that PostgreSQL calls its data directory."""
        return self.folder / "data"

    def make(self) -> None:
        """Make both folders, for nobody but the account."""
        for folder in (self.folder, self.sockets):
            folder.mkdir(mode=0o700, exist_ok=True)
            _hand_over(folder, self.account)


def choose(var: Path = VAR, state: Path = STATE) -> Place:
    """Where the checkout's cluster is, or will be when it is made."""
    remembered = var / "pg-is-in"
    folder = Path(remembered.read_text()) if remembered.exists() else var / "pg"
    account = _account(folder)
    if not may_enter(folder.parent, account):
        folder = _elsewhere(folder, state, account)
        remembered.write_text(str(folder))
    return Place(folder, sockets_for(folder), account)


def _elsewhere(folder: Path, state: Path, account: pwd.struct_passwd) -> Path:
    if folder.exists():
        raise NotReady(
            f"The account {account.pw_name} may no longer enter {folder.parent}, where its data is."
        )
    away = state / f"hereabouts-{_tag(folder)}"
    say(f"The account {account.pw_name} may not enter {folder.parent}, so the database is kept in {away}.")
    return away


def sockets_for(folder: Path) -> Path:
    """A folder of the cluster's own in which the name of a socket is not too long."""
    inside = folder / "run"
    return inside if len(os.fsencode(inside)) <= LONGEST_FOLDER else SHORT / f"hereabouts-{_tag(folder)}"


def may_enter(folder: Path, account: pwd.struct_passwd) -> bool:
    """Whether the account gets into a folder through all that are above it."""
    if account.pw_uid == os.geteuid():
        return True
    return machine.run_as(account, ["test", "-x", str(folder)]).returncode == 0


def _account(folder: Path) -> pwd.struct_passwd:
    """Whoever owns the cluster already; else this user, or for root an account of the project's own."""
    data = folder / "data"
    owner = data.stat().st_uid if data.exists() else os.geteuid()
    try:
        return pwd.getpwuid(owner) if owner else machine.account(ACCOUNT)
    except KeyError:
        raise NotReady(f"The user number {owner} has no name here, and PostgreSQL needs one.") from None


def _hand_over(folder: Path, account: pwd.struct_passwd) -> None:
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), account.pw_uid}:
        raise NotReady(f"{folder} should belong to {account.pw_name}, but somebody else made it. Remove it.")
    if found.st_uid != account.pw_uid:
        os.chown(folder, account.pw_uid, account.pw_gid)
    folder.chmod(0o700)


def _tag(path: Path) -> str:
    """A short name for a path that no other path is likely to have."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
