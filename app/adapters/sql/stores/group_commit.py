"""Group commit: calls that wait together share one transaction, and none takes the others down.

A savepoint lets one call be undone alone, but it copies every page that the call is the first to touch:
for nothing when all goes well. So calls run without any, and only if one fails that has changed something
they all run again, each in a savepoint of its own.
"""

import sqlite3
from collections.abc import Callable, Sequence

from app.adapters.sql.engines.sqlite import as_application_error
from app.adapters.sql.stores.calls import PendingCall
from app.adapters.sql.stores.unit_of_work import SqlUnitOfWork
from app.application.errors import StoreUnavailableError


class TransactionVanished(Exception):
    """SQLite rolled the whole transaction back by itself, as it may on a full disk or an I/O error."""

    def __init__(self, culprit: PendingCall) -> None:
        """Name the call under which it happened."""
        super().__init__()
        self.culprit = culprit


class HalfDone(Exception):
    """A call has failed after it had changed something, and nothing marks where its changes begin."""


class GroupCommit:
    """Runs batches of calls on the one writing connection; each call ends with a result or an error.

    Nothing is acknowledged before COMMIT. If COMMIT fails, all calls of the batch fail and nothing is
    changed. If the transaction vanishes under a call, that call fails and the others run again, alone.
    """

    def __init__(self, driver: sqlite3.Connection, uow: SqlUnitOfWork) -> None:
        self._driver = driver
        self._uow = uow

    def run(self, calls: Sequence[PendingCall]) -> None:
        """Run a batch; afterwards each call holds what its caller is to be given."""
        wanted = [call for call in calls if not call.abandoned]
        try:
            self._run(wanted)
        except TransactionVanished as vanished:
            # Refusals run again too: they may have been due to changes that are undone now.
            for call in wanted:
                if call is not vanished.culprit:
                    self._alone(call)

    def _run(self, calls: Sequence[PendingCall]) -> None:
        if not calls:
            return
        try:
            self._transaction(calls, self._together)
        except HalfDone:
            self._roll_back()
            self._transaction(calls, self._apart)

    def _alone(self, call: PendingCall) -> None:
        try:
            self._transaction([call], self._apart)
        except TransactionVanished:
            return  # the call holds its error

    def _transaction(self, calls: Sequence[PendingCall], run: Callable[[PendingCall], None]) -> None:
        try:
            self._uow.begin("BEGIN IMMEDIATE")
            for call in calls:
                run(call)
            self._driver.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            for call in calls:
                call.fail(as_application_error(error))

    def _together(self, call: PendingCall) -> None:
        changes = self._driver.total_changes
        self._member(call)
        if call.error is not None and self._driver.total_changes != changes:
            raise HalfDone

    def _apart(self, call: PendingCall) -> None:
        self._driver.execute("SAVEPOINT member")
        self._member(call)
        if call.error is not None:
            self._driver.execute("ROLLBACK TO member")
            self._uow.undone()
        self._driver.execute("RELEASE member")

    def _member(self, call: PendingCall) -> None:
        call.run(self._uow)
        if call.error is not None:
            call.fail(as_application_error(call.error))
        if not self._driver.in_transaction:
            if call.error is None:
                call.fail(StoreUnavailableError("the transaction was rolled back"))
            raise TransactionVanished(call)

    def _roll_back(self) -> None:
        if self._driver.in_transaction:
            self._driver.execute("ROLLBACK")
