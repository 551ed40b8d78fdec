"""The delivery of notifications: one long-lived workflow whose activity drains the outbox."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.notification.notification import NotificationActivities
    from texts import translate

NOTIFICATION_WORKFLOW_ID = "notification-delivery"

SHIFTS_PER_RUN = 20
"""Shifts after which the workflow continues as new, so that its history stays short."""
SILENCE = timedelta(seconds=15)
"""A delivery without a heartbeat for so long is dead, and the next one takes over."""
LONGEST_PAUSE = timedelta(seconds=5)
"""The longest pause between two tries: people wait for one-time codes, and every death of a worker
is a try.
"""


@workflow.defn(name="notification-delivery")
class NotificationDeliveryWorkflow:
    """Keeps exactly one delivery activity running."""

    @workflow.run
    async def run(self) -> None:
        """Starts the activity again when it ends; its heartbeat shows that a worker died."""
        for _ in range(SHIFTS_PER_RUN):
            try:
                await workflow.execute_activity_method(
                    NotificationActivities.deliver,
                    start_to_close_timeout=timedelta(hours=2),
                    heartbeat_timeout=SILENCE,
                    retry_policy=RetryPolicy(maximum_interval=LONGEST_PAUSE),
                    summary=translate("ui.step.deliver"),
                )
            except ActivityError as error:
                if is_cancelled_exception(error):
                    raise
                workflow.logger.warning("notification.shift_failed")
        workflow.continue_as_new()
