"""Who met which offers, as octets: as the gate tells it, and as it is counted.

In a busy batch ten times as many offers are met as come, so nothing is made of each: it is the octets of three ids (RFC
9562), the business's, the person's and the offer's, one after the other for everybody.
"""

from collections.abc import Iterator
from uuid import UUID

ID = 16
MET = 3 * ID
#: What was to come when something changed that decides it, such as the last one being taken. They are looked at again.
MISSED = "missed"


def each_of(met: bytes) -> Iterator[bytes]:
    """What each met, in their order."""
    return (met[at : at + MET] for at in range(0, len(met), MET))


def count_of(met: bytes) -> int:
    """How many there are."""
    return len(met) // MET


def who(met: bytes) -> set[UUID]:
    """Who met these."""
    return {UUID(bytes=each[ID : 2 * ID]) for each in each_of(met)}


def apart(each: bytes) -> tuple[bytes, bytes]:
    """Of one: the business and the person together, and the offer."""
    return each[: 2 * ID], each[2 * ID :]
