"""The notices about what all cases stand on."""

from domain.access.roles import Role
from domain.notification.notification import Notice

POLICY_PROPOSED = (
    Notice(Role.ACCOUNTANT, "staff_policy_proposed"),
    Notice(Role.OPERATOR, "staff_policy_proposed"),
)
"""To whoever may confirm or decline the proposal of another person."""
