"""Uploads that have not ended: few per key, within a time limit, and counted in the quota (4.4).

Each process knows its own; ended uploads are counted in the database, for all processes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile

from app.application.errors import TooManyUploadsError

MOST_PER_KEY = 4
WITHIN = timedelta(minutes=10)
"""Time limit of one upload."""


@dataclass(eq=False, slots=True)
class UploadUnderWay:
    """An upload, and the bytes that it may still take from its customer's quota."""

    key_id: str
    customer_id: str | None = None
    size: int = 0


class UploadsUnderWay:
    """The uploads of this process."""

    def __init__(self, within: timedelta = WITHIN) -> None:
        """Start with none; `within` limits the time of each."""
        self.within = within
        self._uploads: list[UploadUnderWay] = []

    @contextmanager
    def begin(self, key_id: str) -> Iterator[UploadUnderWay]:
        """Count an upload of a key until the block ends. Raises TooManyUploadsError."""
        if sum(one.key_id == key_id for one in self._uploads) >= MOST_PER_KEY:
            raise TooManyUploadsError
        upload = UploadUnderWay(key_id)
        self._uploads.append(upload)
        try:
            yield upload
        finally:
            self._uploads.remove(upload)

    def reserve(self, upload: UploadUnderWay, customer_id: str, size: int) -> None:
        """Reserve bytes of a customer's quota, behind all earlier reservations."""
        self._uploads.remove(upload)
        self._uploads.append(upload)
        upload.customer_id, upload.size = customer_id, size

    def reserved_before(self, upload: UploadUnderWay) -> int:
        """Sum the earlier reservations of the upload's customer."""
        earlier = takewhile(lambda one: one is not upload, self._uploads)
        return sum(one.size for one in earlier if one.customer_id == upload.customer_id)
