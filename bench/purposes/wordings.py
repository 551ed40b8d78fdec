"""How payers spell an invoice number, and all that they write around it."""

from collections.abc import Sequence
from random import Random
from typing import Final

from bench.statements import valid_inn
from domain.banking.matching import OpenInvoice

OWN: Final = "KP"
FIRST_WHOLE: Final = 0.5
_SPELLINGS: Final = (
    *("{own}-{year}-{tail}",) * 6,
    *("{own} {year} {tail}", "{own} {year}-{tail}", "{own}{year}{tail}", "{own}/{year}/{tail}"),
    *(
        "{own} - {year} - {tail}",
        "{own}_{year}_{tail}",
        "{own}-{year}-{short}",
        "{own}{year}-{tail}",
    ),
    *(
        "{own}-{year}-{torn}",
        "{own}.{year}.{tail}",
        "{own}-{year_o}-{tail}",
        "{own}-{year}-{tail_o}",
    ),
)
_OTHER_SPELLINGS: Final = (
    *("{year}-{tail}",) * 6,
    *("{year}/{tail}", "{year}{tail}", "{year} - {tail}", "{year}/{short}", "{year}_{tail}"),
    *("{year_o}-{tail}", "{year}-{tail_o}"),
)
_PARTS: Final = (
    *("{short}", "{tail}", "{own}-{short}", "{own}{tail}", "{year}-{tail}", "{year}/{short}"),
    *("{short}", "{tail}"),
)
_OTHER_PARTS: Final = ("{short}", "{tail}")
_OWN: Final = ("KP", "KP", "kp", "Kp", "КП", "КП", "кп", "КР", "кр", "КP")
"""Latin, Cyrillic, Cyrillic that looks Latin, and both at once."""
_ANNOUNCED: Final = (
    *(
        "Оплата по счету № {n}",
        "Оплата по счёту №{n}",
        "по сч. {n}",
        "сч.{n}",
        "сч {n}",
        "счет {n}",
    ),
    *("ОПЛАТА СЧЕТА N {n}", "счёт {n}", "Оплата по счету-оферте № {n}", "инвойс {n}", "Inv. {n}"),
    *("Согласно счета №{n}", "оплата по счету номер {n}", "Платеж по сч.№{n}", "За ПО, счет: {n}"),
)
_BARE: Final = ("{n}", "Оплата {n}", "за подписку {n}", "№ {n}", "Оплата за доступ к сервису, {n}")
_DATED: Final = (
    "",
    "",
    "",
    " от {day}",
    " от {day} г.",
    " от {words}",
    " ({day})",
    " от {short_day}",
)
_BEFORE: Final = (
    *("",) * 8,
    *(
        "По договору № {paper} от {day}, ",
        "Договор {paper}. ",
        "ИНН {inn} КПП {kpp} ",
        "(ИНН{inn}) ",
    ),
    *("{{VO61150}} ", "Тариф 400. ", "Предоплата 100% ", "За ноябрь 2026 г. ", "дог.{paper}; "),
)
_AFTER: Final = (
    *("", "", ". НДС не облагается", ", без НДС", " за подписку, в т.ч. НДС 22% - {vat}"),
    *(
        ". В том числе НДС 22 % {vat} руб.",
        " НДС(22%)-{vat}",
        " Сумма {sum}",
        ", сумма {roubles} руб.",
    ),
    *(
        " за тариф 400 на 12 мес.",
        " по договору № {paper}",
        ". Тел. +7 (495) 123-45-67",
        " за 2026 год",
    ),
    *(" за 25 пользователей с 01.11.2026 по 31.10.2027", " ИНН {inn}/{kpp}", ", школа № {few}"),
    *(" Заказ № {few}", " // {sum}", ". Акт {few} от {day}", " р/с 40702810900000000417"),
)
_NAMELESS: Final = (
    *("Оплата по счету б/н", "За подписку", "Оплата услуг", "Согласно договору № {paper} от {day}"),
    *(
        "Оплата по счету от {day}",
        "Тариф 400",
        "За ноябрь 2026 г.",
        "По счету",
        "Доступ к сервису 1С",
    ),
)
_MONTHS: Final = ("сентября", "октября", "ноября")
_FIRMS: Final = ("Ромашка", "Ёлки-Палки", "Технологии XXI", "Щит и Меч", "Северный ветер", "Ъ")
_PEOPLE: Final = ("Иванов Пётр", "Кузнецов Семён", "Соловьёв Юрий", "Щербаков Фёдор", "Ким Олег")
_LIST_SIGNS: Final = (", ", " и ", "; ", ", № ", ",")


