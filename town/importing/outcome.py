"""What became of the rows of a file."""

from collections import Counter
from dataclasses import dataclass, field

from town.files import Kind


@dataclass(slots=True)
class Outcome:
    """Counts of one file's rows, and what is worth saying about them."""

    file: str
    kind: Kind
    read: int = 0
    new: int = 0
    there_already: int = 0
    #: By reason.
    refused: Counter[str] = field(default_factory=Counter)
    #: What is sound but cannot be here, by reason.
    left_out: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def as_json(self) -> dict[str, object]:
        """For machines."""
        return {
            "file": self.file,
            "kind": self.kind,
            "read": self.read,
            "new": self.new,
            "there_already": self.there_already,
            "refused": dict(self.refused),
            "left_out": dict(self.left_out),
            "remarks": self.remarks,
            "seconds": round(self.seconds, 2),
        }
