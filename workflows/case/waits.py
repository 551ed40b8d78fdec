"""The next moment of a wait, and how a wait is shown."""

from datetime import datetime, timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.case.waiting import Wait
    from texts import deadline, translate


FIRST_LATE_REMINDER = timedelta(days=1)
"""A wait that nothing ends alone is escalated again after this time, then after twice as long."""


def next_moment(wait: Wait, after: datetime) -> datetime:
    """The next reminder, escalation or end of a wait; past its end, ever rarer escalations."""
    moments = [*wait.remind_at, wait.until]
    if wait.escalate_at is not None:
        moments.append(wait.escalate_at)
    ahead = [moment for moment in moments if moment > after]
    if ahead:
        return min(ahead)
    late, pause = wait.until, FIRST_LATE_REMINDER
    while late <= after:
        late, pause = late + pause, pause * 2
    return late


def waiting_line(wait: Wait | None) -> list[str]:
    """Who is waited for until when, as a paragraph of the details; none when nobody is."""
    if wait is None:
        return []
    who = translate(f"role.{wait.waiting_for}")
    return [translate("ui.waiting", who=who, until=deadline(wait.until))]
