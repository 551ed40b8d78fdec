"""A department as an operator writes it, and what of it is wrong."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Final

from domain.access.roles import is_same_person
from domain.file.file import MAX_FILE_BYTES, MAX_FILES
from domain.notification.mail_address import AddressMalformed, ascii_address
from domain.ticket.business_hours import MAX_SECONDS, BusinessHours

MAX_NAME_LENGTH: Final = 80
MAX_STAFF: Final = 100
MAX_LOGIN_LENGTH: Final = 254
MEBIBYTE: Final = 1024 * 1024
MINUTE: Final = 60
MAX_MINUTES: Final = MAX_SECONDS // MINUTE
MAX_DAYS: Final = 365
LEAST_TEXT: Final = 255
MOST_TEXT: Final = 20_000


@dataclass(frozen=True)
class Department:
    """What holds for a department. The clocks count minutes of working time, the other waits days;
    `staff` are the logins of those who answer, nobody named: everybody of ours.
    """

    name_ru: str
    name_en: str
    is_offered: bool
    opens_at: time
    closes_at: time
    lunch_from: time | None
    lunch_to: time | None
    first_answer_minutes: int
    solution_minutes: int
    remind_after_days: int
    resolve_after_days: int
    reopen_days: int
    text_limit: int
    files_limit: int
    file_mebibytes: int
    client_archives: bool
    mail_address: str | None = None
    staff: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a field: the code of its text, with the bounds that it names."""

    field: str
    code: str
    least: int = 0
    most: int = 0


_BOUNDS: Final = {
    "first_answer_minutes": (1, MAX_MINUTES),
    "solution_minutes": (1, MAX_MINUTES),
    "remind_after_days": (1, MAX_DAYS - 1),
    "resolve_after_days": (2, MAX_DAYS),
    "reopen_days": (1, MAX_DAYS),
    "text_limit": (LEAST_TEXT, MOST_TEXT),
    "files_limit": (0, MAX_FILES),
    "file_mebibytes": (1, MAX_FILE_BYTES // MEBIBYTE),
}


def wrong_in(written: Department) -> list[Wrong]:
    """All that is wrong with a department as it was written."""
    return [*_wrong_names(written), *_wrong_hours(written), *_out_of_bounds(written)]


def may_answer(staff: Sequence[str], login: str) -> bool:
    """Whether somebody of ours answers for a department with such a staff."""
    return not staff or any(is_same_person(one, login) for one in staff)


def _wrong_names(written: Department) -> Iterator[Wrong]:
    for field in ("name_ru", "name_en"):
        if not getattr(written, field):
            yield Wrong(field, "field_missing")
    if len(written.staff) > MAX_STAFF or any(len(one) > MAX_LOGIN_LENGTH for one in written.staff):
        yield Wrong("staff", "department_staff_too_many", 0, MAX_STAFF)
    if written.mail_address is not None:
        try:
            ascii_address(written.mail_address)
        except AddressMalformed:
            yield Wrong("mail_address", "email_format")


def _wrong_hours(written: Department) -> Iterator[Wrong]:
    try:
        BusinessHours(written.opens_at, written.closes_at, written.lunch_from, written.lunch_to)
    except ValueError:
        yield Wrong("closes_at", "department_hours")


def _out_of_bounds(written: Department) -> Iterator[Wrong]:
    for field, (least, most) in _BOUNDS.items():
        if not least <= getattr(written, field) <= most:
            yield Wrong(field, "policy_number_range", least, most)
    if written.first_answer_minutes > written.solution_minutes:
        yield Wrong("solution_minutes", "department_solution_first")
    if written.remind_after_days >= written.resolve_after_days:
        yield Wrong("resolve_after_days", "department_reminded_late")
