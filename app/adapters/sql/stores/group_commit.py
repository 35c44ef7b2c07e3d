"""Group commit: calls that wait together share one transaction, and a failed call fails alone.

A savepoint allows a single call to be undone, but it copies every page that the call touches first, which is
wasted if all calls succeed. So calls run without savepoints. Only if a call fails after a change, all of
them run again, each in a savepoint of its own.
"""

import sqlite3
from collections.abc import Callable, Sequence

from app.adapters.sql.engines.sqlite import as_application_error
from app.adapters.sql.stores.calls import PendingCall
from app.adapters.sql.stores.unit_of_work import SqlUnitOfWork
from app.application.errors import StoreUnavailableError


class TransactionVanished(Exception):
    """A rollback of the whole transaction by SQLite itself, for example on a full disk or an I/O error."""

    def __init__(self, culprit: PendingCall) -> None:
        """Store the call during which it happened."""
        super().__init__()
        self.culprit = culprit


class HalfDone(Exception):
    """A call that failed after a change, without a savepoint at the start of its changes."""


class GroupCommit:
    """A runner of batches on the single writing connection; each call ends with a result or an error.

    No call is acknowledged before COMMIT. If COMMIT fails, all calls of the batch fail without any change.
    If the transaction vanishes during a call, that call fails, and each of the others runs again alone.
    """

    def __init__(self, driver: sqlite3.Connection, uow: SqlUnitOfWork) -> None:
        self._driver = driver
        self._uow = uow

    def run(self, calls: Sequence[PendingCall]) -> None:
        """Run a batch; afterwards each call has its result or error."""
        wanted = [call for call in calls if call.claim()]
        try:
            self._run(wanted)
        except TransactionVanished as vanished:
            # Rejected calls run again too: changes that are undone now may have caused the rejection.
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
            return  # the call has its error

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
