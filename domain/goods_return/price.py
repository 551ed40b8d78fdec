"""What pieces of a line cost: shares of its sum that add up to it, whatever is returned when."""

from domain.money import divide_half_up


def price_of(sum_kopecks: int, bought: int, earlier: int, pieces: int) -> int:
    """The price (kopecks) of `pieces` of `bought` that a line was sold for, after `earlier` pieces
    have been paid back; all pieces together cost the line's sum, to the kopeck.
    """
    if not 0 <= earlier <= earlier + pieces <= bought:
        raise ValueError(f"{pieces} after {earlier} of {bought} pieces")
    upto = divide_half_up(sum_kopecks * (earlier + pieces), bought)
    return upto - divide_half_up(sum_kopecks * earlier, bought)


def less_carriage(prices: tuple[int, ...], carriage_kopecks: int) -> tuple[int, ...]:
    """The prices of several lines less what the carriage has cost, taken from the first lines
    first; raises ValueError for a carriage above all of them.
    """
    left, reduced = carriage_kopecks, []
    for price in prices:
        taken = min(left, price)
        left -= taken
        reduced.append(price - taken)
    if left > 0:
        raise ValueError("the carriage costs more than the goods")
    return tuple(reduced)
