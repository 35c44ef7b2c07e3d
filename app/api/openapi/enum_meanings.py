"""Meanings of the values of closed sets, one line each: the contract explains every value from this table."""

from collections.abc import Mapping
from enum import StrEnum

from app.api.schemas.messages import Direction
from app.application.ports.tickets import TicketSort
from app.domain.attachments.attachment import AttachmentState
from app.domain.calendar.service_hours import DayKind
from app.domain.regulation.clauses import CLAUSES
from app.domain.regulation.tariff import Period
from app.domain.tickets.event import ActorKind, Cause, EventType
from app.domain.tickets.message import DeliveryState, MessageAuthor
from app.domain.vocabulary import (
    Action,
    AttachmentKind,
    Category,
    Clause,
    Finding,
    Impact,
    Licence,
    NoticeCode,
    ObscenityLevel,
    ObscenityPolicy,
    Outcome,
    Priority,
    ReasonCode,
    Resolution,
    Source,
    Status,
    StatusCategory,
    TariffName,
    WaitingOn,
)
from app.domain.wording.notices import SOFT_NOTICE_TEXTS

Meanings = Mapping[str, str]

_CRITICAL = "Critical for `operation_failure`, `product_defect` and before triage (2.1)."

MEANINGS: Mapping[type[StrEnum], Meanings] = {
    Action: {
        Action.CLASSIFY: "Set the category, and confirm or correct the impact. The ticket is decided again.",
        Action.START: "Start work on a waiting ticket and assign it to the agent.",
        Action.RELEASE: "Return a started ticket to the queue, without an assignee.",
        Action.REQUEST_INFORMATION: "Send a question to the chat and wait for the customer.",
        Action.WAIT_FOR_PARTNER: "Wait for a partner company.",
        Action.TRANSFER_TO_DEVELOPMENT: "Hand the ticket to the development department (2.2).",
        Action.ANNOUNCE_RELEASE: "Announce the release that brings the solution, and wait for it (2.2).",
        Action.DEFER: "Defer the ticket, with a finding as the reason (4.6, 5.1, 5.2).",
        Action.DECLINE: "Decline the ticket, with a finding as the reason (4.6).",
        Action.REQUEUE: "End a pause. The ticket returns to its former place in the queue.",
        Action.RESOLVE: "Resolve the ticket. It must have a category.",
        Action.CLOSE: "Close the ticket for good.",
        Action.REOPEN: "Return a resolved or declined ticket to the queue.",
    },
    ActorKind: {
        ActorKind.SYSTEM: "The service itself, applying the rules.",
        ActorKind.AGENT: "A support agent.",
        ActorKind.CUSTOMER: "The customer.",
    },
    AttachmentKind: {
        AttachmentKind.IMAGE: "An image.",
        AttachmentKind.VIDEO: "A video.",
        AttachmentKind.DOCUMENT: "A document.",
        AttachmentKind.VOICE: "A voice message. Without text it defers the ticket (4.4).",
        AttachmentKind.AUDIO: "A sound file. Without text it defers the ticket (4.4).",
        AttachmentKind.VIDEO_NOTE: "A round video message. Without text it defers the ticket (4.4).",
        AttachmentKind.STICKER: "A sticker. It does not count as text.",
    },
    AttachmentState: {
        AttachmentState.STORED: "The content can be downloaded.",
        AttachmentState.PENDING: "The content is still being fetched from the messenger.",
        AttachmentState.TOO_LARGE: "The file exceeds the size limit. There will be no content.",
        AttachmentState.UNAVAILABLE: "The messenger no longer provides the file. There will be no content.",
        AttachmentState.REFUSED: "The type of file is not allowed. There will be no content.",
    },
    Category: {
        Category.CONFIGURATION_CONSULTATION: "How to configure the CRM (3.1).",
        Category.INTEGRATION_CONSULTATION: "General advice on a service integrated with the CRM (3.1).",
        Category.CONFIGURE_FOR_CUSTOMER: "Configuring the CRM on the customer's behalf (3.1).",
        Category.THIRD_PARTY_SETUP: "Setting up a third-party service (3.1).",
        Category.WORKSTATION_DIAGNOSTICS: "Diagnosing software on the customer's computer (3.1).",
        Category.OPERATION_FAILURE: "An outage or malfunction in operation, and recovery from it (3.2).",
        Category.PRODUCT_DEFECT: "A bug in the product (3.2).",
        Category.API_CONSULTATION: "How to use the JokerCRM API (3.3).",
        Category.CUSTOM_DEVELOPMENT: "Features developed to order (3.3, 5.1, 5.2).",
        Category.CODE_MODIFICATION: "Changing a module's code for one company (3.3, 5.1, 5.2).",
        Category.FEATURE_EXPLANATION: "Explaining the features of a module (3.4).",
        Category.IMPROVEMENT_REQUEST: "A suggestion for the product or its documentation (3.4).",
        Category.THIRD_PARTY_PROBLEM: "A fault in a third-party service, hosting or program (1.4).",
        Category.WEB_DESIGN: "Web design or building websites (1.5).",
        Category.SOFTWARE_UPDATE: "Updating the software (5.1, 5.2). On the extended tariff, updates of an "
        "exclusive version are a separate order (R13).",
        Category.DEVELOPER_CONSULTATION: "Advice from a developer; extended tariff only (5.2).",
        Category.LISTINGS_OPTIMISATION: "Tuning the region's listings database; extended tariff only (5.2).",
        Category.OTHER: "Any other question; an agent decides whether support covers it (4.6).",
    },
    Cause: {
        Cause.SUBMISSION: "The ticket was submitted.",
        Cause.CUSTOMER_MESSAGE: "The customer wrote.",
        Cause.MESSAGE_EDITED: "The customer edited a message.",
        Cause.RECORD_CHANGED: "The customer's record changed.",
        Cause.MINUTES_FREED: "Support minutes became available again.",
        Cause.SILENCE: "The customer did not reply in time.",
        Cause.RESUMED: "The deferral ended at `resume_at`.",
    },
    Clause: {entry.clause: f"{entry.title.en}." for entry in CLAUSES},
    DayKind: {
        DayKind.WORKING: "A working day.",
        DayKind.DAY_OFF: "A weekend or a holiday.",
        DayKind.MOVED_WORKING_DAY: "A Saturday or Sunday to which a working day was moved (R1).",
    },
    DeliveryState: {
        DeliveryState.PENDING: "Waiting to be sent.",
        DeliveryState.SENDING: "Being sent.",
        DeliveryState.SENT: "Accepted by the messenger.",
        DeliveryState.UNKNOWN: "The messenger did not confirm it: the message may have been delivered.",
        DeliveryState.FAILED: "Not delivered, and no longer retried. `error_code` has the reason.",
        DeliveryState.CANCELLED: "Cancelled before it was sent.",
    },
    Direction: {
        Direction.INBOUND: "From the customer.",
        Direction.OUTBOUND: "To the customer.",
    },
    EventType: {
        EventType.REGISTERED: "The ticket was registered.",
        EventType.CLASSIFIED: "An agent set the category or the impact.",
        EventType.STARTED: "An agent started work.",
        EventType.RELEASED: "An agent returned the ticket to the queue.",
        EventType.INFORMATION_REQUESTED: "The customer was asked for information.",
        EventType.WAITING_FOR_PARTNER: "The ticket began to wait for a partner company.",
        EventType.TRANSFERRED_TO_DEVELOPMENT: "The ticket went to the development department.",
        EventType.RELEASE_ANNOUNCED: "A release with the solution was announced.",
        EventType.DEFERRED: "The ticket was deferred.",
        EventType.DECLINED: "The ticket was declined.",
        EventType.REQUEUED: "The ticket returned to the queue after a pause.",
        EventType.RESOLVED: "The ticket was resolved.",
        EventType.CLOSED: "The ticket was closed.",
        EventType.REOPENED: "The ticket was reopened.",
        EventType.REDECIDED: "The rules decided on the ticket again.",
        EventType.MESSAGE_RECEIVED: "The customer wrote.",
        EventType.MESSAGE_SENT: "An agent's message to the customer was added.",
        EventType.MESSAGE_EDITED: "The customer edited a message.",
        EventType.MESSAGE_REVOKED: "The customer deleted a message in the messenger.",
        EventType.TIME_RECORDED: "Staff time was recorded.",
    },
    Finding: {
        Finding.NOT_REPRODUCIBLE: "The problem cannot be reproduced (4.6).",
        Finding.INSUFFICIENT_INFORMATION: "Information is missing (4.6).",
        Finding.OUT_OF_SCOPE: "Support does not handle such questions (4.6).",
        Finding.INCORRECT_OR_UNCONSTRUCTIVE: "The question or the discussion is unconstructive (4.6).",
        Finding.DELAYED_BY_CUSTOMER: "The customer has not sent what was asked for (4.6).",
        Finding.OBSCENE_OR_INSULTING: "The customer used obscene or insulting language (4.6).",
        Finding.HOURS_EXHAUSTED: "The month's support minutes are used up (5.1, 5.2).",
    },
    Impact: {
        Impact.NONE: "Work is not affected.",
        Impact.FUNCTION: "One function does not work.",
        Impact.SERVICE_DOWN: f"A service of the CRM is down. {_CRITICAL}",
        Impact.CRM_DOWN: f"The whole CRM is down. {_CRITICAL}",
    },
    Licence: {
        Licence.RENTAL: "The CRM is rented and paid by period (1.3).",
        Licence.BOXED: "The customer owns the boxed version; support needs a tariff (1.3, 5).",
    },
    MessageAuthor: {
        MessageAuthor.CUSTOMER: "The customer.",
        MessageAuthor.AGENT: "A support agent.",
    },
    NoticeCode: {
        NoticeCode.KNOWLEDGE_BASE_FIRST: "The knowledge base should be consulted first (1.2).",
        NoticeCode.OUTSIDE_SERVICE_HOURS: "The submission arrived outside service hours (2.1).",
        NoticeCode.RELEASE_DATES_INDIVIDUAL: "Release dates are announced case by case (2.2).",
        NoticeCode.NO_GUARANTEED_TIME: "No resolution time is guaranteed (2.3).",
        NoticeCode.MANAGER_CONTACT_HAS_NO_EFFECT: "Writing to the manager does not speed up a ticket (2.3).",
        NoticeCode.STEPS_RECOMMENDED: "Steps to reproduce would help (4.2).",
        NoticeCode.HOURS_NEARLY_EXHAUSTED: "At most a fifth of the month's minutes is left (5.1, 5.2).",
        NoticeCode.PRIORITY_DEVELOPMENT: "The customer's development orders have priority (5.2).",
    },
    ObscenityLevel: {
        ObscenityLevel.MAT: "Russian obscenities of the strongest kind.",
        ObscenityLevel.NORM14: "Other words that Russian mass-media rules classify as obscene.",
        ObscenityLevel.VULGAR: "Vulgar words.",
        ObscenityLevel.RUDE: "Rude words. By default they have no effect.",
    },
    ObscenityPolicy: {
        ObscenityPolicy.DEFERRED: "Obscene language defers the ticket.",
        ObscenityPolicy.NOTICE: "Obscene language only adds a notice.",
    },
    Outcome: {
        Outcome.NOT_REGISTERED: "No ticket is created (4.1, 4.3).",
        Outcome.DECLINED: "The ticket is kept, but support will not work on it.",
        Outcome.DEFERRED: "The ticket is kept and waits until the reason no longer applies.",
        Outcome.SEPARATE_ORDER: "The work needs a separate order and is paid for separately (5.1, 5.2).",
        Outcome.ACCEPTED: "The ticket enters the queue.",
    },
    Period: {
        Period.MONTH: "One month.",
        Period.YEAR: "Twelve months. Only the extended tariff has a discount (5.2).",
    },
    Priority: {
        Priority.CRITICAL: "The CRM or one of its services is reported down (2.1).",
        Priority.HIGH: "The customer has the extended tariff (5.2).",
        Priority.NORMAL: "All other tickets.",
    },
    ReasonCode: {
        ReasonCode.CONTRACT_MISSING: "The customer has not accepted the offer (1.1).",
        ReasonCode.PAID_PERIOD_OVER: "The rental is not paid for (1.3).",
        ReasonCode.TARIFF_MISSING: "The boxed licence has no tariff in force (1.3).",
        ReasonCode.THIRD_PARTY_PROBLEM: "The fault lies in a third-party service or program (1.4).",
        ReasonCode.WEB_DESIGN: "Support does not design or build websites (1.5).",
        ReasonCode.CONFIGURE_FOR_CUSTOMER: "Support advises, but does not configure a customer's CRM (3.1).",
        ReasonCode.THIRD_PARTY_SETUP: "Support does not set up third-party services (3.1).",
        ReasonCode.WORKSTATION_DIAGNOSTICS: "Support does not diagnose the customer's computer (3.1).",
        ReasonCode.CUSTOM_DEVELOPMENT: "Support does not develop features to order for a rented CRM (3.3).",
        ReasonCode.CODE_MODIFICATION: "Support does not change a rented CRM's code for one company (3.3).",
        ReasonCode.CHAT_NOT_ASSIGNED: "The chat is not a working chat of the customer (4.1).",
        ReasonCode.DESCRIPTION_MISSING: "The submission contains no words (4.2).",
        ReasonCode.UNOFFICIAL_CHANNEL: "The channel is not an official messenger (4.3).",
        ReasonCode.NOT_IN_TEXT_FORM: "The submission is speech without text (4.4).",
        ReasonCode.OBSCENE_LANGUAGE: "The text contains obscene words (4.6).",
        ReasonCode.HOURS_EXHAUSTED: "The month's support minutes are used up (5.1, 5.2).",
        ReasonCode.SEPARATE_ORDER: "The tariff does not include this work (5.1, 5.2).",
        ReasonCode.EXTENDED_TARIFF_ONLY: "Only the extended tariff includes this work (5.2).",
    },
    Resolution: {
        Resolution.ANSWERED: "The question was answered.",
        Resolution.FIXED: "The fault was fixed.",
        Resolution.ARTICLE: "An article answers the question (4.5).",
        Resolution.RELEASED: "A release brought the solution (2.2).",
        Resolution.ORDER_NOT_PLACED: "The customer did not place the separate order.",
    },
    Source: {
        Source.RULES: "The rules of the regulation.",
        Source.AGENT: "An agent, by a finding.",
    },
    Status: {
        Status.NEW: "Waits for triage: it has no category yet.",
        Status.QUEUED: "Waits in the queue.",
        Status.IN_PROGRESS: "An agent is working on it.",
        Status.WAITING_CUSTOMER: "Waits for the customer's reply.",
        Status.WAITING_PARTNER: "Waits for a partner company.",
        Status.IN_DEVELOPMENT: "With the development department (2.2).",
        Status.WAITING_RELEASE: "Waits for an announced release (2.2).",
        Status.DEFERRED: "Deferred by a decision.",
        Status.SEPARATE_ORDER: "Waits for a separate order (5.1, 5.2).",
        Status.RESOLVED: "Resolved. A reply within three working days reopens it, unless it is mere thanks.",
        Status.DECLINED: "Declined by a decision.",
        Status.CLOSED: "Closed for good.",
    },
    StatusCategory: {
        StatusCategory.OPEN: "The clock runs (R8).",
        StatusCategory.PAUSED: "The clock is stopped while the ticket waits (R8).",
        StatusCategory.DONE: "The clock has ended (R8).",
    },
    TariffName: {
        TariffName.SERVICE: "The service tariff (5.1).",
        TariffName.EXTENDED: "The extended tariff (5.2).",
    },
    TicketSort: {
        TicketSort.NEWEST: "Newest first.",
        TicketSort.OLDEST: "Oldest first.",
        TicketSort.UPDATED: "Most recently changed first.",
        TicketSort.PRIORITY: "Most urgent first, then by arrival. Declined tickets come last.",
    },
    WaitingOn: {
        WaitingOn.CUSTOMER: "The customer's reply.",
        WaitingOn.PARTNER: "A partner company.",
        WaitingOn.DEVELOPMENT: "The development department.",
        WaitingOn.RELEASE: "An announced release.",
        WaitingOn.DEFERRED: "The end of a deferral.",
        WaitingOn.SEPARATE_ORDER: "A separate order.",
    },
}
"""By enumeration: the meaning of each value, in the order in which the values are declared."""

