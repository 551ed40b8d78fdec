"""A letter about debts as a paper: whom it is to, what is owed, by which rules, until when."""

from dataclasses import dataclass
from datetime import date

from domain.billing.issued_invoice import Supplier
from domain.billing.requisites import ClientKind
from domain.collection.case import LetterLine
from domain.collection.policy import Tone


@dataclass(frozen=True, repr=False)
class Debtor:
    """Whom a letter is to, as billing registered it; the kind says which court hears of it."""

    kind: ClientKind
    name: str
    inn: str | None
    kpp: str | None
    address: str | None


@dataclass(frozen=True, repr=False)
class DebtPaper:
    """A letter of a day; `pay_by` is the last day to pay before we go on. `supplier` is None while
    no own account is stored. `is_draft`: nobody has sent it yet.
    """

    company: str
    supplier: Supplier | None
    debtor: Debtor
    tone: Tone
    day: date
    lines: tuple[LetterLine, ...]
    pay_by: date | None
    is_draft: bool = False

    @property
    def subject_lines(self) -> tuple[LetterLine, ...]:
        """What the letter demands: of a claim, only the debts that it claims."""
        if self.tone is not Tone.CLAIM:
            return self.lines
        return tuple(line for line in self.lines if line.is_claimed)
