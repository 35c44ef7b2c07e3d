"""Whatever the jobs were just doing when their process was killed: nothing is lost, nothing comes twice."""

import pytest

from tests.application.chatter import Chatter
from tests.application.desk import CHAT, OTHER_AGENCY, a_customer
from tests.domain.cases import CALENDAR
from tests.fakes.dying_store import Died, DyingStore
from tests.fakes.memory_store import MemoryStore

pytestmark = pytest.mark.anyio

WRITES = 16
"""More than the work below takes."""

Seen = tuple[list[list[str]], list[str], list[str]]


async def life(dies_at: int, *, committed: bool) -> tuple[Seen, bool]:
    """Let the jobs be killed once and started again; give what is in the end, and whether they were."""
    store, died = MemoryStore(CALENDAR), False
    before = Chatter(store)
    await before.put()
    await before.put(a_customer(OTHER_AGENCY), chat=None)
    await before.deliver(
        before.message("1", "Не работает", files=["image"]),
        before.message("2", "совсем"),
        before.edit("2", "совсем не работает"),
        before.message("3", "/new Другое"),
        before.message("1", "Чужие", chat="-77"),
        before.update(moved=[CHAT, "-88"]),
        before.message("1", "после переезда", chat="-88"),
    )
    await before.deliver_raw(b"{")

    doomed = Chatter(DyingStore(store, dies_at, committed=committed), process=1)
    try:
        await doomed.work()
        await doomed.wait(seconds=3)
    except Died:
        died = True

    after = Chatter(store, before.now, process=2)
    await after.work()
    await after.wait(seconds=3)
    await after.assign("-77", OTHER_AGENCY)
    await after.work()
    await after.wait(seconds=3)
    tickets = [*await after.tickets(), *await after.tickets("-77")]
    texts = [await after.texts(ticket) for ticket in tickets]
    return (texts, await after.told(), await after.told("-77")), died


@pytest.mark.parametrize("committed", [False, True], ids=["before the commit", "after the commit"])
async def test_a_kill_at_any_write_changes_nothing_in_the_end(committed: bool) -> None:
    whole, died = await life(WRITES, committed=committed)
    assert not died
    assert whole == (
        [["Не работает", "совсем не работает"], ["Другое", "после переезда"], ["Чужие"]],
        ["acknowledgement", "acknowledgement"],
        ["acknowledgement"],
    )
    kills = 0
    for dies_at in range(WRITES):
        seen, died = await life(dies_at, committed=committed)
        assert seen == whole, dies_at
        kills += died
    assert kills >= 10
