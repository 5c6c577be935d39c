"""What happened to pieces."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PieceChanged:
    """What a piece is called, says or is about is another than it was."""

    piece_id: UUID
