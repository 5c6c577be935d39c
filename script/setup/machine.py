"""What may be installed on this machine and by whom, and how to act as somebody else on it."""

import grp
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from .say import say

SUDO_GROUPS = {"sudo", "wheel", "admin"}
NO_CLUSTER = Path("/etc/postgresql-common/createcluster.d/hereabouts.conf")


def has_apt() -> bool:
    """Whether this is Debian or a child of it."""
    return shutil.which("apt-get") is not None and shutil.which("dpkg-deb") is not None


@cache
def becoming_root() -> tuple[str, ...] | None:
    """What makes a command root's; None where this person may not. It may ask for a password."""
    if os.geteuid() == 0:
        return ()
    if shutil.which("sudo") and (_sudo("-n") or (_is_trusted() and _sudo())):
        return ("sudo", "-n")
    return None


def _sudo(*options: str) -> bool:
    return subprocess.run(["sudo", *options, "true"], check=False, stderr=subprocess.DEVNULL).returncode == 0


def _is_trusted() -> bool:
    """Only people whom sudo would let in are asked for a password, and only at a terminal."""
    theirs = {group.gr_gid for group in grp.getgrall() if group.gr_name in SUDO_GROUPS}
    trusted = sys.stdin.isatty() and not theirs.isdisjoint(os.getgroups())
    if trusted:
        say("Some of Debian's packages are missing. To install them, sudo may ask for your password.")
    return trusted


@contextmanager
def without_a_cluster_of_its_own(root: Sequence[str]) -> Iterator[None]:
    """Debian starts a cluster of its own as soon as a server comes; within the block it does not."""
    with tempfile.NamedTemporaryFile("w", prefix="hereabouts-") as setting:
        setting.write("create_main_cluster = false\n")
        setting.flush()
        subprocess.run([*root, "install", "-D", "-m", "644", setting.name, str(NO_CLUSTER)], check=True)
    try:
        yield
    finally:
        subprocess.run([*root, "rm", "-f", str(NO_CLUSTER)], check=False)
        empty = [*root, "rmdir", "-p", "--ignore-fail-on-non-empty", str(NO_CLUSTER.parent)]
        subprocess.run(empty, check=False)


def account(name: str) -> pwd.struct_passwd:
    """An account that nobody can sign in to, made if need be; for root only."""
    try:
        return pwd.getpwnam(name)
    except KeyError:
        say(f"Adding the account {name}, which nobody can sign in to: PostgreSQL refuses to run as root.")
        nowhere = ["--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
        subprocess.run(["/usr/sbin/useradd", "--system", *nowhere, name], check=True)
        return pwd.getpwnam(name)


def run_as(
    owner: pwd.struct_passwd,
    command: Sequence[str],
    env: Mapping[str, str] | None = None,
    given: str | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a short program as an account, in a folder that everybody may enter, and keep what it says."""
    other = owner.pw_uid != os.geteuid()
    return subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        input=given,
        env=env,
        cwd="/",
        user=owner.pw_uid if other else None,
        group=owner.pw_gid if other else None,
        extra_groups=() if other else None,
    )


@contextmanager
def being(owner: pwd.struct_passwd) -> Iterator[None]:
    """Touch files and processes as an account would, so that root falls into no trap laid where it may write.

    Root also sees the account's processes then in a container, where it is not almighty.
    """
    user, group = os.geteuid(), os.getegid()
    if user == owner.pw_uid:
        yield
        return
    os.setegid(owner.pw_gid)
    os.seteuid(owner.pw_uid)
    try:
        yield
    finally:
        os.seteuid(user)
        os.setegid(group)
