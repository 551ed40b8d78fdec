"""What people decide about a return: the client sends, specialists receive, inspect and settle."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from db.database import Transaction
from db.goods_return import photos
from db.goods_return.pieces import returned_lines
from db.goods_return.reads import GoodsReturnRow
from domain.goods_return.goods_return import GoodsReturnAction, ReturnWay, Settlement
from domain.text import one_line
from starter.commands.case_command import case_command
from starter.commands.file.upload import FILES
from starter.commands.goods_return.case import ReturnCommand
from starter.commands.goods_return.photos import photos_in
from starter.commands.refusal import FieldError, invalid

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


@case_command(ReturnCommand)
async def authorise_goods_return(case: ReturnCommand) -> GoodsReturnRow:
    """Lets the client send the goods, or deactivate what is digital."""
    return await case.decided(GoodsReturnAction.AUTHORISE)


@case_command(ReturnCommand)
async def refuse_goods_return(case: ReturnCommand, reason: str) -> GoodsReturnRow:
    """Does not take the goods back."""
    return await case.decided(GoodsReturnAction.REFUSE, reason=reason)


@case_command(ReturnCommand)
async def ship_goods_return(case: ReturnCommand, track: str) -> GoodsReturnRow:
    """The client has sent the goods: the number that the carrier finds them by."""
    return await case.decided(GoodsReturnAction.SHIP, track=checked_track(track))


@case_command(ReturnCommand)
async def deactivate_goods_return(case: ReturnCommand) -> GoodsReturnRow:
    """The client no longer uses a digital thing."""
    return await case.decided(GoodsReturnAction.DEACTIVATE)


@case_command(ReturnCommand)
async def withdraw_goods_return(case: ReturnCommand) -> GoodsReturnRow:
    """The client keeps the goods."""
    return await case.decided(GoodsReturnAction.WITHDRAW)


@case_command(ReturnCommand)
async def receive_goods_return(case: ReturnCommand) -> GoodsReturnRow:
    """The goods are here."""
    return await case.decided(GoodsReturnAction.RECEIVE)


@case_command(ReturnCommand)
async def lose_goods_return(case: ReturnCommand, reason: str) -> GoodsReturnRow:
    """The carrier has lost the goods; whoever had to pay the carriage bears it."""
    return await case.decided(GoodsReturnAction.LOSE, reason=reason)


@case_command(ReturnCommand)
async def inspect_goods_return(case: ReturnCommand, found: Inspection) -> GoodsReturnRow:
    """Stores what an inspection has found. What is held against the client is seen on a photo."""
    attached = await photos_in(case.services.database, case.caller, found.photos)
    is_sent = (await case.found()).way == ReturnWay.SHIPPING
    (lines,) = await case.services.database.read(returned_lines(case.case_id))
    if is_sent and not attached and found.finds_fault(sum(line.asked for line in lines)):
        raise invalid(FieldError("goods_return_photo_missing", field=FILES))

    def put_photos(transaction: Transaction, decision_id: UUID) -> None:
        photos.attach(transaction, attached, decision_id=decision_id)

    return await case.decided(
        GoodsReturnAction.INSPECT,
        put_photos,
        attached,
        packing=found.packing,
        labels=found.labels,
        unused=found.unused,
        serial=found.serial,
        pieces={str(line_no): pieces for line_no, pieces in found.pieces.items()},
        carriage_kopecks=found.carriage_kopecks,
    )


@case_command(ReturnCommand)
async def accept_goods_return(
    case: ReturnCommand, settlement: Settlement, cut_kopecks: int | None = None
) -> GoodsReturnRow:
    """Takes the sound pieces back, and says what the client gets for them."""
    if (settlement is Settlement.PRICE_CUT) != (cut_kopecks is not None):
        raise invalid(FieldError("goods_return_cut_missing", "/cut"))
    return await case.decided(
        GoodsReturnAction.ACCEPT,
        settlement=settlement,
        cut_kopecks=cut_kopecks,
    )


@case_command(ReturnCommand)
async def reject_goods_return(case: ReturnCommand, reason: str) -> GoodsReturnRow:
    """Sends the goods back as they are."""
    return await case.decided(GoodsReturnAction.REJECT, reason=reason)


@case_command(ReturnCommand)
async def send_goods_return(case: ReturnCommand, track: str) -> GoodsReturnRow:
    """Goods have left to the client: those not accepted, other ones, or repaired ones."""
    return await case.decided(GoodsReturnAction.SEND, track=checked_track(track))


def checked_track(track: str) -> str:
    """A carrier's number as one line; raises `Refusal` beside its field."""
    written = one_line(track)
    if not 0 < len(written) <= MAX_TRACK_LENGTH:
        raise invalid(FieldError("goods_return_track_missing", "/track"))
    return written
