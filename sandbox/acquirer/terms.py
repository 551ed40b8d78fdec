"""Terms of the sandbox acquirer: limits, life times, the ages of refundable payments."""

from datetime import timedelta

KEY_LIFETIME = timedelta(hours=24)
MAX_KEY_LENGTH = 64

DEFAULT_AGE_LIMIT = timedelta(days=3 * 365)
AGE_LIMITS = {"bank_card": timedelta(days=457), "sberbank": timedelta(days=365)}
"""A card payment is refundable for 15 months, SberPay for a year, everything else for three."""

PAGE_LIFETIME = timedelta(hours=1)
"""After this time a payment that was not made is cancelled."""
PAGE_METHODS = ("bank_card", "sbp")
"""The methods that the payment page offers."""

NOT_REFUNDABLE_METHODS = frozenset({"b2b_sberbank"})

DEFAULT_PAGE = 10
MAX_PAGE = 100
MAX_BODY_BYTES = 64 * 1024
MAX_AMOUNT_KOPECKS = 99_999_999_999_999
MAX_DESCRIPTION_LENGTH = 250
MAX_PAYMENT_DESCRIPTION_LENGTH = 128
MAX_RECEIPT_ITEMS = 80
MAX_RECEIPT_TEXT_LENGTH = 128
MAX_ADDRESS_LENGTH = 2_000
MAX_METADATA_ENTRIES = 16
MAX_METADATA_NAME_LENGTH = 32
MAX_METADATA_VALUE_LENGTH = 512

MAX_RULES = 100
MAX_DELAY_SECONDS = 600
MAX_POLLS = 1_000
MAX_WEBHOOK_COPIES = 10
MAX_CALLS = 1_000_000

MAX_REQUESTS_KEPT = 100_000
MAX_REQUESTS_SHOWN = 1_000
MAX_WEBHOOKS_SHOWN = 1_000

WEBHOOK_TIMEOUT_SECONDS = 5
WEBHOOKS_AT_ONCE = 20
WEBHOOK_RETRY = timedelta(milliseconds=500)
"""The wait after the first failed delivery; it doubles with each one."""
LONGEST_WEBHOOK_RETRY = timedelta(seconds=30)
MAX_WEBHOOK_ATTEMPTS = 2880
"""An event that nobody acknowledges is sent for 24 hours, as YooKassa does."""
