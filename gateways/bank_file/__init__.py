"""The bank's file, 1CClientBankExchange: statements are read, payment orders are written.

A statement is refused whole or believed whole: `StatementReading` goes through the file once and
gives out entries as it reads, so that nothing but sums per day is held; whoever takes them undoes
all of it when the reading ends in a `BankFileError`. How damage is met:

- The spelling of the keys tells the encoding (cp1251, cp866, UTF-8): what `Кодировка` says is often
  wrong, and then the keys would be unreadable. Bytes that are no letters become U+FFFD.
- Unknown keys, blank lines, any line ends, a BOM and the DOS end-of-file mark are passed over.
- A key given twice with two values, a sum or a date that cannot be read, an open section, a missing
  end and balances that do not add up refuse the file, with the line.
- A document that is not posted on one of the file's accounts (an order still waiting) is no entry.
"""

from domain.banking.bank_statement import EntryDirection, StatementEntry
from domain.banking.payment_run import PaymentOrder, PaymentRun
from gateways.bank_file.balances import AccountStatement
from gateways.bank_file.drafts import run_draft
from gateways.bank_file.errors import BankFileError, BankFileFault, PaymentOrderError
from gateways.bank_file.limits import StatementLimits
from gateways.bank_file.orders import check_payment_order, write_payment_orders
from gateways.bank_file.reading import StatementReading

__all__ = [
    "AccountStatement",
    "BankFileError",
    "BankFileFault",
    "EntryDirection",
    "PaymentOrder",
    "PaymentOrderError",
    "PaymentRun",
    "StatementEntry",
    "StatementLimits",
    "StatementReading",
    "check_payment_order",
    "run_draft",
    "write_payment_orders",
]
