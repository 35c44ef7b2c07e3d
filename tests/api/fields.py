"""The members of every object, written by hand so that a changed schema is noticed."""

PAGE = {"items", "next_cursor"}
DECISION = set(
    """outcome source reasons notices priority earliest_start_at resume_at decided_at
    regulation_edition calendar_known_through""".split()
)
REASON = {"code", "clause", "effect", "message"}
NOTICE = {"code", "clause", "message"}
FACTS = {"as_of", "entitlement", "submission", "calendar_known_through"}
FACTS_ENTITLEMENT = set(
    """contract_accepted licence paid_until tariffs exclusive_version minutes_used chat_assigned""".split()
)
FACTS_SUBMISSION = set(
    """channel chat_assigned category impact has_words obscene_level attachment_kinds has_steps
    knowledge_base_checked sent_to_manager obscenity_policy""".split()
)
TARIFF_PERIOD = {"tariff", "from", "until"}
TICKET = set(
    """id number external_id customer_id channel chat_id author subject text reproduction_steps attachments
    category impact status status_category waiting_on priority decision allowed_actions suggested_articles
    language_notes triage_hints suspected_impact check_first
    assignee queue_position resume_at development release resolution times reply_window created_at
    updated_at version""".split()
)
AUTHOR = {"name", "external_id"}
TIMES = set(
    """received_at earliest_start_at first_reaction_at resolved_at waited_minutes worked_minutes
    paused""".split()
)
PAUSED = {"customer", "partner", "development", "release", "deferred", "separate_order"}
DEVELOPMENT = {"reference", "url"}
RELEASE = {"version", "date", "text"}
RESOLUTION = {"code", "text", "article_id"}
QUEUED_TICKET = TICKET | {"position", "order"}
ORDER = {"priority", "received_at", "id"}
MESSAGE = set(
    """
    id ticket_id direction author agent text attachments delivery revisions sender revoked_at
    sent_at created_at
    """.split()
)
ATTACHMENT = {"id", "kind", "name", "media_type", "size", "sha256", "state", "created_at"}
DELIVERY = {"state", "error_code", "at"}
CUSTOMER_RECORD = set("""name contract_accepted_on licence paid_until tariffs exclusive_version""".split())
TIME_ENTRY = set("""minutes agent performed_at activity note reverses""".split())
USAGE = {"limit_minutes", "used_minutes", "left_minutes", "period_start", "period_end", "tickets"}
DAY = {"date", "kind", "name", "source", "confirmed", "intervals"}
INTERVAL = {"opens_at", "closes_at"}
CALENDAR_STATUS = {"open", "closes_at", "next_opening_at", "known_through"}
WORKING_TIME = {"minutes", "intervals"}
QUOTE = {"list_price", "discount_percent", "total"}
MONEY = {"amount", "currency"}
