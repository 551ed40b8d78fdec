"""The notices about differences in the books, or with the acquirer's lists."""

from domain.access.roles import Role
from domain.notification.notification import Notice

BOOKS_DIFFER = Notice(Role.OPERATOR, "staff_books_differ")
ACQUIRER_DIFFERS = (
    Notice(Role.OPERATOR, "staff_acquirer_differs"),
    Notice(Role.ACCOUNTANT, "staff_acquirer_differs"),
)
