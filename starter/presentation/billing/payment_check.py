"""What people read of the checks of an order's payment."""

from datetime import UTC, date, datetime
from uuid import UUID

from pydantic import Field

from domain.billing.payment_check import AcquirerAnswer, BankAnswer, BankLook, PaymentCheck
from domain.calendar.bank_calendar import moscow_date
from starter.presentation.models import Roubles, Shown
from texts import Language, day, rubles, translate, translate_many


class PaymentCheckShown(Shown):
    """A check: whom it asked, and what it found; where `answered_at` is null nobody knows yet."""

    id: UUID
    checked_at: datetime
    answered_at: datetime | None
    acquirer: AcquirerAnswer | None = Field(description="What came of asking the acquirer.")
    bank: BankAnswer | None = Field(
        description="What came of judging bank entries anew that name the order."
    )
    found_entries: int | None = Field(description="Of them, those that are allocated now.")
    banked_until: date | None = Field(description="The last day of which the bank has told us.")
    waiting_entries: int | None = Field(
        description="Bank entries that name the order and wait for an accountant."
    )
    new: Roubles = Field(description="What had come by the end of the check and not before it.")
    paid: Roubles | None
    words: list[str] = Field(description="The same in sentences.")
    again_at: datetime | None = Field(
        description="When the order may be checked again; null: not today any more."
    )


def check_shown(check: PaymentCheck, language: Language) -> PaymentCheckShown:
    """A check with its sentences."""
    found = check.found
    bank = None if found is None else found.bank
    return PaymentCheckShown(
        id=check.id,
        checked_at=check.checked_at,
        answered_at=None if found is None else found.answered_at,
        acquirer=None if found is None else found.acquirer,
        bank=None if bank is None else bank.answer,
        found_entries=None if bank is None else bank.found,
        banked_until=None if found is None else found.banked_until,
        waiting_entries=None if found is None else found.waiting_entries,
        new=check.new_kopecks,
        paid=None if found is None else found.paid_kopecks,
        words=_words(check, language),
        again_at=check.free_at,
    )


def may_check_again(check: PaymentCheck, now: datetime) -> bool:
    """Whether the order may be checked now, after its latest check."""
    if check.free_at is None:
        return moscow_date(now) != moscow_date(check.checked_at)
    return now >= check.free_at.astimezone(UTC)


def _words(check: PaymentCheck, language: Language) -> list[str]:
    found = check.found
    if found is None:
        return [translate("payment_check.unknown", language)]
    words = [translate(f"payment_check.acquirer.{found.acquirer}", language)]
    if found.banked_until is None:
        words.append(translate("page.known.no_bank", language))
    else:
        words.append(translate("page.known.bank", language, day=day(found.banked_until)))
    if found.bank is not None:
        words.append(_bank_words(found.bank, language))
    if found.waiting_entries:
        words.append(translate_many("payment_check.waiting", found.waiting_entries, language))
    if check.new_kopecks:
        words.append(translate("payment_check.found", language, amount=rubles(check.new_kopecks)))
    else:
        words.append(translate("payment_check.nothing", language))
    return words


def _bank_words(look: BankLook, language: Language) -> str:
    if look.answer is BankAnswer.FOUND:
        return translate_many("payment_check.bank.found", look.found, language)
    return translate(f"payment_check.bank.{look.answer}", language)
