"""The delivery of notifications: one long-lived workflow whose activity drains the outbox."""

from temporalio import workflow

from workflows.shifts import run_shifts

with workflow.unsafe.imports_passed_through():
    from activities.notification.notification import NotificationActivities
    from texts import translate

NOTIFICATION_WORKFLOW_ID = "notification-delivery"


@workflow.defn(name="notification-delivery")
class NotificationDeliveryWorkflow:
    """Keeps exactly one delivery activity running."""

    @workflow.run
    async def run(self) -> None:
        """Delivers for ever."""
        await run_shifts(NotificationActivities.deliver, translate("ui.step.deliver"))
        workflow.continue_as_new()
