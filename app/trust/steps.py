"""How many people did something, as others may read it."""

#: What fewer do is not told, and of more how many in steps, as what one person more does would else be seen.
STEP = 5


def in_steps(count: int) -> int:
    """How many, in steps of five, fewer than five as none.

    >>> [in_steps(count) for count in (0, 4, 5, 9, 10, 1000)]
    [0, 0, 5, 5, 10, 1000]
    """
    return count // STEP * STEP
