"""The vocabulary of the service: every closed set of values, each defined once."""

from enum import StrEnum

OFFICIAL_CHANNELS = frozenset({"telegram", "whatsapp"})
"""Messengers in which clause 4.1 allows support chats; every other channel name is unofficial (4.3)."""


class Clause(StrEnum):
    """A clause of the regulation, in the order of the document."""

    C1_1 = "1.1"
    C1_2 = "1.2"
    C1_3 = "1.3"
    C1_4 = "1.4"
    C1_5 = "1.5"
    C2_1 = "2.1"
    C2_2 = "2.2"
    C2_3 = "2.3"
    C3_1 = "3.1"
    C3_2 = "3.2"
    C3_3 = "3.3"
    C3_4 = "3.4"
    C4_1 = "4.1"
    C4_2 = "4.2"
    C4_3 = "4.3"
    C4_4 = "4.4"
    C4_5 = "4.5"
    C4_6 = "4.6"
    C5_1 = "5.1"
    C5_2 = "5.2"


class Category(StrEnum):
    """The subject of a submission; each value belongs to a clause (1.4, 1.5, 3.1-3.4, 4.6, 5.1, 5.2)."""

    CONFIGURATION_CONSULTATION = "configuration_consultation"
    INTEGRATION_CONSULTATION = "integration_consultation"
    CONFIGURE_FOR_CUSTOMER = "configure_for_customer"
    THIRD_PARTY_SETUP = "third_party_setup"
    WORKSTATION_DIAGNOSTICS = "workstation_diagnostics"
    OPERATION_FAILURE = "operation_failure"
    PRODUCT_DEFECT = "product_defect"
    API_CONSULTATION = "api_consultation"
    CUSTOM_DEVELOPMENT = "custom_development"
    CODE_MODIFICATION = "code_modification"
    FEATURE_EXPLANATION = "feature_explanation"
    IMPROVEMENT_REQUEST = "improvement_request"
    THIRD_PARTY_PROBLEM = "third_party_problem"
    WEB_DESIGN = "web_design"
    SOFTWARE_UPDATE = "software_update"
    DEVELOPER_CONSULTATION = "developer_consultation"
    LISTINGS_OPTIMISATION = "listings_optimisation"
    OTHER = "other"


class Impact(StrEnum):
    """The effect that the submission claims (2.1); it holds until an agent classifies the ticket (R18)."""

    NONE = "none"
    FUNCTION = "function"
    SERVICE_DOWN = "service_down"
    CRM_DOWN = "crm_down"


class Priority(StrEnum):
    """The order of work that the desk assigns, most urgent first (2.1, 5.2)."""

    CRITICAL = "critical"
    HIGH = "high"
    NORMAL = "normal"


PRIORITY_ORDER = tuple(Priority)


class Outcome(StrEnum):
    """The result of a decision, strongest first."""

    NOT_REGISTERED = "not_registered"
    DECLINED = "declined"
    DEFERRED = "deferred"
    SEPARATE_ORDER = "separate_order"
    ACCEPTED = "accepted"


OUTCOME_STRENGTH = tuple(Outcome)


class Source(StrEnum):
    """The maker of a decision: the rules or an agent."""

    RULES = "rules"
    AGENT = "agent"


class Licence(StrEnum):
    """The way in which the customer holds the product (1.3)."""

    RENTAL = "rental"
    BOXED = "boxed"


class TariffName(StrEnum):
    """The support tariffs of a boxed licence (5.1, 5.2)."""

    SERVICE = "service"
    EXTENDED = "extended"


class AttachmentKind(StrEnum):
    """The kind of an attachment (4.4)."""

    IMAGE = "image"
    VIDEO = "video"
    DOCUMENT = "document"
    VOICE = "voice"
    AUDIO = "audio"
    VIDEO_NOTE = "video_note"
    STICKER = "sticker"


SPOKEN_KINDS = frozenset({AttachmentKind.VOICE, AttachmentKind.AUDIO, AttachmentKind.VIDEO_NOTE})
"""Kinds that carry speech instead of text, for which the desk requests text (4.4)."""


