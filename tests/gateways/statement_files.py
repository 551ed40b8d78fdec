"""Small bank statements made by hand, line by line, so that a test can damage exactly one."""

import io
from collections.abc import Mapping, Sequence
from datetime import date

from bench.statements import OUR_ACCOUNT, OUR_BIC, valid_account
from gateways.bank_file import StatementEntry, StatementLimits, StatementReading

SECOND_ACCOUNT = valid_account("40702", 418, OUR_BIC)
PAYER_ACCOUNT = "40602810700000000025"
PAYER_BIC = "049805746"

Values = Mapping[str, str | None]

INCOMING: Values = {
    "Номер": "417",
    "Дата": "02.11.2026",
    "Сумма": "100.00",
    "ДатаПоступило": "03.11.2026",
    "ПлательщикСчет": PAYER_ACCOUNT,
    "Плательщик": "ИНН 7701234560 ООО «Ромашка»",
    "ПлательщикИНН": "7701234560",
    "Плательщик1": "ООО «Ромашка»",
    "ПлательщикБИК": PAYER_BIC,
    "ПолучательСчет": OUR_ACCOUNT,
    "НазначениеПлатежа": "Оплата по счёту № 2026-00417",
}
OUTGOING: Values = {
    "Номер": "12",
    "Дата": "03.11.2026",
    "Сумма": "30.00",
    "ДатаСписано": "03.11.2026",
    "ПлательщикСчет": OUR_ACCOUNT,
    "ПолучательСчет": PAYER_ACCOUNT,
    "Получатель1": "Ёлкин Пётр",
    "ПолучательБИК": PAYER_BIC,
    "НазначениеПлатежа": "Возврат по заявке refund-1",
}
SECTION: Values = {
    "ДатаНачала": "01.11.2026",
    "ДатаКонца": "30.11.2026",
    "РасчСчет": OUR_ACCOUNT,
    "НачальныйОстаток": "1000.00",
    "ВсегоПоступило": "100.00",
    "ВсегоСписано": "30.00",
    "КонечныйОстаток": "1070.00",
}
HEADER = (
    "1CClientBankExchange",
    "ВерсияФормата=1.03",
    "Кодировка=Windows",
    "Отправитель=Банк",
    "ДатаНачала=01.11.2026",
    "ДатаКонца=30.11.2026",
    f"РасчСчет={OUR_ACCOUNT}",
)
END = ("КонецФайла",)


def lines_of(values: Values, changes: Values | None = None) -> list[str]:
    """Key=Value lines; a change to None leaves the key out."""
    changed = {**values, **(changes or {})}
    return [f"{key}={value}" for key, value in changed.items() if value is not None]


def document(values: Values = INCOMING, changes: Values | None = None) -> list[str]:
    return ["СекцияДокумент=Платежное поручение", *lines_of(values, changes), "КонецДокумента"]


def section(changes: Values | None = None) -> list[str]:
    return ["СекцияРасчСчет", *lines_of(SECTION, changes), "КонецРасчСчет"]


def balances(opening: str, closing: str, **period: str) -> list[str]:
    """A section with nothing but its balances and, if given, its first and last day."""
    days = {"ДатаНачала": period.get("first"), "ДатаКонца": period.get("last")}
    told = {"НачальныйОстаток": opening, "КонечныйОстаток": closing}
    return section({**dict.fromkeys(SECTION), "РасчСчет": OUR_ACCOUNT, **told, **days})


def written(*blocks: Sequence[str], encoding: str = "cp1251", line_end: str = "\r\n") -> bytes:
    lines = [line for block in blocks for line in block]
    return "".join(line + line_end for line in lines).encode(encoding)


WHOLE = (HEADER, section(), document(), document(OUTGOING), END)


class Read:
    """A statement that was read to its end."""

    def __init__(self, reading: StatementReading) -> None:
        self.entries: list[StatementEntry] = list(reading.entries())
        self.accounts = reading.accounts
        self.entry_count = reading.entry_count
        self.unposted_count = reading.unposted_count
        self.passed_over = reading.passed_over


def read(
    content: bytes,
    limits: StatementLimits | None = None,
    our_accounts: Sequence[str] | None = None,
    today: date | None = None,
) -> Read:
    return Read(
        StatementReading(
            io.BytesIO(content),
            our_accounts=our_accounts,
            today=today,
            limits=limits or StatementLimits(),
        )
    )
