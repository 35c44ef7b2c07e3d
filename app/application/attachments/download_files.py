"""The job that fetches files from the messengers: claim, download outside of any transaction, settle."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import timedelta

from app.application.attachments.take_in_file import TakenFile, take_in
from app.application.errors import FileRefusedError, StoreUnavailableError
from app.application.ports.attachments import BlobStore, ContentCheck, Download
from app.application.ports.messengers import FileDelayed, FileGone, Messenger
from app.application.ports.store import Store, UnitOfWork
from app.application.stamp import Clock, Stamp
from app.domain.attachments.attachment import Attachment, AttachmentState
from app.domain.attachments.file_types import MAX_DOWNLOAD

WITHIN = timedelta(minutes=10)
"""Time limit of one download."""

LEASE = timedelta(minutes=15)
"""Time after which another worker may claim a download: its worker has died."""

PAUSES = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
)
"""The pause after each failed try; there is one try more than pauses."""

WITHOUT_ROOM = timedelta(minutes=1)
"""The pause while the disk is full: the file is not at fault, so the try does not count."""

LONGEST_WAIT = max(LEASE, WITHOUT_ROOM, *PAUSES)
"""Longest time until a pending download is due."""

TRIES = len(PAUSES) + 1
TRIES_OF_GONE = 3
"""Number of tries for a file that the provider refuses: the refusal may be temporary."""

OnTooLarge = Callable[[UnitOfWork, Attachment, Stamp], None]
"""Called once per message, in the transaction that stores that a file is too large."""


def say_nothing(uow: UnitOfWork, attachment: Attachment, stamp: Stamp) -> None:
    """Send no notice of a file that is too large."""


@dataclass(frozen=True, slots=True)
class Downloads:
    """Fetches one file per run; several may run at once, in this process and in others."""

    store: Store
    clock: Clock
    messengers: Mapping[str, Messenger]
    blobs: BlobStore
    check: ContentCheck
    on_too_large: OnTooLarge = say_nothing
    within: timedelta = WITHIN

    async def run_once(self) -> float | None:
        """Fetch the file that is due first; return the seconds until the next, None if none waits."""
        now, channels = self.clock.stamp().now, tuple(self.messengers)
        if not channels:
            return None  # every channel is off: pending downloads keep waiting
        due_at = await self.store.read(lambda uow: uow.attachments.next_download(channels))
        if due_at is None:
            return None
        if due_at > now:
            return (due_at - now).total_seconds()
        claimed = await self.store.write(
            lambda uow: uow.attachments.claim_download(channels, now, now + LEASE)
        )
        if claimed is not None:
            await self._fetch(claimed)
        return 0

    async def _fetch(self, claimed: Download) -> None:
        """Download, and store the end of the try. Raises StoreUnavailableError if the disk is full."""
        if claimed.attempts > TRIES:
            # No worker survived the last try: the file itself may be what kills them.
            await self._end(claimed, AttachmentState.UNAVAILABLE, "abandoned")
            return
        try:
            taken = await self._take(claimed.attachment)
        except StoreUnavailableError:
            await self._give_back(claimed)
            raise
        except FileDelayed:
            await self._put_off(claimed, "delayed", TRIES)
        except FileGone as gone:
            if gone.code == AttachmentState.TOO_LARGE.value:
                await self._end(claimed, AttachmentState.TOO_LARGE, "file_too_large")
            else:
                await self._put_off(claimed, "unavailable", TRIES_OF_GONE)
        except FileRefusedError as refusal:
            too_large = refusal.code == "file_too_large"
            state = AttachmentState.TOO_LARGE if too_large else AttachmentState.REFUSED
            await self._end(claimed, state, refusal.code)
        else:
            await self._keep(claimed, taken)

    async def _take(self, attachment: Attachment) -> TakenFile:
        """Download and store the file. Raises FileDelayed, FileGone or FileRefusedError."""
        source = attachment.source
        if source is None:
            raise FileGone("unavailable")
        if attachment.size is not None and attachment.size > MAX_DOWNLOAD:
            raise FileGone(AttachmentState.TOO_LARGE.value)
        try:
            async with asyncio.timeout(self.within.total_seconds()):
                pieces = _whole(self.messengers[source.channel].download(source.provider_id), attachment.size)
                async with aclosing(pieces):
                    return await take_in(pieces, self.blobs, self.check, lambda _: MAX_DOWNLOAD)
        except TimeoutError:
            raise FileDelayed from None

    async def _keep(self, claimed: Download, taken: TakenFile) -> None:
        """Store the row of the content; delete the content if another worker has claimed the download."""
        blob = taken.blob
        stored = replace(
            claimed.attachment,
            state=AttachmentState.STORED,
            media_type=taken.type.media_type,
            size=blob.size,
            sha256=blob.sha256,
            blob=blob.name,
        )
        is_ours = await self.store.write(
            lambda uow: uow.attachments.settle_download(stored, claimed.attempts)
        )
        if not is_ours:
            await self.blobs.delete(blob.name)

    async def _give_back(self, claimed: Download) -> None:
        """Put the download off until the disk may have room."""
        due_at = self.clock.stamp().now + WITHOUT_ROOM
        await self.store.write(
            lambda uow: uow.attachments.return_download(claimed.attachment.id, claimed.attempts, due_at)
        )

    async def _put_off(self, claimed: Download, code: str, tries: int) -> None:
        """Put the download off after a failed try, or give it up."""
        if claimed.attempts >= tries:
            await self._end(claimed, AttachmentState.UNAVAILABLE, code)
            return
        due_at = self.clock.stamp().now + PAUSES[min(claimed.attempts, len(PAUSES)) - 1]
        await self.store.write(
            lambda uow: uow.attachments.postpone_download(
                claimed.attachment.id, claimed.attempts, due_at, code
            )
        )

    async def _end(self, claimed: Download, state: AttachmentState, code: str) -> None:
        """Settle a file that will not be stored; one notice per message for files that are too large."""
        stamp = self.clock.stamp()
        ended = replace(claimed.attachment, state=state, error_code=code)

        def settle(uow: UnitOfWork) -> None:
            settled = _needs_no_notice(uow, ended)
            if uow.attachments.settle_download(ended, claimed.attempts) and not settled:
                self.on_too_large(uow, ended, stamp)

        await self.store.write(settle)


def _needs_no_notice(uow: UnitOfWork, ended: Attachment) -> bool:
    """Check whether no notice is due: the file has another problem, or its message got the notice."""
    if ended.state is not AttachmentState.TOO_LARGE or ended.message_id is None:
        return True
    others = uow.attachments.of_messages((ended.message_id,)).get(ended.message_id, ())
    return any(one.state is AttachmentState.TOO_LARGE for one in others)


async def _whole(pieces: AsyncIterator[bytes], size: int | None) -> AsyncGenerator[bytes, None]:
    """Yield the pieces of a file. Raises FileDelayed if it ends before its size."""
    came = 0
    try:
        async for piece in pieces:
            came += len(piece)
            yield piece
    finally:
        if isinstance(pieces, AsyncGenerator):
            await pieces.aclose()  # at once, for a connection hangs on it
    if size is not None and came < size:
        raise FileDelayed