class ReasonCode(StrEnum):
    """Codes of the reasons that the rules find, in the order of clauses."""

    CONTRACT_MISSING = "contract_missing"
    PAID_PERIOD_OVER = "paid_period_over"
    TARIFF_MISSING = "tariff_missing"
    THIRD_PARTY_PROBLEM = "third_party_problem"
    WEB_DESIGN = "web_design"
    CONFIGURE_FOR_CUSTOMER = "configure_for_customer"
    THIRD_PARTY_SETUP = "third_party_setup"
    WORKSTATION_DIAGNOSTICS = "workstation_diagnostics"
    CUSTOM_DEVELOPMENT = "custom_development"
    CODE_MODIFICATION = "code_modification"
    CHAT_NOT_ASSIGNED = "chat_not_assigned"
    DESCRIPTION_MISSING = "description_missing"
    UNOFFICIAL_CHANNEL = "unofficial_channel"
    NOT_IN_TEXT_FORM = "not_in_text_form"
    OBSCENE_LANGUAGE = "obscene_language"
    HOURS_EXHAUSTED = "hours_exhausted"
    SEPARATE_ORDER = "separate_order"
    EXTENDED_TARIFF_ONLY = "extended_tariff_only"


class NoticeCode(StrEnum):
    """Codes of the notices that never change an outcome, in the order of clauses."""

    KNOWLEDGE_BASE_FIRST = "knowledge_base_first"
    OUTSIDE_SERVICE_HOURS = "outside_service_hours"
    RELEASE_DATES_INDIVIDUAL = "release_dates_individual"
    NO_GUARANTEED_TIME = "no_guaranteed_time"
    MANAGER_CONTACT_HAS_NO_EFFECT = "manager_contact_has_no_effect"
    STEPS_RECOMMENDED = "steps_recommended"
    HOURS_NEARLY_EXHAUSTED = "hours_nearly_exhausted"
    PRIORITY_DEVELOPMENT = "priority_development"


class Finding(StrEnum):
    """The findings by which an agent can defer or decline (4.6; 5.1, 5.2)."""

    NOT_REPRODUCIBLE = "not_reproducible"
    INSUFFICIENT_INFORMATION = "insufficient_information"
    OUT_OF_SCOPE = "out_of_scope"
    INCORRECT_OR_UNCONSTRUCTIVE = "incorrect_or_unconstructive"
    DELAYED_BY_CUSTOMER = "delayed_by_customer"
    OBSCENE_OR_INSULTING = "obscene_or_insulting"
    HOURS_EXHAUSTED = "hours_exhausted"


class ObscenityLevel(StrEnum):
    """The severity of an obscene word (4.6), strongest first; settings choose the levels that count."""

    MAT = "mat"
    NORM14 = "norm14"
    VULGAR = "vulgar"
    RUDE = "rude"


COUNTED_LEVELS = frozenset(ObscenityLevel) - {ObscenityLevel.RUDE}
"""The levels that count by default; a rude word is a hint for the agent."""


class ObscenityPolicy(StrEnum):
    """The effect of obscene words on a submission (4.6 says "may"): defer it, or only add a notice."""

    DEFERRED = "deferred"
    NOTICE = "notice"


class Status(StrEnum):
    """The state of a ticket in its life cycle."""

    NEW = "new"
    QUEUED = "queued"
    IN_PROGRESS = "in_progress"
    WAITING_CUSTOMER = "waiting_customer"
    WAITING_PARTNER = "waiting_partner"
    IN_DEVELOPMENT = "in_development"
    WAITING_RELEASE = "waiting_release"
    DEFERRED = "deferred"
    SEPARATE_ORDER = "separate_order"
    RESOLVED = "resolved"
    DECLINED = "declined"
    CLOSED = "closed"


class StatusCategory(StrEnum):
    """The category of a status: open runs the measured clock, paused stops it, done ends it (R8)."""

    OPEN = "open"
    PAUSED = "paused"
    DONE = "done"


class WaitingOn(StrEnum):
    """The party or event that a paused ticket waits for; the paused clocks have the same names."""

    CUSTOMER = "customer"
    PARTNER = "partner"
    DEVELOPMENT = "development"
    RELEASE = "release"
    DEFERRED = "deferred"
    SEPARATE_ORDER = "separate_order"


class Action(StrEnum):
    """The actions by which an agent changes the status of a ticket."""

    CLASSIFY = "classify"
    START = "start"
    RELEASE = "release"
    REQUEST_INFORMATION = "request_information"
    WAIT_FOR_PARTNER = "wait_for_partner"
    TRANSFER_TO_DEVELOPMENT = "transfer_to_development"
    ANNOUNCE_RELEASE = "announce_release"
    DEFER = "defer"
    DECLINE = "decline"
    REQUEUE = "requeue"
    RESOLVE = "resolve"
    CLOSE = "close"
    REOPEN = "reopen"


class Resolution(StrEnum):
    """The resolution of a ticket; `order_not_placed` closes a separate order."""

    ANSWERED = "answered"
    FIXED = "fixed"
    ARTICLE = "article"
    RELEASED = "released"
    ORDER_NOT_PLACED = "order_not_placed"


class Language(StrEnum):
    """Languages of reasons and problems."""

    RU = "ru"
    EN = "en"