SUMMARIES: Mapping[type[StrEnum], str] = {
    Action: "An agent's action on a ticket.",
    ActorKind: "Kind of actor behind a change.",
    AttachmentKind: "Kind of an attachment (4.4).",
    AttachmentState: "Availability of an attachment's content.",
    Category: "Subject of a submission. Each category belongs to a clause.",
    Cause: "Cause of a change that no agent made.",
    Clause: "Clause of the regulation.",
    DayKind: "Kind of a date in the work calendar.",
    DeliveryState: "State of an outgoing message's delivery.",
    Direction: "Direction of a message.",
    EventType: "Type of an event in a ticket's history.",
    Finding: "An agent's reason for deferring or declining a ticket.",
    Impact: "Effect on the customer's work (2.1). The customer's claim holds until an agent classifies the "
    "ticket (R18).",
    Licence: "Whether the customer rents the product or owns the boxed version (1.3).",
    MessageAuthor: "Author of a message.",
    NoticeCode: "Code of a notice.",
    ObscenityLevel: "Strength of an obscene word (4.6), strongest first. Settings select what counts.",
    ObscenityPolicy: "Effect of obscene language (4.6), by the service's settings.",
    Outcome: "Outcome of a decision, strongest first.",
    Period: "Period that a price covers.",
    Priority: "Order of work, most urgent first (2.1, 5.2). The service assigns it.",
    ReasonCode: "Code of a reason.",
    Resolution: "Kind of resolution.",
    Source: "Origin of a decision.",
    Status: "Stage of a ticket's life cycle.",
    StatusCategory: "State of a ticket's clock (R8).",
    TariffName: "Support tariff of a boxed licence (5.1, 5.2).",
    TicketSort: "Order of a list of tickets. Ties are broken by ID.",
    WaitingOn: "Cause of a pause. Paused minutes are counted under the same names.",
}
"""By enumeration: its description in the contract; a docstring of the domain is written for its readers."""

BY_NAME: Mapping[str, tuple[str, Meanings]] = {
    kind.__name__: (SUMMARIES[kind], meanings) for kind, meanings in MEANINGS.items()
}
OPEN_CODES: Mapping[str, Meanings] = {
    "ReasonOut": {**MEANINGS[ReasonCode], **MEANINGS[Finding]},
    "NoticeOut": {**MEANINGS[NoticeCode], **{code: MEANINGS[ReasonCode][code] for code in SOFT_NOTICE_TEXTS}},
}
"""By schema: the meanings of its `code`, which is a string and no enumeration, so that codes can be added.

A soft reason is only a notice for a critical claim, before triage and for a separate order.
"""


def as_list(meanings: Meanings) -> str:
    """Return the meanings as a Markdown list."""
    return "\n".join(f"- `{value}`: {meaning}" for value, meaning in meanings.items())
