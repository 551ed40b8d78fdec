"""The requisites in a form: as they were typed, and as far as they are known before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from db.database import Database
from db.refund import requisites as known_in
from db.refund import statement as statements_in
from db.refund.requisites import EarlierRequisites, PayerAccount
from db.refund.rows import RefundHead, StatementRow
from domain.billing.requisite_field import RequisiteField
from domain.billing.requisites import Requisites, check_bic
from starter.commands.refusal import FieldError, invalid
from starter.web.http.forms import Form

WRITTEN = frozenset({RequisiteField.RECIPIENT_NAME, RequisiteField.BANK_NAME})
"""Words; the others are numbers, which people paste with spaces."""
MAX_REQUISITE_LENGTH = 300
"""Characters of one requisite that are looked at."""

OF_CASE, OF_EARLIER, OF_PAYMENT = "case", "earlier", "payment"
"""Where requisites are known from: this case, another refund, the account that paid us."""


@dataclass(frozen=True)
class Known:
    """What a form is filled in with, and from where."""

    fields: Mapping[str, str]
    source: str | None = None


def requisites_in(form: Form) -> Requisites:
    """The requisites as they were typed; numbers without the spaces that people paste.

    Raises `Refusal` for fields that are too long to be looked at.
    """
    long = [name for name in RequisiteField if len(form.typed(name)) > MAX_REQUISITE_LENGTH]
    if long:
        raise invalid(*(FieldError("field_too_long", field=name) for name in long))
    typed = {name: _requisite(form, name) for name in RequisiteField}
    return Requisites(
        recipient_name=typed[RequisiteField.RECIPIENT_NAME],
        inn=typed[RequisiteField.INN] or None,
        kpp=typed[RequisiteField.KPP] or None,
        bic=typed[RequisiteField.BIC],
        account=typed[RequisiteField.ACCOUNT],
        bank_name=typed[RequisiteField.BANK_NAME],
        correspondent_account=typed[RequisiteField.CORRESPONDENT_ACCOUNT] or None,
    )


async def with_bank(database: Database, requisites: Requisites, client_id: str) -> Requisites:
    """The requisites with their bank's name by its BIC, where the name was left out and we know
    it.
    """
    if requisites.bank_name:
        return requisites
    return replace(requisites, bank_name=await bank_name(database, requisites.bic, client_id))


async def bank_name(database: Database, bic: str, client_id: str) -> str:
    """The name of a bank as far as we know it; nothing where we do not."""
    if check_bic(bic) is not None:
        return ""
    bank = await database.row(known_in.bank_of(bic, client_id))
    return "" if bank is None else bank.bank_name


async def known_requisites(database: Database, case: RefundHead) -> Known:
    """What is known for a new statement: this case's last one, what the client signed for another
    refund, the account that it paid from; at least what billing has registered.
    """
    statements, earlier, payers = await database.read(
        statements_in.latest(case.id),
        known_in.earlier(case.client_id),
        known_in.payer_account(case.client_id),
    )
    if statements:
        return Known(_fields_of(statements[0]), OF_CASE)
    if earlier:
        return Known(_fields_of(earlier[0]), OF_EARLIER)
    return await _from_payment(database, case, payers)


async def _from_payment(
    database: Database, case: RefundHead, payers: Sequence[PayerAccount]
) -> Known:
    registered: dict[str, str] = {
        RequisiteField.RECIPIENT_NAME: case.client_name,
        RequisiteField.INN: case.client_inn or "",
        RequisiteField.KPP: case.client_kpp or "",
    }
    if not payers:
        return Known(registered)
    (payer,) = payers
    bank = await bank_name(database, payer.bic, case.client_id)
    account: dict[str, str] = {
        RequisiteField.BIC: payer.bic,
        RequisiteField.ACCOUNT: payer.account,
        RequisiteField.BANK_NAME: bank,
    }
    return Known({**registered, **account}, OF_PAYMENT)


def _requisite(form: Form, name: RequisiteField) -> str:
    text = form.line(name)
    return text if name in WRITTEN else text.replace(" ", "")


def _fields_of(row: StatementRow | EarlierRequisites) -> Mapping[str, str]:
    return {name: getattr(row, name) or "" for name in RequisiteField}