def whole(chance: Random, number: str) -> str:
    """All of a number, in somebody's spelling."""
    spellings = _SPELLINGS if number.startswith(OWN) else _OTHER_SPELLINGS
    return _spelled(chance, chance.choice(spellings), number)


def partial(chance: Random, number: str) -> str:
    """A number without its prefix, its year or both."""
    spellings = _PARTS if number.startswith(OWN) else _OTHER_PARTS
    return _spelled(chance, chance.choice(spellings), number)


def slipped(chance: Random, number: str) -> str:
    """A number with one digit of its tail swapped, changed, lost or doubled, but never the same."""
    beginning, tail = number[:-6], number[-6:]
    while True:
        place = chance.randrange(len(tail) - 1)
        before, one, other, after = tail[:place], tail[place], tail[place + 1], tail[place + 2 :]
        wrong = chance.choice(
            (
                before + other + one + after,
                before + other + after,
                before + one + one + other + after,
                before + str(chance.randrange(10)) + other + after,
            )
        )
        if wrong != tail:
            return beginning + wrong


def listed(chance: Random, numbers: Sequence[str]) -> str:
    """Whole numbers one after another."""
    sign = chance.choice(_LIST_SIGNS)
    return sign.join(numbers)


def short_list(chance: Random, numbers: Sequence[str]) -> str:
    """The tails alone, or only the first number whole."""
    tails = [tail_of(number) for number in numbers]
    if chance.random() < FIRST_WHOLE:
        first, sign = numbers[0], chance.choice(("/", ", ", " и "))
        return sign.join([first, *(number[-6:] for number in numbers[1:])])
    return ", ".join(tails[:-1]) + chance.choice((" и ", ", ")) + tails[-1]


def tail_of(number: str) -> str:
    """«123» of KP-2026-000123."""
    return number[-6:].lstrip("0")


def framed(
    chance: Random, number: str, invoice: OpenInvoice, kopecks: int, *, announced: bool = False
) -> str:
    """A purpose around a number; one that is not `announced` may stand without «счёт»."""
    ways = _ANNOUNCED if announced else (*_ANNOUNCED, *_BARE)
    middle = chance.choice(ways).format(n=number) + chance.choice(_DATED)
    noise = chance.choice(_BEFORE), chance.choice(_AFTER)
    text = _filled(chance, noise[0] + middle + noise[1], invoice, kopecks)
    return chance.choice((text, text, text, text.upper(), text.lower()))


def with_noise_only(chance: Random, invoice: OpenInvoice, kopecks: int) -> str:
    """A purpose without an invoice number."""
    parts = chance.choice(_BEFORE), chance.choice(_NAMELESS), chance.choice(_AFTER)
    return _filled(chance, "".join(parts), invoice, kopecks)


def of_name(chance: Random, number: int, is_person: bool) -> str:
    """A client's name, its own for each number."""
    if is_person:
        return f"{chance.choice(_PEOPLE)} {chr(ord('А') + number % 32)}{number}ович"
    return f"ООО «{chance.choice(_FIRMS)}-{number}»"


def _spelled(chance: Random, spelling: str, number: str) -> str:
    tail = number[-6:]
    return spelling.format(
        own=chance.choice(_OWN),
        year="2026",
        year_o=chance.choice(("2O26", "2о26")),
        tail=tail,
        tail_o=tail.replace("0", chance.choice("OОo")),
        torn=f"{tail[:3]} {tail[3:]}",
        short=tail_of(number),
    )


def _filled(chance: Random, text: str, invoice: OpenInvoice, kopecks: int) -> str:
    day = invoice.issued_on
    month = _MONTHS[day.month - 9]
    return text.format(
        day=f"{day:%d.%m.%Y}",
        short_day=chance.choice((f"{day:%d.%m.%y}", f"{day:%d.%m}")),
        words=f"{day.day} {month} {day.year} г.",
        paper=chance.choice(
            ("45", "123-АБ/2026", "2026-17", "7/11", f"{chance.randrange(1, 2000)}")
        ),
        inn=next(iter(invoice.payer_inns), valid_inn("77012345", 10)),
        kpp="770101001",
        few=chance.randrange(1, 2_000),
        sum=_sum(chance, kopecks),
        vat=_sum(chance, kopecks * 22 // 122),
        roubles=kopecks // 100,
    )


def _sum(chance: Random, kopecks: int) -> str:
    roubles, rest = divmod(kopecks, 100)
    grouped = f"{roubles:,}".replace(",", " ")
    return chance.choice(
        (
            f"{grouped},{rest:02d}",
            f"{roubles}.{rest:02d}",
            f"{roubles}-{rest:02d}",
            f"{roubles},{rest:02d}",
        )
    )
