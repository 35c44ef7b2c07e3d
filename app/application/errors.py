"""Errors that a use case raises; the transaction rolls back. The API chooses the HTTP status."""

from typing import Literal

from app.domain.attachments.attachment import AttachmentState
from app.domain.vocabulary import Action, Clause

CreationLimit = Literal["customer", "chat"]
"""The owner of the new tickets that a limit counts."""


class DeskError(Exception):
    """A request that cannot be fulfilled; `code` is the problem's stable name."""

    code = "desk_error"


class NotFoundError(DeskError):
    """The object does not exist, or belongs to another customer: both look the same to the caller."""

    def __init__(self, code: str) -> None:
        """Keep the code, such as `ticket_not_found`."""
        super().__init__(code)
        self.code = code


class ExternalIdTakenError(DeskError):
    """A ticket of the customer has this external id already."""

    code = "external_id_taken"

    def __init__(self, ticket_id: str) -> None:
        """Keep the id of that ticket."""
        super().__init__(ticket_id)
        self.ticket_id = ticket_id


class TransitionNotAllowedError(DeskError):
    """The life cycle does not allow the action now."""

    code = "transition_not_allowed"

    def __init__(self, allowed: tuple[Action, ...]) -> None:
        """Keep the actions that are allowed instead."""
        super().__init__(*allowed)
        self.allowed = allowed


class FindingNotAllowedError(DeskError):
    """The finding of used-up hours does not apply (2.1, 5.1, 5.2).

    It only defers, requires that the hours are used up, and spares critical tickets.
    """

    code = "finding_not_allowed"


class TicketClosedError(DeskError):
    """A closed ticket accepts no more messages of agents."""

    code = "ticket_closed"


class ChatNotAssignedError(DeskError):
    """The chat is no longer the customer's working chat, so it gets no messages (4.1)."""

    code = "chat_not_assigned"


class ChatLimitReachedError(DeskError):
    """The customer has as many working chats as the clause allows (4.1, 5.1, 5.2; R11)."""

    code = "chat_limit_reached"

    def __init__(self, clause: Clause, limit: int) -> None:
        """Keep the clause and the limit."""
        super().__init__(clause, limit)
        self.clause = clause
        self.limit = limit


class ChatAssignedElsewhereError(DeskError):
    """The chat is the working chat of another customer."""

    code = "chat_assigned_elsewhere"


class UnofficialChannelError(DeskError):
    """Working chats exist only in the two official messengers (4.1, 4.3)."""

    code = "unofficial_channel"


class InvalidValueError(DeskError):
    """A value that contradicts the stored state; `pointer` is the JSON pointer to it."""

    code = "validation_failed"

    def __init__(self, pointer: str, code: str) -> None:
        """Keep the pointer and the code of the error."""
        super().__init__(pointer, code)
        self.pointer = pointer
        self.error_code = code


class FileRefusedError(DeskError):
    """A refused file; `limit` is the largest size in bytes, if the size is the reason."""

    def __init__(self, code: str, limit: int | None = None) -> None:
        """Keep the code: file_empty, file_type_not_allowed, file_too_large or too_many_pixels."""
        super().__init__(code, limit)
        self.code = code
        self.limit = limit


class UploadQuotaReachedError(DeskError):
    """The file does not fit into the customer's upload quota of 24 hours."""

    code = "upload_quota_reached"

    def __init__(self, limit: int) -> None:
        """Keep the quota in bytes."""
        super().__init__(limit)
        self.limit = limit


class TooManyUploadsError(DeskError):
    """The key has as many uploads in progress as it may have."""

    code = "too_many_uploads"


class AttachmentNotStoredError(DeskError):
    """The attachment has no content: its download is pending or has failed."""

    code = "attachment_not_stored"

    def __init__(self, state: AttachmentState) -> None:
        """Keep the state."""
        super().__init__(state)
        self.state = state


class CreationLimitReachedError(DeskError):
    """The customer or the chat has had as many new tickets as the settings allow within 24 hours."""

    code = "creation_limit_reached"

    def __init__(self, limit: CreationLimit, seconds: int) -> None:
        """Keep the limit, and the seconds until there is room."""
        super().__init__(limit, seconds)
        self.limit = limit
        self.seconds = seconds


class TooManyLongTextsError(DeskError):
    """Too many long texts of the caller wait for their analysis."""

    code = "too_many_long_texts"


class ReversalExceedsEntryError(DeskError):
    """A correction reverses more minutes than the entry has left."""

    code = "reversal_exceeds_entry"

    def __init__(self, left: int) -> None:
        """Keep the number of minutes left."""
        super().__init__(left)
        self.left = left


class PreconditionFailedError(DeskError):
    """The object has another version than the caller has seen (If-Match)."""

    code = "precondition_failed"

    def __init__(self, version: int | None = None) -> None:
        """Name the present version; None if there is no such object."""
        super().__init__(version)
        self.version = version


class StoreUnavailableError(DeskError):
    """The database cannot be reached, is locked, full or read-only; nothing was changed."""

    code = "store_unavailable"


class OutOfTimeError(StoreUnavailableError):
    """The database took longer than a call may take; nothing was changed."""


class SearchTooSlowError(DeskError):
    """A search, with the wait for its turn, took longer than a search may take."""

    code = "search_too_slow"


class StorageFullError(StoreUnavailableError):
    """The disk has no room for files; its last bytes are the database's."""

    code = "storage_full"


class OutcomeUnknownError(DeskError):
    """The commit was not confirmed: the change may or may not be stored. Never retried here."""

    code = "outcome_unknown"


class AnswerInProgressError(DeskError):
    """Another process is handling a request with the same idempotency key; nothing was changed."""

    code = "idempotency_in_progress"
