"""What the answers about bank statements share."""

from domain.money import amount_text


def signed_roubles(kopecks: int) -> str:
    """A balance: roubles as text, below zero for an overdraft."""
    return f"-{amount_text(-kopecks)}" if kopecks < 0 else amount_text(kopecks)
