"""How a wait is shown."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.case.waiting import Wait
    from texts import deadline, translate


def waiting_line(wait: Wait | None) -> list[str]:
    """Who is waited for until when, as a paragraph of the details; none when nobody is."""
    if wait is None:
        return []
    who = translate(f"role.{wait.waiting_for}")
    return [translate("ui.waiting", who=who, until=deadline(wait.until))]
