"""How script/lock renews the exact pins. No file names the registry it was made from."""

from collections.abc import Mapping

from .children import at_the_terminal
from .node import WEB, find_npm, npm_environment
from .python import Venv

COMPILE = (
    *("uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"),
    *("--custom-compile-command", "script/lock", "--no-emit-index-url"),
)
FILES = {
    "requirements.txt": ("pyproject.toml",),
    "requirements-dev.txt": ("--group", "dev", "--constraint", "requirements.txt"),
    "requirements-node.txt": ("--group", "node"),
}


def renew(env: Mapping[str, str], keep: bool) -> int:
    """Pin the newest versions that the ranges allow, or `keep` those pinned. The exit code of what failed."""
    upgrade = () if keep else ("--upgrade",)
    for name, source in FILES.items():
        if code := at_the_terminal([*COMPILE, *upgrade, *source, "--output-file", name], env):
            return code
    npm = find_npm(Venv())
    verb = "install" if keep else "update"
    command = [
        npm,
        verb,
        "--package-lock-only",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--prefix",
        str(WEB),
    ]
    return at_the_terminal(command, npm_environment(npm))
