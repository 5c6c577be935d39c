"""What the letters say, and how long their links are good."""

from datetime import timedelta
from typing import Final

CONFIRM: Final = "confirm"
RESET: Final = "reset"
LASTS = {CONFIRM: timedelta(days=1), RESET: timedelta(minutes=30)}
#: Of these a person has no more at once of either kind; the oldest go.
MOST_LINKS = 5
SUBJECTS = {CONFIRM: "Is this your address?", RESET: "A new password for Hereabouts"}
_TEXTS = {
    CONFIRM: """\
Hello {handle},

you said that letters reach you here. If so, open this link within a day:

{link}

From then on you can get back in by this address should you forget your password.
If you are not {handle}, somebody mistyped: do nothing, and nothing comes of it.
""",
    RESET: """\
Hello {handle},

somebody, hopefully you, asked for a new password. To choose one, open this link within half an hour; it works once:

{link}

You will be signed out everywhere. If it was not you, do nothing: your password stays as it is.
""",
}


def text_of(purpose: str, handle: str, origin: str, secret: str) -> str:
    """What a letter says. The secret stands behind the #, which browsers send to nobody."""
    return _TEXTS[purpose].format(handle=handle, link=f"{origin}/link#{purpose}={secret}")
