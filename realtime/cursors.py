"""Where a client resumes: what this process has heard of each lane of commits, as one opaque word.

Within a lane ids become visible in their order (see `app.ids`), so "the last id heard of each lane" tells exactly
what was heard and what was missed, whichever process the client comes back to. Lanes that have been silent for a
while are summed up in a *horizon*: everything made before it is heard.
"""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from app.errors import Invalid
from app.ids import first_id_at, lane_of

#: Longer than any statement may run, so that all that was made before is committed and told.
SETTLED = timedelta(seconds=60)
#: Up to three of each process: of check-ins, of conversations, and of the rest. More would not fit into `since`.
_MOST_LANES = 93


class Heard:
    """What one process, or one client, has heard. Grows by one entry for each process that writes."""

    __slots__ = ("_last", "_word", "horizon")

    def __init__(self, horizon: UUID, last: Mapping[int, UUID] | None = None) -> None:
        self.horizon = horizon
        self._last = dict(last or {})
        self._word: str | None = None

    @classmethod
    def since(cls, moment: datetime) -> "Heard":
        """Everything before a moment."""
        return cls(first_id_at(moment))

    @classmethod
    def read(cls, word: str) -> "Heard":
        """A cursor that a client sent back; raises Invalid."""
        try:
            held = base64.urlsafe_b64decode(word.encode("ascii") + b"=" * (-len(word) % 4))
        except (ValueError, binascii.Error):
            held = b""
        if not held or len(held) % 16 or len(held) > 16 * _MOST_LANES:
            raise Invalid(
                "since is not a cursor. Send back the one that came with the last message, as it was."
            )
        ids = [UUID(bytes=held[start : start + 16]) for start in range(0, len(held), 16)]
        return cls(ids[0], {lane_of(each): each for each in ids[1:]})

    def __str__(self) -> str:
        if self._word is None:
            ids = (self.horizon, *self._last.values())
            held = b"".join(each.bytes for each in ids)
            self._word = base64.urlsafe_b64encode(held).decode().rstrip("=")
        return self._word

    def hear(self, told: UUID) -> None:
        """Remember an id of a stream."""
        self._last[lane_of(told)] = told
        self._word = None

    def missed(self, told: UUID) -> bool:
        """Whether this was not heard yet."""
        return told > self._last.get(lane_of(told), self.horizon)

    def settle(self, now: datetime) -> None:
        """Sum up what lies more than a minute back."""
        self.horizon = max(self.horizon, first_id_at(now - SETTLED))
        self._last = {lane: last for lane, last in self._last.items() if last > self.horizon}
        self._word = None

    def restart(self, now: datetime) -> None:
        """Nothing that was committed before now will come any more."""
        self.horizon, self._last, self._word = first_id_at(now), {}, None

    def copy(self) -> "Heard":
        """As it is now."""
        return Heard(self.horizon, self._last)
