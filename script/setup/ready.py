"""One call that makes the machine ready for a script, and lets go of what it took."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from . import browser, locks, needs, node, place, postgres, python
from .children import stop_when_asked
from .cluster import Cluster
from .folders import VAR, keep_var
from .say import NotReady, say

DATABASE = "HEREABOUTS_DATABASE_URL"


@contextmanager
def ready(
    *, database: bool = True, web: bool = False, tools: bool = False, chromium: bool = False
) -> Iterator[dict[str, str]]:
    """Prepare what is asked for and give the environment in which programs find it, until the block is left.

    The Python packages are always there; `tools` adds those for developers, `web` the web page's libraries.
    HEREABOUTS_DATABASE_URL names the database and HEREABOUTS_CHROMIUM the tests' browser, if one starts.
    From the second time on it takes a second or less.
    """
    stop_when_asked()
    keep_var()
    env = dict(os.environ)
    # Whoever names a database gets that one, and nothing is started.
    embedded = database and not env.get(DATABASE)
    with locks.alone(VAR / "setup.lock", "Another script is setting up; waiting for it."):
        needs.obtain([*python.needs(), *([postgres.POSTGRES] if embedded else [])])
        venv = python.Venv()
        venv.hold("requirements.txt", *(["requirements-dev.txt"] if tools else []))
        if web:
            node.hold(venv)
        if chromium and browser.CHROMIUM_PATH not in env:
            env.update(_browser(env))
    env.update(VIRTUAL_ENV=str(venv.folder), PATH=f"{venv.programs}{os.pathsep}{env['PATH']}")
    if not embedded:
        yield env
        return
    with Cluster(place.choose(), postgres.programs()).shared() as url:
        yield {**env, DATABASE: url}


def _browser(env: dict[str, str]) -> dict[str, str]:
    try:
        return browser.ready(env)
    except NotReady as reason:
        say(f"NO BROWSER, so the tests that need one will be skipped: {reason}")
        return {}
