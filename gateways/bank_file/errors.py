"""Why a bank's file is refused, and why an order cannot be written."""

from enum import StrEnum


class BankFileFault(StrEnum):
    """What is wrong with a statement; each has the text `error.<fault>` (line, detail)."""

    TOO_LARGE = "bank_file_too_large"
    SIGNATURE = "bank_file_signature"
    ENCODING = "bank_file_encoding"
    LINE_TOO_LONG = "bank_file_line_too_long"
    TEXT_TOO_LONG = "bank_file_text_too_long"
    TOO_MANY = "bank_file_too_many"
    SECTION_OPEN = "bank_file_section_open"
    SECTION_END = "bank_file_section_end"
    CUT = "bank_file_cut"
    CONTINUES = "bank_file_continues"
    KEY_REPEATED = "bank_file_key_repeated"
    KEY_MISSING = "bank_file_key_missing"
    AMOUNT = "bank_file_amount"
    DATE = "bank_file_date"
    DAY_AHEAD = "bank_file_day_ahead"
    PERIOD = "bank_file_period"
    ACCOUNT = "bank_file_account"
    ACCOUNT_FOREIGN = "bank_file_account_foreign"
    ACCOUNT_LATE = "bank_file_account_late"
    NO_BALANCES = "bank_file_no_balances"
    TOTALS = "bank_file_totals"
    DOCUMENT_UNDATED = "bank_file_document_undated"
    DOCUMENT_EXTRA = "bank_file_document_extra"
    DOCUMENT_UNCLEAR = "bank_file_document_unclear"
    BALANCE = "bank_file_balance"
    BALANCES_APART = "bank_file_balances_apart"
    SECTIONS_OVERLAP = "bank_file_sections_overlap"
    ENTRY_UNCHECKED = "bank_file_entry_unchecked"


class BankFileError(Exception):
    """A statement is refused as a whole. `line` is None where the error is of the whole file.

    `detail` has figures and the format's own words: a key, sums, an account's last four digits. It
    never has a name or a full account number.
    """

    def __init__(self, line: int | None, fault: BankFileFault, detail: str = "") -> None:
        super().__init__(f"{fault.value} (line {line}) {detail}".rstrip())
        self.line = line
        self.code = fault.value
        self.detail = detail


class PaymentOrderError(ValueError):
    """An order that a bank would refuse; `number` is None where the run or its payer is invalid.

    `code` is stable: the codes of `domain.billing.requisites` for the requisites, our own
    otherwise.
    """

    def __init__(self, number: int | None, field: str, code: str) -> None:
        super().__init__(f"payment order {number}: {field}: {code}")
        self.number = number
        self.field = field
        self.code = code
