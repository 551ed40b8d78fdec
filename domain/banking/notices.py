"""The notices that accountants get about payments through the bank."""

from domain.access.roles import Role
from domain.notification.notification import Notice

DEBIT_CONTRADICTS = Notice(Role.ACCOUNTANT, "staff_debit_contradicts")
PAYOUT_LEFT_OUT = Notice(Role.ACCOUNTANT, "staff_payout_left_out")
