"""Terms of the sandbox bank: limits and defaults."""

from typing import Final

MAX_FILE_BYTES: Final = 16 * 1024 * 1024
MAX_BODY_BYTES: Final = 64 * 1024
MAX_ORDERS: Final = 10_000
MAX_RULES: Final = 100
MAX_TIMES: Final = 1_000_000
MAX_DAYS: Final = 400
MAX_TEXT_LENGTH: Final = 210
MAX_AMOUNT_KOPECKS: Final = 99_999_999_999_999
OPENING_KOPECKS: Final = 10_000_000_000_00
"""The balance of every account before its first document."""
OUR_BIC: Final = "044525225"
OUR_BANK: Final = "ПАО СБЕРБАНК"
ENCODINGS: Final = {"cp1251": "Windows", "cp866": "DOS", "utf-8": "UTF-8"}
"""The encodings of statements, and their names in the header."""
