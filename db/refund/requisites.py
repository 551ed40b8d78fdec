"""What is known of a client's requisites, and of banks, before anything is typed in."""

from sqlalchemy import Select, and_, bindparam, func, literal, select, union_all

from db.query import Query, row, typed
from db.tables import (
    allocations,
    bank_entries,
    clients,
    invoices,
    own_accounts,
    payouts,
    refunds,
    signatures,
    statements,
)
from domain.banking.bank_statement import EntryDirection
from domain.payout.payout import Channel, PayoutStatus

LOOKED_AT = 100
"""Statements of a bank that are looked at for its name, the latest first."""


@row
class BankRow:
    """A bank by its name, and how it is known: the smaller the rank, the surer."""

    bank_name: str
    rank: int
    times: int


@row
class EarlierRequisites:
    """The requisites of a statement that its client signed for another refund."""

    recipient_name: str
    inn: str | None
    kpp: str | None
    bic: str
    account: str
    bank_name: str
    correspondent_account: str | None


@row
class PayerAccount:
    """The account from which a client paid an invoice."""

    account: str
    bic: str


_of_statement = and_(payouts.c.statement_id == statements.c.id, payouts.c.channel == Channel.BANK)
_failed = (
    select(payouts.c.attempt)
    .where(_of_statement, payouts.c.status.in_((PayoutStatus.REJECTED, PayoutStatus.RETURNED)))
    .exists()
)


def _named(rank: int, names: Select[tuple[str]]) -> Select[tuple[str, int, int]]:
    found = names.subquery()
    return select(
        found.c.bank_name, literal(rank).label("rank"), func.count().label("times")
    ).group_by(found.c.bank_name)


_of_bic = statements.c.bic == bindparam("bic")
_banks = union_all(
    _named(1, select(own_accounts.c.bank_name).where(own_accounts.c.bic == bindparam("bic"))),
    _named(
        2,
        select(statements.c.bank_name)
        .join(refunds, refunds.c.id == statements.c.refund_id)
        .where(_of_bic, refunds.c.client_id == bindparam("client_id"))
        .order_by(statements.c.drawn_up_at.desc())
        .limit(LOOKED_AT),
    ),
    _named(
        3,
        select(statements.c.bank_name)
        .join(payouts, _of_statement)
        .where(_of_bic, payouts.c.status == PayoutStatus.PAID)
        .order_by(statements.c.drawn_up_at.desc())
        .limit(LOOKED_AT),
    ),
).subquery("banks")
_BANK = typed(
    BankRow,
    select(_banks.c.bank_name, _banks.c.rank, _banks.c.times)
    .order_by(_banks.c.rank, _banks.c.times.desc(), _banks.c.bank_name)
    .limit(1),
    never_null=("bank_name", "rank", "times"),
)
_EARLIER = typed(
    EarlierRequisites,
    select(
        *statements.c[
            "recipient_name", "inn", "kpp", "bic", "account", "bank_name", "correspondent_account"
        ]
    )
    .join(signatures, signatures.c.statement_id == statements.c.id)
    .join(refunds, refunds.c.id == statements.c.refund_id)
    .where(refunds.c.client_id == bindparam("client_id"), ~_failed)
    .order_by(signatures.c.signed_at.desc(), statements.c.id)
    .limit(1),
)
_PAYER = typed(
    PayerAccount,
    select(
        bank_entries.c.counterparty_account.label("account"),
        bank_entries.c.counterparty_bic.label("bic"),
    )
    .join(allocations, allocations.c.entry_id == bank_entries.c.id)
    .join(invoices, invoices.c.number == allocations.c.invoice_number)
    .join(clients, clients.c.id == invoices.c.client_id)
    .where(
        clients.c.id == bindparam("client_id"),
        bank_entries.c.direction == EntryDirection.IN,
        bank_entries.c.counterparty_inn == clients.c.inn,
        bank_entries.c.counterparty_account.is_not(None),
        bank_entries.c.counterparty_bic.is_not(None),
        allocations.c.undone_at.is_(None),
    )
    .order_by(bank_entries.c.day.desc(), bank_entries.c.id)
    .limit(1),
    never_null=("account", "bic"),
)


def bank_of(bic: str, client_id: str) -> Query[BankRow]:
    """A bank as it is called on our own accounts, else on statements of this client, else on those
    by which our bank has paid: a specialist has looked at each of them. There is no register of
    banks here; of other clients nothing but the bank's name is read.
    """
    return _BANK(bic=bic, client_id=client_id)


def earlier(client_id: str) -> Query[EarlierRequisites]:
    """The requisites that the client signed last, but for those by which a payout failed."""
    return _EARLIER(client_id=client_id)


def payer_account(client_id: str) -> Query[PayerAccount]:
    """The account from which the client itself paid us last: its INN is the payer's."""
    return _PAYER(client_id=client_id)
