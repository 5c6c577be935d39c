"""Collections of the numbers of watches, small in memory where they have few members."""

# A set of one takes 216 bytes, a tuple 48, and there are many of both.
FEW = 16

Numbers = tuple[int, ...] | set[int]


def with_number(numbers: Numbers, number: int) -> Numbers:
    """Take in a number that is not among them; the old collection is not to be used any more."""
    if isinstance(numbers, set):
        numbers.add(number)
        return numbers
    return (*numbers, number) if len(numbers) < FEW else {*numbers, number}


def without_number(numbers: Numbers, number: int) -> Numbers:
    """Take out a number that is among them; the old collection is not to be used any more."""
    if isinstance(numbers, set):
        numbers.remove(number)
        return numbers if len(numbers) > FEW // 2 else tuple(numbers)
    return tuple([other for other in numbers if other != number])
