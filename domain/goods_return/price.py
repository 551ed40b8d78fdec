"""What pieces of a line cost: shares of its sum that add up to it, whatever is returned when."""

from domain.money import divide_half_up


def price_of(left_kopecks: int, left: int, pieces: int) -> int:
    """The price (kopecks) of `pieces` of the `left` ones of a line, of whose sum so much is left.

    All pieces of a line together cost its sum, to the kopeck, whatever comes back when; what was
    given back of it without pieces lowers the price of each that is left alike.
    """
    if not 0 <= pieces <= left:
        raise ValueError(f"{pieces} of {left} pieces")
    return 0 if pieces == 0 else divide_half_up(left_kopecks * pieces, left)


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
