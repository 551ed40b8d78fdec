"""Money that payers send us for renewals, in their own words; and what it is truly for."""

from dataclasses import dataclass
from datetime import date
from random import Random

from domain.money import amount_text
from simulation.billing_data import Client
from simulation.sandboxes import Bank, Transfer, payer_of

OWN_LETTERS = ("KP", "kp", "КП", "КР", "кр", "КP")
"""Latin, Cyrillic, Cyrillic that looks Latin, and both at once."""
SPELLINGS = (
    "{own}-{year}-{tail}",
    "{own} {year} {tail}",
    "{own} {year} / {tail}",
    "{own}{year}-{tail}",
    "{own}_{year}_{tail}",
    "{own}-{year}-{short}",
    "{own} - {year} - {tail}",
)
SENTENCES = (
    "Оплата по счету № {n} от {day}, в т.ч. НДС 22%",
    "Опл.по сч №{n} за подписку,вт.ч НДС22%",
    "{{VO61150}} Платеж по сч.№{n}. Сумма {sum}",
    "ОПЛАТА СЧЕТА N {n}",
    "Согласно счета №{n}, тариф 400 на 12 мес.",
    "За доступ к сервису по счёту {n}. Тел. +7 (495) 123-45-67",
    "счет {n}",
)


@dataclass(frozen=True)
class Sent:
    """The truth about an entry. `is_left`: a person never gets to it; `is_undone`: the first
    allocation is taken back.
    """

    invoice_number: str
    is_left: bool = False
    is_undone: bool = False


class Transfers:
    """Everything that was sent, by the number of the payer's order.

    `settled` are numbers whose money was taken back and allocated anew.
    """

    def __init__(self, bank: Bank, today: date) -> None:
        self.sent: dict[str, Sent] = {}
        self.settled: set[str] = set()
        self._bank = bank
        self._today = today

    async def send(self, payer: Client, kopecks: int, sent: Sent, words: Random) -> str:
        """Somebody's bank brings money to ours; the number of the payer's order."""
        number = f"9{len(self.sent) + 1:05}"
        self.sent[number] = sent
        purpose = self._in_words(sent.invoice_number, kopecks, words)
        transfer = Transfer(number, self._today, kopecks, payer_of(payer), purpose)
        await self._bank.receive(transfer)
        return number

    def _in_words(self, invoice_number: str, kopecks: int, words: Random) -> str:
        """A purpose that names an invoice as people do."""
        _, year, tail = invoice_number.split("-")
        own = words.choice(OWN_LETTERS)
        spelled = words.choice(SPELLINGS).format(
            own=own, year=year, tail=tail, short=tail.lstrip("0")
        )
        return words.choice(SENTENCES).format(
            n=spelled, day=f"{self._today:%d.%m.%Y}", sum=amount_text(kopecks)
        )
