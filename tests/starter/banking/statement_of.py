"""Bank statements over a case's own orders, as a bank would write them."""

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zlib import crc32

from domain.calendar.bank_calendar import moscow_date
from domain.money import amount_text
from tests.starter.bookkeeping import OUR_ACCOUNT, OUR_BIC
from tests.starter.refund.shop import ACCOUNT

TODAY = moscow_date(datetime.now(UTC))
PERIOD_DAYS = timedelta(days=400)
PERIODS = 3_000
"""Each file is of a period of its own, so that none contradicts another that lacks its entries."""
OPENING_KOPECKS = 10**12


@dataclass(frozen=True)
class Moved:
    """A document of a statement; `out` tells which way the money went."""

    number: str
    kopecks: int
    out: bool = True
    other_account: str = ACCOUNT
    purpose: str = "Возврат по счёту"
    day: date = TODAY + timedelta(days=1)
    payer_inn: str | None = None
    payer_name: str = "ООО Ромашка"

    def changed(self, **changes: object) -> "Moved":
        """The same but for this."""
        return replace(self, **changes)  # type: ignore[arg-type]


def statement(
    *moved: Moved, account: str = OUR_ACCOUNT, encoding: str = "cp1251", closing: int | None = None
) -> bytes:
    """A statement whose balances add up, unless `closing` says otherwise."""
    return "".join(f"{line}\r\n" for line in _lines(moved, account, closing)).encode(
        encoding, "replace"
    )


def _lines(moved: Sequence[Moved], account: str, closing: int | None) -> Iterator[str]:
    came = sum(one.kopecks for one in moved if not one.out)
    went = sum(one.kopecks for one in moved if one.out)
    earlier = timedelta(days=crc32(repr([*map(astuple, moved)]).encode()) % PERIODS)
    period = (
        f"ДатаНачала={TODAY - PERIOD_DAYS - earlier:%d.%m.%Y}",
        f"ДатаКонца={TODAY + PERIOD_DAYS:%d.%m.%Y}",
        f"РасчСчет={account}",
    )
    yield from ("1CClientBankExchange", "ВерсияФормата=1.03", "Кодировка=Windows", *period)
    yield from ("СекцияРасчСчет", *period)
    yield f"НачальныйОстаток={amount_text(OPENING_KOPECKS)}"
    yield f"ВсегоПоступило={amount_text(came)}"
    yield f"ВсегоСписано={amount_text(went)}"
    left = OPENING_KOPECKS + came - went if closing is None else closing
    yield from (f"КонечныйОстаток={amount_text(left)}", "КонецРасчСчет")
    for one in moved:
        yield from _document(one, account)
    yield "КонецФайла"


def _document(one: Moved, account: str) -> Iterator[str]:
    payer, recipient = (account, one.other_account) if one.out else (one.other_account, account)
    yield "СекцияДокумент=Платежное поручение"
    yield f"Номер={one.number}"
    yield f"Дата={one.day:%d.%m.%Y}"
    yield f"Сумма={amount_text(one.kopecks)}"
    yield f"{'ДатаСписано' if one.out else 'ДатаПоступило'}={one.day:%d.%m.%Y}"
    yield from (
        f"ПлательщикСчет={payer}",
        f"Плательщик1={one.payer_name}",
        f"ПлательщикБИК={OUR_BIC}",
    )
    if one.payer_inn is not None:
        yield f"ПлательщикИНН={one.payer_inn}"
    yield from (f"ПолучательСчет={recipient}", "Получатель1=ООО Ромашка")
    yield f"ПолучательБИК={OUR_BIC}"
    yield from (f"НазначениеПлатежа={one.purpose}", "КонецДокумента")
