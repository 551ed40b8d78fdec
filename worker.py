"""The worker's entry point: connects to Temporal, registers workflows and activities, runs."""

import asyncio
import signal
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from email.utils import parseaddr
from typing import Any

import structlog
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleIntervalSpec,
    ScheduleRange,
    ScheduleSpec,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.worker import Worker

from activities.banking.bank_statement import BankStatementActivities
from activities.banking.entry_decision import EntryDecisionActivities
from activities.banking.incoming_money import MoneyActivities
from activities.banking.payment_run import PaymentRunActivities
from activities.banking.run_decision import RunDecisionActivities
from activities.banking.unexpected_debit import UnexpectedDebitActivities
from activities.calendar.calendar import CalendarActivities
from activities.card.card_payment import CardPaymentActivities
from activities.case.behind import BehindActivities
from activities.case.operators import OperatorActivities
from activities.collection.looking import LookingActivities
from activities.collection.steps import CollectionActivities
from activities.dispute.steps import DisputeActivities
from activities.dispute.taken_back import TakenBackActivities
from activities.file.scan import FileActivities
from activities.goods_return.steps import GoodsReturnActivities
from activities.notification.notification import AnswerAt, NotificationActivities
from activities.payout.payout import PayoutActivities
from activities.receipt.receipt import ReceiptActivities
from activities.reconciliation.acquirer_list import AcquirerListActivities
from activities.reconciliation.reconciliation import BooksActivities
from activities.refund import RefundActivities
from activities.renewal import RenewalActivities
from activities.subscription.limit_request import LimitRequestActivities
from activities.ticket.steps import TicketActivities
from db.database import Database
from db.schema_version import SchemaRefused, SchemaUnknown, require_newest
from domain.ticket.mail import reply_address
from environment import SettingMissing, set_up_logs, temporal_options
from gateways.acquirer import AcquirerGateway
from gateways.mail import MailGateway, MailTls
from gateways.scanner import ScannerGateway
from settings import Settings
from workflows.bank_statement import BankStatementWorkflow
from workflows.behind import BEHIND_SCHEDULE_ID, CasesBehindWorkflow
from workflows.books import BOOKS_SCHEDULE_ID, BooksCheckWorkflow
from workflows.calendar import CalendarChangeWorkflow
from workflows.card_payment import CardPaymentWorkflow
from workflows.collection import CollectionWorkflow
from workflows.collections_round import COLLECTIONS_SCHEDULE_ID, CollectionsRoundWorkflow
from workflows.dispute import DisputeWorkflow
from workflows.entry_decision import EntryDecisionWorkflow
from workflows.file_scan import FILE_SCAN_WORKFLOW_ID, FileScanWorkflow
from workflows.goods_return import GoodsReturnWorkflow
from workflows.limit_request import LimitRequestWorkflow
from workflows.money import MoneyEntryWorkflow, MoneyLookWorkflow, RecheckWorkflow
from workflows.notification import NOTIFICATION_WORKFLOW_ID, NotificationDeliveryWorkflow
from workflows.payment_run import PaymentRunWorkflow
from workflows.receipt import RECEIPTS_SCHEDULE_ID, ReceiptsWorkflow
from workflows.refund import RefundWorkflow
from workflows.renewal import RenewalWorkflow
from workflows.run_decision import RunDecisionWorkflow
from workflows.runner import workflow_runner
from workflows.taken_back import TakenBackWorkflow
from workflows.ticket import TicketWorkflow

WORKFLOWS = (
    RefundWorkflow,
    RenewalWorkflow,
    CardPaymentWorkflow,
    LimitRequestWorkflow,
    TicketWorkflow,
    GoodsReturnWorkflow,
    CollectionWorkflow,
    CollectionsRoundWorkflow,
    DisputeWorkflow,
    TakenBackWorkflow,
    NotificationDeliveryWorkflow,
    FileScanWorkflow,
    CalendarChangeWorkflow,
    PaymentRunWorkflow,
    BankStatementWorkflow,
    MoneyEntryWorkflow,
    MoneyLookWorkflow,
    EntryDecisionWorkflow,
    RunDecisionWorkflow,
    RecheckWorkflow,
    BooksCheckWorkflow,
    ReceiptsWorkflow,
    CasesBehindWorkflow,
)

