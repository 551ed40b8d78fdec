"""What people decide about a return: the client sends, specialists receive, inspect and settle."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from db.goods_return import reads
from db.goods_return.pieces import returned_lines
from db.goods_return.reads import GoodsReturnRow
from domain.goods_return.goods_return import GoodsReturnAction, ReturnWay, Settlement
from domain.text import one_line
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.file.upload import FILES
from starter.commands.goods_return.case import decided
from starter.commands.goods_return.photos import photos_in
from starter.commands.refusal import FieldError, invalid
from starter.commands.services import Services
from workflows.goods_return import GoodsReturnWorkflow

MAX_TRACK_LENGTH = 100


@dataclass(frozen=True)
class Inspection:
    """What an inspection found: the packing, the labels, whether it is unused and has its own
    serial number; sound pieces by line; what the carriage has cost us (kopecks); photos.

    Of what is digital the packing and the labels say nothing.
    """

    packing: bool
    labels: bool
    unused: bool
    serial: bool
    pieces: Mapping[int, int]
    carriage_kopecks: int = 0
    photos: tuple[UUID, ...] = ()

    def finds_fault(self, asked_pieces: int) -> bool:
        """Whether the client gets less than it has asked for by it."""
        checks = (self.packing, self.labels, self.unused, self.serial)
        return not all(checks) or sum(self.pieces.values()) < asked_pieces


@command
async def authorise_goods_return(
    services: Services, caller: Caller, command_id: UUID, return_id: str
) -> GoodsReturnRow:
    """Lets the client send the goods, or deactivate what is digital."""
    action, update = GoodsReturnAction.AUTHORISE, GoodsReturnWorkflow.authorise
    return await decided(services, caller, command_id, return_id, action, update)


@command
async def refuse_goods_return(
    services: Services, caller: Caller, command_id: UUID, return_id: str, reason: str
) -> GoodsReturnRow:
    """Does not take the goods back."""
    action, update = GoodsReturnAction.REFUSE, GoodsReturnWorkflow.refuse
    return await decided(services, caller, command_id, return_id, action, update, reason=reason)


@command
async def ship_goods_return(
    services: Services, caller: Caller, command_id: UUID, return_id: str, track: str
) -> GoodsReturnRow:
    """The client has sent the goods: the number that the carrier finds them by."""
    action, update = GoodsReturnAction.SHIP, GoodsReturnWorkflow.ship
    track = checked_track(track)
    return await decided(services, caller, command_id, return_id, action, update, track=track)


@command
async def deactivate_goods_return(
    services: Services, caller: Caller, command_id: UUID, return_id: str
) -> GoodsReturnRow:
    """The client no longer uses a digital thing."""
    action, update = GoodsReturnAction.DEACTIVATE, GoodsReturnWorkflow.deactivate
    return await decided(services, caller, command_id, return_id, action, update)


@command
async def withdraw_goods_return(
    services: Services, caller: Caller, command_id: UUID, return_id: str
) -> GoodsReturnRow:
    """The client keeps the goods."""
    action, update = GoodsReturnAction.WITHDRAW, GoodsReturnWorkflow.withdraw
    return await decided(services, caller, command_id, return_id, action, update)


@command
async def receive_goods_return(
    services: Services, caller: Caller, command_id: UUID, return_id: str
) -> GoodsReturnRow:
    """The goods are here."""
    action, update = GoodsReturnAction.RECEIVE, GoodsReturnWorkflow.receive
    return await decided(services, caller, command_id, return_id, action, update)


@command
async def lose_goods_return(
    services: Services, caller: Caller, command_id: UUID, return_id: str, reason: str
) -> GoodsReturnRow:
    """The carrier has lost the goods; whoever had to pay the carriage bears it."""
    action, update = GoodsReturnAction.LOSE, GoodsReturnWorkflow.lose
    return await decided(services, caller, command_id, return_id, action, update, reason=reason)


@command
async def inspect_goods_return(
    services: Services, caller: Caller, command_id: UUID, return_id: str, found: Inspection
) -> GoodsReturnRow:
    """Stores what an inspection has found. What is held against the client is seen on a photo."""
    attached = await photos_in(services.database, caller, found.photos)
    lines, heads = await services.database.read(returned_lines(return_id), reads.head(return_id))
    case = require_visible(caller, heads)
    asked_pieces = sum(line.asked for line in lines)
    is_sent = case.way == ReturnWay.SHIPPING
    if is_sent and not attached and found.finds_fault(asked_pieces):
        raise invalid(FieldError("goods_return_photo_missing", field=FILES))
    return await decided(
        services,
        caller,
        command_id,
        return_id,
        GoodsReturnAction.INSPECT,
        GoodsReturnWorkflow.inspect,
        attached,
        packing=found.packing,
        labels=found.labels,
        unused=found.unused,
        serial=found.serial,
        pieces={str(line_no): pieces for line_no, pieces in found.pieces.items()},
        carriage_kopecks=found.carriage_kopecks,
    )


@command
async def accept_goods_return(
    services: Services,
    caller: Caller,
    command_id: UUID,
    return_id: str,
    settlement: Settlement,
    cut_kopecks: int | None = None,
) -> GoodsReturnRow:
    """Takes the sound pieces back, and says what the client gets for them."""
    if (settlement is Settlement.PRICE_CUT) != (cut_kopecks is not None):
        raise invalid(FieldError("goods_return_cut_missing", "/cut"))
    return await decided(
        services,
        caller,
        command_id,
        return_id,
        GoodsReturnAction.ACCEPT,
        GoodsReturnWorkflow.accept,
        settlement=settlement,
        cut_kopecks=cut_kopecks,
    )


@command
async def reject_goods_return(
    services: Services, caller: Caller, command_id: UUID, return_id: str, reason: str
) -> GoodsReturnRow:
    """Sends the goods back as they are."""
    action, update = GoodsReturnAction.REJECT, GoodsReturnWorkflow.reject
    return await decided(services, caller, command_id, return_id, action, update, reason=reason)


@command
async def send_goods_return(
    services: Services, caller: Caller, command_id: UUID, return_id: str, track: str
) -> GoodsReturnRow:
    """Goods have left to the client: those not accepted, other ones, or repaired ones."""
    action, update = GoodsReturnAction.SEND, GoodsReturnWorkflow.send
    track = checked_track(track)
    return await decided(services, caller, command_id, return_id, action, update, track=track)


def checked_track(track: str) -> str:
    """A carrier's number as one line; raises `Refusal` beside its field."""
    written = one_line(track)
    if not 0 < len(written) <= MAX_TRACK_LENGTH:
        raise invalid(FieldError("goods_return_track_missing", "/track"))
    return written
