"""The bank's file, 1CClientBankExchange: statements are read, payment orders are written.

A statement is accepted or refused as a whole: `StatementReading` reads the file once and yields
entries as it reads, so that only sums per day are kept in memory; the caller discards all of them
when the reading ends in a `BankFileError`. How defects are handled:

- The encoding (cp1251, cp866, UTF-8) is detected by the bytes of the keys: `Кодировка` is often
  wrong. Bytes that cannot be decoded become U+FFFD.
- Unknown keys, blank lines, any line ends, a BOM and the DOS end-of-file mark are skipped.
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
