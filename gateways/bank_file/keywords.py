"""The keywords of 1CClientBankExchange that we read; all others are skipped."""

from typing import Final

SIGNATURE: Final = "1CClientBankExchange"
END: Final = "КонецФайла"
STATEMENT_END: Final = "КонецВыписки"
"""Some banks' last line; the format has none."""

FORMAT_VERSION: Final = "ВерсияФормата"
ENCODING: Final = "Кодировка"
ACCOUNT: Final = "РасчСчет"
FIRST_DAY: Final = "ДатаНачала"
LAST_DAY: Final = "ДатаКонца"

OPENING: Final = "НачальныйОстаток"
CREDITED: Final = "ВсегоПоступило"
DEBITED: Final = "ВсегоСписано"
CLOSING: Final = "КонечныйОстаток"

ACCOUNT_SECTION: Final = "СекцияРасчСчет"
ACCOUNT_END: Final = "КонецРасчСчет"
DOCUMENT_SECTION: Final = "СекцияДокумент"
DOCUMENT_END: Final = "КонецДокумента"

NUMBER: Final = "Номер"
DATE: Final = "Дата"
AMOUNT: Final = "Сумма"
DEBITED_ON: Final = "ДатаСписано"
CREDITED_ON: Final = "ДатаПоступило"
PURPOSE: Final = "НазначениеПлатежа"
PURPOSE_PARTS: Final = tuple(f"{PURPOSE}{part}" for part in range(1, 7))
PURPOSES: Final = frozenset({PURPOSE, *PURPOSE_PARTS})

PAYER: Final = "Плательщик"
RECIPIENT: Final = "Получатель"
PARTIES: Final = (PAYER, RECIPIENT)

# What follows the party's word: ПлательщикСчет, ПолучательБИК; the full name follows with nothing.
PARTY_NAME: Final = "1"
PARTY_INN: Final = "ИНН"
PARTY_KPP: Final = "КПП"
PARTY_ACCOUNT: Final = "Счет"
PARTY_SETTLEMENT_ACCOUNT: Final = "РасчСчет"
PARTY_BANK: Final = "Банк1"
PARTY_BIC: Final = "БИК"
PARTY_CORRESPONDENT: Final = "Корсчет"

_PARTY_KEYS: Final = frozenset(
    party + ending
    for party in PARTIES
    for ending in ("", PARTY_NAME, PARTY_INN, PARTY_ACCOUNT, PARTY_SETTLEMENT_ACCOUNT, PARTY_BIC)
)
KEYS: Final = (
    _PARTY_KEYS
    | PURPOSES
    | {
        *(FORMAT_VERSION, ENCODING, FIRST_DAY, LAST_DAY),
        *(OPENING, CREDITED, DEBITED, CLOSING),
        *(NUMBER, DATE, AMOUNT, DEBITED_ON, CREDITED_ON),
        *(ACCOUNT, ACCOUNT_SECTION, ACCOUNT_END, DOCUMENT_SECTION, DOCUMENT_END),
        *(END, STATEMENT_END),
    }
)
