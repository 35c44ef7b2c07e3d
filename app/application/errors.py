"""Failures that a use case raises; the transaction rolls back. HTTP statuses are chosen elsewhere."""

from app.domain.attachments.attachment import AttachmentState
from app.domain.vocabulary import Action, Clause


class DeskError(Exception):
    """Something that the caller asked for cannot be done; `code` is the problem's stable name."""

    code = "desk_error"


class NotFoundError(DeskError):
    """The object is absent, or not the caller's: the two are the same answer."""

    def __init__(self, code: str) -> None:
        """Name what was not found, such as `ticket_not_found`."""
        super().__init__(code)
        self.code = code


class ExternalIdTakenError(DeskError):
    """The customer has submitted under this external id before."""

    code = "external_id_taken"

    def __init__(self, ticket_id: str) -> None:
        """Name the ticket that has it."""
        super().__init__(ticket_id)
        self.ticket_id = ticket_id


class TransitionNotAllowedError(DeskError):
    """The life cycle does not allow the action now."""

    code = "transition_not_allowed"

    def __init__(self, allowed: tuple[Action, ...]) -> None:
        """Name what is allowed instead."""
        super().__init__(*allowed)
        self.allowed = allowed


class FindingNotAllowedError(DeskError):
    """Used-up hours only defer, when they are used up, and never a critical ticket (5.1, 5.2, 2.1)."""

    code = "finding_not_allowed"


class TicketClosedError(DeskError):
    """A closed ticket takes no more answers."""

    code = "ticket_closed"


class ChatNotAssignedError(DeskError):
    """4.1: the chat is not the customer's working chat any more, so nothing is sent to it."""

    code = "chat_not_assigned"


class ChatLimitReachedError(DeskError):
    """4.1, 5.1, 5.2: the customer has as many working chats as the clause allows (R11)."""

    code = "chat_limit_reached"

    def __init__(self, clause: Clause, limit: int) -> None:
        """Name the clause and the number."""
        super().__init__(clause, limit)
        self.clause = clause
        self.limit = limit


class ChatAssignedElsewhereError(DeskError):
    """The chat is the working chat of another customer."""

    code = "chat_assigned_elsewhere"


class UnofficialChannelError(DeskError):
    """4.1, 4.3: working chats live in the two messengers only."""

    code = "unofficial_channel"


class InvalidValueError(DeskError):
    """A value that only the stored state shows to be wrong; `pointer` is the JSON pointer to it."""

    code = "validation_failed"

    def __init__(self, pointer: str, code: str) -> None:
        """Name the member and what is the matter with it."""
        super().__init__(pointer, code)
        self.pointer = pointer
        self.error_code = code


class FileRefusedError(DeskError):
    """A file that the desk does not take: `limit` is the largest size in bytes, where that is the reason."""

    def __init__(self, code: str, limit: int | None = None) -> None:
        """Say why: file_empty, file_type_not_allowed, file_too_large or too_many_pixels."""
        super().__init__(code, limit)
        self.code = code
        self.limit = limit


class UploadQuotaReachedError(DeskError):
    """So much was uploaded for the customer within a day that the file does not fit any more."""

    code = "upload_quota_reached"

    def __init__(self, limit: int) -> None:
        """Name the bytes that a day has."""
        super().__init__(limit)
        self.limit = limit


class AttachmentNotStoredError(DeskError):
    """The attachment has no content: it is still at the messenger, or never came."""

    code = "attachment_not_stored"

    def __init__(self, state: AttachmentState) -> None:
        """Name its state."""
        super().__init__(state)
        self.state = state


class ReversalExceedsEntryError(DeskError):
    """A correction takes back more minutes than the entry still has."""

    code = "reversal_exceeds_entry"

    def __init__(self, left: int) -> None:
        """Name the minutes that can still be taken back."""
        super().__init__(left)
        self.left = left


class PreconditionFailedError(DeskError):
    """The object is not in the version that the caller has seen (If-Match)."""

    code = "precondition_failed"

    def __init__(self, version: int | None = None) -> None:
        """Name the present version; None if there is no such object."""
        super().__init__(version)
        self.version = version


class StoreUnavailableError(DeskError):
    """The database cannot be reached, is locked, full or read-only; nothing was changed."""

    code = "store_unavailable"


class OutcomeUnknownError(DeskError):
    """The connection was lost while committing: the change may or may not stand. Never retried here."""

    code = "outcome_unknown"


class AnswerInProgressError(DeskError):
    """Another process is still answering a request under the same idempotency key; nothing was changed."""

    code = "idempotency_in_progress"
