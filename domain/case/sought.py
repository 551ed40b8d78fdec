"""What somebody looks for: one line of text, read as a number, a sum, an INN and words at once."""

import re
from dataclasses import dataclass
from typing import Final

from domain.money import AmountError, parse_amount
from domain.text import one_line

MIN_LETTERS: Final = 3
"""Letters and digits that some word must have: what the index of names can look for."""
MAX_WORDS: Final = 8
"""Words that are looked for; more name no other client."""
MAX_ORDER_DIGITS: Final = 6

_CASE: Final = re.compile(
    r"(?:refund|return|dispute)-[A-Za-z0-9-]{1,40}-[1-9][0-9]{0,8}|renewal-[A-Za-z0-9-]{1,60}"
    r"|collection-[A-Za-z0-9-]{1,40}"
    r"|ticket-[1-9][0-9]{0,11}|limit-request-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)
_NUMBER: Final = re.compile(r"(?:№ ?)?([A-Za-z0-9-]{1,40})")
_INN: Final = re.compile(r"(?:ИНН ?)?([0-9]{10}|[0-9]{12})", re.IGNORECASE)
_SUM: Final = re.compile(
    r"([0-9]{1,3}(?: [0-9]{3})+|[0-9]+)(?:[.,]([0-9]{1,2}))?(?: ?(?:₽|руб\.?|р\.?))?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Sought:
    """A line that is looked for, as all it may be; None for what it is not.

    `number` may begin an invoice's number, `order` is that of a payment order; `words` are of a
    name or a purpose.
    """

    text: str
    case_id: str | None = None
    number: str | None = None
    order: int | None = None
    inn: str | None = None
    kopecks: int | None = None
    words: tuple[str, ...] = ()

    @property
    def is_too_short(self) -> bool:
        """Whether it is something, and too little to look for; a sum never is."""
        return bool(self.text) and self.kopecks is None and not self.words


def sought_in(typed: str) -> Sought:
    """Reads what somebody typed: «12 200,00», «№ 2026-000117», «ИНН 7707083893», «Ромашка»."""
    text = one_line(typed)
    number, inn = _NUMBER.fullmatch(text), _INN.fullmatch(text)
    words = text.split()[:MAX_WORDS]
    is_long = any(sum(map(str.isalnum, word)) >= MIN_LETTERS for word in words)
    digits = number[1] if number and number[1].isdecimal() else ""
    return Sought(
        text,
        case_id=text if _CASE.fullmatch(text) else None,
        number=number[1] if number and is_long else None,
        order=int(digits) if 0 < len(digits) <= MAX_ORDER_DIGITS else None,
        inn=inn[1] if inn else None,
        kopecks=_kopecks(text),
        words=tuple(words) if is_long else (),
    )


def _kopecks(text: str) -> int | None:
    found = _SUM.fullmatch(text)
    if found is None:
        return None
    try:
        return parse_amount(f"{found[1].replace(' ', '')}.{found[2] or '00'}")
    except AmountError:
        return None