BOOKS_HOUR = 6
"""The hour (Moscow) of the daily reconciliation, before accountants begin to work."""
RECEIPTS_EVERY = timedelta(hours=1)
"""How often closing receipts are requested and open ones looked up."""
COLLECTIONS_EVERY = timedelta(hours=1)
"""How often orders whose day of payment has gone by are looked for."""
BEHIND_EVERY = timedelta(minutes=1)
"""How often the latest changes are compared with what their cases know."""
GRACE = timedelta(seconds=10)
"""How long activities may take to finish when the worker is stopped."""
CONNECT_PAUSE_SECONDS = 2.0
CONNECT_TRIES = 30
"""Tries to connect to Temporal before the worker exits, for its supervisor to restart it."""


COULD_NOT = 2
"""The exit code when the worker could not start, as in `python -m starter`."""


log = structlog.get_logger()


async def connect() -> Client:
    """Connects by the environment's profile, with retries: `Client.connect` itself has none."""
    for attempt in range(1, CONNECT_TRIES + 1):
        try:
            return await Client.connect(**temporal_options())
        except RuntimeError as error:
            if attempt == CONNECT_TRIES:
                raise
            log.warning("temporal.unreachable", attempt=attempt, error=str(error)[:200])
            await asyncio.sleep(CONNECT_PAUSE_SECONDS)
    raise AssertionError("unreachable")


def build_worker(
    client: Client,
    settings: Settings,
    database: Database,
    acquirer: AcquirerGateway,
    mail: MailGateway,
) -> Worker:
    """The worker with all workflows and activities."""
    refund = RefundActivities(database)
    payout = PayoutActivities(database, acquirer)
    card_payment = CardPaymentActivities(database, acquirer, cabinet_url=settings.cabinet_url)
    calendar = CalendarActivities(database)
    notification = NotificationActivities(
        database,
        mail,
        company=settings.company,
        cabinet_url=settings.cabinet_url,
        domain=parseaddr(settings.mail_from)[1].rpartition("@")[2],
        answer_at=answer_at(settings),
    )
    return Worker(
        client,
        task_queue=settings.task_queue,
        workflows=WORKFLOWS,
        activities=[
            *_methods(refund),
            *_methods(RenewalActivities(database)),
            *_methods(payout),
            *_methods(card_payment),
            *_methods(calendar),
            *_methods(BooksActivities(database)),
            *_methods(AcquirerListActivities(database, acquirer)),
            *_methods(ReceiptActivities(database, acquirer)),
            *_methods(OperatorActivities(database)),
            *_methods(BehindActivities(database)),
            *_methods(PaymentRunActivities(database)),
            *_methods(BankStatementActivities(database, settings.bank_days_ahead)),
            *_methods(MoneyActivities(database)),
            *_methods(EntryDecisionActivities(database)),
            *_methods(RunDecisionActivities(database)),
            *_methods(UnexpectedDebitActivities(database)),
            *_methods(LimitRequestActivities(database)),
            *_methods(TicketActivities(database)),
            *_methods(GoodsReturnActivities(database)),
            *_methods(CollectionActivities(database, settings.cabinet_url)),
            *_methods(LookingActivities(database)),
            *_methods(DisputeActivities(database, acquirer)),
            *_methods(TakenBackActivities(database, acquirer)),
            *_methods(FileActivities(database, build_scanner(settings))),
            *_methods(notification),
        ],
        workflow_runner=workflow_runner(),
        graceful_shutdown_timeout=GRACE,
    )


def build_mail(settings: Settings) -> MailGateway:
    """The mail server of the settings."""
    return MailGateway(
        settings.smtp_host,
        settings.smtp_port,
        settings.mail_from,
        username=settings.smtp_username,
        password=settings.smtp_password,
        tls=MailTls(settings.smtp_tls),
    )


def build_scanner(settings: Settings) -> ScannerGateway:
    """The scanner of the settings."""
    return ScannerGateway(settings.scanner_host, settings.scanner_port)


async def keep_checking(client: Client, task_queue: str) -> None:
    """Creates the schedule of the daily reconciliation, Moscow time, unless it exists."""
    schedule = Schedule(
        action=ScheduleActionStartWorkflow(
            BooksCheckWorkflow.run, id=BOOKS_SCHEDULE_ID, task_queue=task_queue
        ),
        spec=ScheduleSpec(
            calendars=[ScheduleCalendarSpec(hour=[ScheduleRange(BOOKS_HOUR)])],
            time_zone_name="Europe/Moscow",
        ),
    )
    with suppress(ScheduleAlreadyRunningError):
        await client.create_schedule(BOOKS_SCHEDULE_ID, schedule)


