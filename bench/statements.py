"""Believable bank statements of any size: the same seed is the same bytes."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import BinaryIO, Final

from domain.billing.requisites import check_account, check_inn
from domain.money import amount_text

FIRST_DAY: Final = date(2026, 11, 2)
OPENING_KOPECKS: Final = 150_000_000_00
OUR_NAME: Final = "ООО «Копейка Софт»"
COUNTERPARTIES: Final = 200
OUTGOING_SHARE: Final = 0.1

_BICS: Final = ("044525225", "044525974", "044525593", "044030653", "046577674", "049805746")
_SURNAMES: Final = ("Иванов", "Кузнецов", "Соловьёв", "Щербаков", "Йорданский", "Ким", "Ёлкин")
_GIVEN: Final = ("Пётр Ильич", "Семён Львович", "Юрий Олегович", "Фёдор Эдуардович")
_FIRMS: Final = ("Ромашка", "Ёлки-Палки", "Технологии XXI", "Щит и Меч", "Северный ветер", "Ъ")
_PURPOSES: Final = (
    "Оплата по счету № {invoice} от {day}. В том числе НДС 22%",
    "оплата по сч {invoice}",
    "За подписку по счёту №{invoice}, НДС не облагается",
    "Оплата  по  счетам {invoice} ,{other} за программное обеспечение",
    "Доступ к сервису; договор = оферта; сч.{invoice}/2026",
    'По договору "Тариф 400" без НДС',
)


@dataclass(frozen=True)
class StatementStyle:
    """How one bank writes its files."""

    encoding: str = "cp1251"
    encoding_word: str = "Windows"
    line_end: str = "\r\n"
    comma: bool = False
    bom: bool = False


@dataclass(frozen=True)
class Party:
    """Who pays us or is paid."""

    name: str
    inn: str
    account: str
    bic: str


@dataclass(frozen=True)
class Movement:
    """One document of the statement."""

    number: int
    day: date
    kopecks: int
    incoming: bool
    party: Party
    purpose: str


WINDOWS: Final = StatementStyle()


def valid_account(beginning: str, tail: int, bic: str) -> str:
    """A rouble account at a bank, its key digit found by trying all ten."""
    candidates = (f"{beginning}810{key}{tail:011d}" for key in range(10))
    return next(one for one in candidates if check_account(one, bic) is None)


def valid_inn(beginning: str, length: int) -> str:
    """An INN that begins so, its check digits found by trying."""
    missing = length - len(beginning)
    candidates = (f"{beginning}{tail:0{missing}d}" for tail in range(10**missing))
    return next(one for one in candidates if check_inn(one) is None)


OUR_BIC: Final = "044525225"
OUR_ACCOUNT: Final = valid_account("40702", 417, OUR_BIC)
OUR_INN: Final = valid_inn("781201456", 10)


def make_statement(count: int, seed: int, style: StatementStyle = WINDOWS, days: int = 20) -> bytes:
    """A whole statement in memory, for small ones."""
    target = io.BytesIO()
    write_statement(target, count, seed, style, days)
    return target.getvalue()


def write_statement(
    target: BinaryIO, count: int, seed: int, style: StatementStyle = WINDOWS, days: int = 20
) -> None:
    """A statement of `OUR_ACCOUNT` with `count` documents over `days` days, in bounded memory."""
    if style.bom:
        target.write(b"\xef\xbb\xbf")
    lines = _lines(count, seed, style, days)
    target.writelines(f"{one}{style.line_end}".encode(style.encoding, "replace") for one in lines)


def movements(count: int, seed: int, days: int = 20) -> Iterator[Movement]:
    """The documents of a seed, always the same ones, by day."""
    chance = Random(seed)  # noqa: S311 - made-up payments, nothing secret
    parties = [_party(chance, number) for number in range(COUNTERPARTIES)]
    for number in range(count):
        day = FIRST_DAY + timedelta(days=number * days // count)
        yield Movement(
            number=number % 999_999 + 1,
            day=day,
            kopecks=chance.choice((12_200_50, 400_00, 9_693_55, chance.randrange(1, 500_000_00))),
            incoming=chance.random() >= OUTGOING_SHARE,
            party=chance.choice(parties),
            purpose=chance.choice(_PURPOSES).format(
                invoice=f"2026-{chance.randrange(100_000):05d}",
                other=f"{chance.randrange(100_000):05d}",
                day=f"{day:%d.%m.%Y}",
            ),
        )


def _party(chance: Random, number: int) -> Party:
    """A company, a sole trader or a person, in turn."""
    bic = chance.choice(_BICS)
    region = f"{chance.randrange(10, 79)}"
    person = f"{chance.choice(_SURNAMES)} {chance.choice(_GIVEN)}"
    name, beginning, length = (
        (f"ООО «{chance.choice(_FIRMS)}-{number}»", "40702", 10),
        (f"ИП {person}", "40802", 12),
        (person, "40817", 12),
    )[number % 3]
    inn = valid_inn(f"{region}{number:0{length - 4}d}", length)
    return Party(name, inn, valid_account(beginning, chance.randrange(10**11), bic), bic)


def _lines(count: int, seed: int, style: StatementStyle, days: int) -> Iterator[str]:
    credited = debited = 0
    for movement in movements(count, seed, days):
        credited += movement.kopecks if movement.incoming else 0
        debited += 0 if movement.incoming else movement.kopecks
    period = (
        f"ДатаНачала={FIRST_DAY:%d.%m.%Y}",
        f"ДатаКонца={FIRST_DAY + timedelta(days=days - 1):%d.%m.%Y}",
    )
    yield from ("1CClientBankExchange", "ВерсияФормата=1.03", f"Кодировка={style.encoding_word}")
    yield from ("Отправитель=Банк", "Получатель=", *period, f"РасчСчет={OUR_ACCOUNT}")
    yield from ("СекцияРасчСчет", *period, f"РасчСчет={OUR_ACCOUNT}")
    yield f"НачальныйОстаток={_sum(OPENING_KOPECKS, style)}"
    yield f"ВсегоПоступило={_sum(credited, style)}"
    yield f"ВсегоСписано={_sum(debited, style)}"
    yield f"КонечныйОстаток={_sum(OPENING_KOPECKS + credited - debited, style)}"
    yield "КонецРасчСчет"
    for movement in movements(count, seed, days):
        yield from _document(movement, style)
    yield "КонецФайла"


def _document(movement: Movement, style: StatementStyle) -> Iterator[str]:
    us = Party(OUR_NAME, OUR_INN, OUR_ACCOUNT, OUR_BIC)
    payer, recipient = (movement.party, us) if movement.incoming else (us, movement.party)
    posted = f"{movement.day:%d.%m.%Y}"
    yield "СекцияДокумент=Платежное поручение"
    yield f"Номер={movement.number}"
    yield f"Дата={posted}"
    yield f"Сумма={_sum(movement.kopecks, style)}"
    yield f"ДатаСписано={'' if movement.incoming else posted}"
    yield f"ДатаПоступило={posted if movement.incoming else ''}"
    yield from _side("Плательщик", payer)
    yield from _side("Получатель", recipient)
    yield from ("ВидПлатежа=", "ВидОплаты=01", "СтатусСоставителя=", "Очередность=5")
    yield f"НазначениеПлатежа={movement.purpose}"
    yield "КонецДокумента"


def _side(word: str, party: Party) -> Iterator[str]:
    yield f"{word}Счет={party.account}"
    yield f"{word}=ИНН {party.inn} {party.name}"
    yield f"{word}ИНН={party.inn}"
    yield f"{word}1={party.name}"
    yield f"{word}РасчСчет={party.account}"
    yield f"{word}Банк1=ПАО «БАНК»"
    yield f"{word}БИК={party.bic}"


def _sum(kopecks: int, style: StatementStyle) -> str:
    return amount_text(kopecks).replace(".", "," if style.comma else ".")
