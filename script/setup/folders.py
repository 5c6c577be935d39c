"""Where the checkout is and where the scripts keep what they make."""

import os
from pathlib import Path

from .say import NotReady

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var"
LOG = VAR / "setup.log"


def keep_var() -> None:
    """Make `var/`; NotReady where a run by somebody else left what this user may not change."""
    if os.access(ROOT, os.W_OK):
        VAR.mkdir(exist_ok=True)
    not_ours = [path for path in (VAR, *VAR.glob("*")) if not os.access(path, os.W_OK)]
    if not_ours:
        raise NotReady(
            f"You may not write in {not_ours[0]}: another user set this checkout up. Go on as that user, "
            f'or take it over once: sudo chown -R "$USER" {VAR}'
        )