async def keep_printing(client: Client, task_queue: str) -> None:
    """Creates the hourly schedule for receipts, unless it exists."""
    schedule = Schedule(
        action=ScheduleActionStartWorkflow(
            ReceiptsWorkflow.run, id=RECEIPTS_SCHEDULE_ID, task_queue=task_queue
        ),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=RECEIPTS_EVERY)]),
    )
    with suppress(ScheduleAlreadyRunningError):
        await client.create_schedule(RECEIPTS_SCHEDULE_ID, schedule)


async def keep_comparing(client: Client, task_queue: str) -> None:
    """Has cases that are behind their rows found, unless a schedule does that already."""
    schedule = Schedule(
        action=ScheduleActionStartWorkflow(
            CasesBehindWorkflow.run, id=BEHIND_SCHEDULE_ID, task_queue=task_queue
        ),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=BEHIND_EVERY)]),
    )
    with suppress(ScheduleAlreadyRunningError):
        await client.create_schedule(BEHIND_SCHEDULE_ID, schedule)


async def keep_collecting(client: Client, task_queue: str) -> None:
    """Creates the hourly schedule for unpaid orders, unless it exists."""
    schedule = Schedule(
        action=ScheduleActionStartWorkflow(
            CollectionsRoundWorkflow.run, id=COLLECTIONS_SCHEDULE_ID, task_queue=task_queue
        ),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=COLLECTIONS_EVERY)]),
    )
    with suppress(ScheduleAlreadyRunningError):
        await client.create_schedule(COLLECTIONS_SCHEDULE_ID, schedule)


async def keep_delivering(client: Client, task_queue: str) -> None:
    """Starts the delivery of notifications unless it runs already."""
    await client.start_workflow(
        NotificationDeliveryWorkflow.run,
        id=NOTIFICATION_WORKFLOW_ID,
        task_queue=task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )


async def keep_scanning(client: Client, task_queue: str) -> None:
    """Starts the scanning of files unless it runs already."""
    await client.start_workflow(
        FileScanWorkflow.run,
        id=FILE_SCAN_WORKFLOW_ID,
        task_queue=task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )


async def run(settings: Settings) -> None:
    """Runs until SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(Database(settings.database_url))
        acquirer = AcquirerGateway(
            settings.acquirer_url, settings.acquirer_shop_id, settings.acquirer_secret_key
        )
        stack.push_async_callback(acquirer.aclose)
        client = await connect()
        worker = build_worker(client, settings, database, acquirer, build_mail(settings))
        await stack.enter_async_context(worker)
        await keep_delivering(client, settings.task_queue)
        await keep_scanning(client, settings.task_queue)
        await keep_checking(client, settings.task_queue)
        await keep_printing(client, settings.task_queue)
        await keep_comparing(client, settings.task_queue)
        await keep_collecting(client, settings.task_queue)
        log.info("worker.started", task_queue=settings.task_queue)
        await stopped.wait()
        log.info("worker.stopping")


def answer_at(settings: Settings) -> AnswerAt | None:
    """How the address is made at which a client answers a ticket; None where no mail is read."""
    support = settings.support_mailbox
    if support is None:
        return None
    return lambda number: reply_address(support, settings.code_key, number)


def _methods(steps: object) -> list[Callable[..., Any]]:
    """The activities of an object."""
    members = (getattr(steps, name) for name in dir(steps) if not name.startswith("_"))
    return [member for member in members if hasattr(member, "__temporal_activity_definition")]


def main() -> int:
    """The exit code: 0 after a stop, 2 with one line of explanation when it could not start."""
    set_up_logs()
    try:
        settings = Settings.from_environment()
        temporal_options()  # missing settings are reported before anything is opened
        check_schema(settings.database_url)
    except (SettingMissing, SchemaRefused) as refused:
        sys.stderr.write(f"{refused}\n")
        return COULD_NOT
    asyncio.run(run(settings))
    return 0


def check_schema(database_url: str) -> None:
    """Raises for a schema of another version. A database that does not answer is no reason not to
    start: steps retry.
    """
    try:
        require_newest(database_url)
    except SchemaUnknown as unknown:
        log.warning("schema.unknown", error=str(unknown))


if __name__ == "__main__":
    sys.exit(main())
