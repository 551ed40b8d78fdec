"""The step that notifies operators of a failed step."""

from temporalio import activity

from db.database import Database
from db.notification import notification
from domain.notification.notification import STEP_FAILED, StepFailure


class OperatorActivities:
    """Notifies operators of cases that wait for them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name="operators.notify")
    async def notify(self, failure: StepFailure) -> None:
        """Notifies operators that a workflow waits for them; a repeat adds nothing."""
        async with self._database.transaction() as transaction:
            notification.notify(
                transaction,
                (STEP_FAILED,),
                case_id=None,
                client_id=None,
                occasion=failure.occasion,
                params={
                    "process": failure.workflow_id,
                    "step": failure.step,
                    "failure": failure.kind,
                },
                at=failure.at,
            )
