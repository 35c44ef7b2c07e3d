"""Every question about attachments is answered by an index of its own."""

from collections.abc import Callable
from typing import Any

import pytest

from app.adapters.sql.stores.sqlite import SqliteStore
from tests.adapters.sql.repositories.test_indexes import SORTING, plan_of
from tests.contracts.builders import AGENCY, START, an_id, at

pytestmark = pytest.mark.anyio

CHANNELS = ("telegram",)


@pytest.mark.parametrize(
    ("question", "index"),
    [
        (lambda files: files.get(an_id(1)), "PRIMARY KEY|sqlite_autoindex_attachments_1"),
        (lambda files: files.lock((an_id(1), an_id(2))), "sqlite_autoindex_attachments_1"),
        (lambda files: files.of_messages((an_id(1), an_id(2))), "ix_attachments_message_id_id"),
        (lambda files: files.of_submissions((an_id(1), an_id(2))), "ix_attachments_ticket_id_id"),
        (lambda files: files.uploaded_bytes(AGENCY, START, START), "ix_attachments_customer_id_created_at"),
        (lambda files: files.claim_download(CHANNELS, START, at(1)), "ix_attachments_due_at_id"),
        (lambda files: files.next_download(CHANNELS), "ix_attachments_due_at_id"),
        (lambda files: files.known_blobs(("0" * 32,)), "sqlite_autoindex_attachments_2"),
    ],
)
async def test_a_question_is_served_by_its_index(
    store: SqliteStore, question: Callable[[Any], object], index: str
) -> None:
    plan = await plan_of(store, lambda uow: question(uow.attachments))

    assert any(name in plan for name in index.split("|")), plan
    assert SORTING not in plan
