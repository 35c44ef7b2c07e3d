"""What waits is sent once, in the order of each chat, and every end of an attempt has its stated action."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from app.application.chats.move_chat import correct_address
from app.application.ports.store import UnitOfWork
from app.application.sending.claim_outgoing import LEASE, claim_outgoing
from app.application.sending.leased_part import Chance
from app.application.sending.settle_outgoing import give_back, settle_outgoing
from app.domain.sending.breaker import MOST_FAILURES
from app.domain.sending.outcome import (
    ChannelDown,
    Fixable,
    Permanent,
    Remapped,
    SendOutcome,
    Sent,
    Throttled,
    Transient,
    Unknown,
)
from app.domain.sending.part import OutboxKind, PartState
from app.domain.sending.policy import MOST_ATTEMPTS, REPEATED, ResendUnknown
from app.domain.tickets.message import DeliveryState
from app.domain.vocabulary import Action, Category
from tests.application.desk import AGENCY, CHAT, OTHER_AGENCY, a_customer
from tests.application.relay import RelayedDesk
from tests.contracts.builders import an_id

pytestmark = pytest.mark.anyio

OTHER_CHAT = "-1002"


@pytest.fixture
def desk() -> RelayedDesk:
    return RelayedDesk()


def with_other_chat(desk: RelayedDesk) -> RelayedDesk:
    desk.put(a_customer(OTHER_AGENCY))
    desk.assign(OTHER_CHAT, OTHER_AGENCY)
    return desk


def register_other(desk: RelayedDesk) -> str:
    return desk.register(customer_id=OTHER_AGENCY, chat_address=OTHER_CHAT)


# The usual way


async def test_an_acknowledgement_is_sent_once_and_nothing_is_left(desk: RelayedDesk) -> None:
    desk.register()
    await desk.run_for(10)
    (text,) = desk.messenger.texts(CHAT)
    assert "зарегистрировано" in text
    assert desk.states() == ["sent"]
    assert [(kind, type(outcome)) for _, kind, outcome in desk.watch.ends] == [
        (OutboxKind.ACKNOWLEDGEMENT, Sent)
    ]


async def test_an_answer_goes_out_verbatim_and_its_message_tells_how_far_it_got(desk: RelayedDesk) -> None:
    ticket_id = desk.register()
    words = "Это <b>важно</b> & _так_ * [и](так) `тоже`"  # T13
    message = desk.say(ticket_id, words)
    assert message.delivery is not None
    assert message.delivery.state is DeliveryState.PENDING
    await desk.run_for(5)
    assert desk.messenger.texts(CHAT)[-1] == words
    sent = desk.messages(ticket_id)[-1]
    assert desk.delivery(ticket_id).state is DeliveryState.SENT
    assert sent.sent_at == desk.delivery(ticket_id).at


async def test_a_message_under_way_is_being_sent(desk: RelayedDesk) -> None:
    ticket_id = desk.register()
    await desk.run_for(4)
    desk.say(ticket_id)
    answered = asyncio.Event()
    desk.messenger.will(CHAT, answered)
    await desk.job.run_once()
    assert desk.delivery(ticket_id).state is DeliveryState.SENDING
    answered.set()
    await desk.job.settled()
    assert desk.delivery(ticket_id).state is DeliveryState.SENT


async def test_4097_units_are_two_messages_in_their_order(desk: RelayedDesk) -> None:  # T12
    ticket_id = desk.register()
    words = "слово " * 682 + "край" + "\U0001f600"  # 4,098 units
    desk.say(ticket_id, words)
    await desk.run_for(12)
    parts = desk.messenger.texts(CHAT)[1:]
    assert " ".join(parts) == words
    assert [len(part.encode("utf-16-le")) // 2 <= 4_096 for part in parts] == [True, True]
    assert desk.delivery(ticket_id).state is DeliveryState.SENT


async def test_a_chat_keeps_its_order_and_its_pace(desk: RelayedDesk) -> None:
    ticket_id = desk.register()
    for number in range(5):
        desk.say(ticket_id, f"Ответ {number}")
    await desk.run()
    assert len(desk.messenger.taken) == 1
    await desk.run_for(2)
    assert len(desk.messenger.taken) == 1  # a group gets one every three seconds
    await desk.run_for(20)
    assert desk.messenger.texts(CHAT)[1:] == [f"Ответ {number}" for number in range(5)]


async def test_the_job_says_when_more_may_be_sent(desk: RelayedDesk) -> None:
    ticket_id = desk.register()
    desk.say(ticket_id)
    assert await desk.run() == 0  # there may be more at once
    assert await desk.run() == 3  # the chat rests
    await desk.run_for(4)
    assert await desk.run() is None


async def test_a_channel_never_sends_faster_than_its_pace(desk: RelayedDesk) -> None:
    for number in range(40):
        desk.put(a_customer(f"agency-{number + 100}"))
        desk.assign(f"-{number + 5000}", f"agency-{number + 100}")
        desk.register(customer_id=f"agency-{number + 100}", chat_address=f"-{number + 5000}")
    for _ in range(20):
        await desk.run()
    assert len(desk.messenger.taken) == 5
    for _ in range(10):
        desk.wait(milliseconds=100)
        await desk.run()
    assert len(desk.messenger.taken) <= 30
    await desk.run_for(5)
    assert len(desk.messenger.taken) == 40


async def test_other_chats_overtake_one_that_hangs(desk: RelayedDesk) -> None:  # O2
    with_other_chat(desk)
    desk.messenger.will(CHAT, answered := asyncio.Event())
    ticket_id = desk.register()
    desk.say(ticket_id, "Потом")
    other_id = register_other(desk)
    desk.say(other_id, "Ответ")
    for _ in range(10):
        await desk.job.run_once()
        await asyncio.sleep(0.01)
        desk.wait(seconds=1)
    assert desk.messenger.texts(CHAT) == []
    assert desk.messenger.texts(OTHER_CHAT)[1:] == ["Ответ"]
    answered.set()
    await desk.job.settled()
    await desk.run_for(5)
    assert desk.messenger.texts(CHAT)[1:] == ["Потом"]


# T10: the provider asks for time


async def test_throttling_rests_that_chat_alone_and_charges_nothing(desk: RelayedDesk) -> None:
    with_other_chat(desk)
    desk.messenger.will(CHAT, Throttled(30))
    desk.register()
    await desk.run()
    register_other(desk)
    await desk.run_for(28)
    assert len(desk.messenger.texts(OTHER_CHAT)) == 1
    assert desk.messenger.texts(CHAT) == []
    (waiting,) = desk.parts(PartState.PENDING)
    assert (waiting.part.attempts, waiting.part.error_code) == (0, "throttled")
    await desk.run_for(5)
    assert len(desk.messenger.texts(CHAT)) == 1


async def test_throttling_of_the_channel_rests_all_of_it(desk: RelayedDesk) -> None:
    with_other_chat(desk)
    desk.messenger.will(CHAT, Throttled(30, whole_channel=True))
    desk.register()
    await desk.run()
    register_other(desk)
    assert await desk.run() == 30
    await desk.run_for(28)
    assert desk.messenger.taken == []
    await desk.run_for(5)
    assert len(desk.messenger.taken) == 2


async def test_three_throttled_chats_rest_the_channel(desk: RelayedDesk) -> None:
    with_other_chat(desk)
    for number in (1, 2, 3):
        desk.put(a_customer(f"agency-{number}"))
        desk.assign(f"-{number}", f"agency-{number}")
        desk.messenger.will(f"-{number}", Throttled(30))
        desk.register(customer_id=f"agency-{number}", chat_address=f"-{number}")
    await desk.run()
    register_other(desk)
    await desk.run_for(20)
    assert desk.messenger.taken == []


# R12, replies


async def test_a_moved_chat_gets_its_messages_at_the_new_address(desk: RelayedDesk) -> None:  # T8
    desk.messenger.will(CHAT, Remapped("-100777"))
    ticket_id = desk.register()
    desk.say(ticket_id, "Ответ")
    await desk.run_for(10)
    assert desk.messenger.texts(CHAT) == []
    assert desk.messenger.texts("-100777")[1:] == ["Ответ"]
    assert desk.chats() == {"-100777": False}
    assert [each.part.attempts for each in desk.parts()] == [0, 0]


async def test_a_chat_that_is_said_to_move_to_itself_is_tried_less_and_less(desk: RelayedDesk) -> None:
    desk.messenger.will(CHAT, *[Remapped(CHAT)] * 50)
    desk.register()
    await desk.run_for(60)
    assert len(desk.messenger.asked) < 8
    assert desk.parts()[0].part.error_code == "remapped_to_itself"


async def test_an_answer_to_another_spelling_reaches_no_chat(desk: RelayedDesk) -> None:
    desk.put(a_customer(OTHER_AGENCY))
    other, _ = desk.assign(OTHER_CHAT, OTHER_AGENCY)
    desk.take_chat_away(OTHER_CHAT, OTHER_AGENCY)
    twin = replace(other.chat, id=an_id(9, 1), address="-01001")  # of CHAT, as earlier versions stored it
    desk.write(lambda uow: uow.chats.add(twin))
    ticket_id = desk.register(customer_id=OTHER_AGENCY, chat_address=twin.address)
    desk.say(ticket_id, "Ответ для другого агентства")
    await desk.run_for(10)
    assert desk.messenger.asked == []
    assert {(each.part.state, each.part.error_code) for each in desk.parts()} == {
        (PartState.DEAD, "bad_address")
    }
    assert desk.delivery(ticket_id).state is DeliveryState.FAILED

    stamp = desk.stamp()
    desk.write(lambda uow: correct_address(uow, twin.id, OTHER_CHAT, stamp))
    for each in desk.parts():
        assert desk.retry(each.part.sequence)
    await desk.run_for(10)
    assert desk.messenger.texts(OTHER_CHAT)[-1] == "Ответ для другого агентства"
    assert desk.chats(OTHER_AGENCY) == {OTHER_CHAT: False}


async def test_a_reply_that_is_refused_goes_out_without_it_once(desk: RelayedDesk) -> None:
    ticket_id = desk.register()
    await desk.run_for(4)
    desk.say(ticket_id, "Ответ")
    (waiting,) = desk.parts(PartState.PENDING)

    def as_reply(uow: UnitOfWork) -> None:
        uow.outbox.save(replace(waiting.part, reply_to="55"))

    desk.write(as_reply)
    desk.messenger.will(CHAT, Fixable("reply_not_found"))
    await desk.run_for(10)
    assert [each.reply_to for each in desk.messenger.asked[1:]] == ["55", None]
    assert desk.messenger.texts(CHAT)[-1] == "Ответ"


# Refusals


async def test_a_refusal_for_good_is_told_and_not_repeated(desk: RelayedDesk) -> None:
    ticket_id = desk.register()
    await desk.run_for(4)
    desk.say(ticket_id)
    desk.messenger.will(CHAT, Permanent("bad_request"))
    await desk.run_for(60)
    assert len(desk.messenger.asked) == 2
    delivery = desk.delivery(ticket_id)
    assert (delivery.state, delivery.error_code) == (DeliveryState.FAILED, "bad_request")


async def test_what_comes_behind_a_part_that_failed_is_not_sent(desk: RelayedDesk) -> None:
    ticket_id = desk.register()
    await desk.run_for(4)
    desk.say(ticket_id, "слово " * 2_000)
    desk.messenger.will(CHAT, Permanent("bad_request"))
    await desk.run_for(20)
    assert desk.states() == ["sent", "dead", "dead", "dead"]
    assert len(desk.messenger.taken) == 1
    assert desk.delivery(ticket_id).error_code == "bad_request"


async def test_a_lost_chat_gives_up_all_that_waits_and_gets_nothing_until_it_is_back(  # T11
    desk: RelayedDesk,
) -> None:
    ticket_id = desk.register()
    desk.say(ticket_id)
    desk.messenger.will(CHAT, Permanent("blocked", chat_lost=True))
    await desk.run_for(5)
    assert desk.states() == ["dead", "dead"]
    assert desk.delivery(ticket_id).error_code == "blocked"
    desk.say(ticket_id, "Позже")
    await desk.run_for(30)
    assert len(desk.messenger.asked) == 1

    def revive(uow: UnitOfWork) -> None:
        chat = uow.chats.find("telegram", CHAT)
        assert chat is not None
        uow.chats.save(replace(chat, reachable=True))

    desk.write(revive)
    await desk.run_for(5)
    assert desk.messenger.texts(CHAT) == ["Позже"]


# Not taken


async def test_what_was_not_taken_is_tried_twelve_times_ever_later(desk: RelayedDesk) -> None:
    desk.messenger.will(CHAT, *[Transient("busy")] * 20)
    desk.register()
    asked: list[float] = []
    began = desk.now
    while desk.states() != ["dead"]:
        before = len(desk.messenger.asked)
        await desk.run()
        if len(desk.messenger.asked) > before:
            asked.append((desk.now - began).total_seconds())
        desk.wait(seconds=1)
    assert len(asked) == MOST_ATTEMPTS
    rests = [later - earlier for earlier, later in pairwise(asked)]
    assert rests == [3, 3, 4, 8, 16, 32, 64, 128, 256, 300, 300]  # a group rests three seconds in any case
    assert desk.parts()[0].part.error_code == "busy"


# T14: no answer comes


async def test_an_acknowledgement_that_may_have_arrived_is_never_sent_again(desk: RelayedDesk) -> None:
    desk.messenger.will(CHAT, Unknown("timeout"))
    desk.register()
    await desk.run_for(300)
    assert len(desk.messenger.asked) == 1
    assert desk.states() == ["unknown"]


async def test_an_answer_that_may_have_arrived_is_sent_once_more_and_marked(desk: RelayedDesk) -> None:
    ticket_id = desk.register()
    await desk.run_for(4)
    desk.say(ticket_id, "Ответ")
    desk.messenger.will(CHAT, Unknown("timeout"))
    await desk.run_for(58)
    assert len(desk.messenger.asked) == 2
    assert desk.delivery(ticket_id).state is DeliveryState.PENDING
    await desk.run_for(5)
    assert desk.messenger.texts(CHAT)[-1] == f"{REPEATED}Ответ"
    assert desk.delivery(ticket_id).state is DeliveryState.SENT


async def test_an_answer_is_sent_twice_at_most(desk: RelayedDesk) -> None:
    ticket_id = desk.register()
    await desk.run_for(4)
    desk.say(ticket_id, "Ответ")
    desk.messenger.will(CHAT, Unknown("timeout"), Unknown("timeout"))
    await desk.run_for(300)
    assert len(desk.messenger.asked) == 3
    assert desk.delivery(ticket_id).state is DeliveryState.UNKNOWN


async def test_a_setting_forbids_the_repetition() -> None:
    desk = RelayedDesk(resend=ResendUnknown.NEVER)
    ticket_id = desk.register()
    await desk.run_for(4)
    desk.say(ticket_id, "Ответ")
    desk.messenger.will(CHAT, Unknown("timeout"))
    await desk.run_for(300)
    assert len(desk.messenger.asked) == 2
    assert desk.delivery(ticket_id).state is DeliveryState.UNKNOWN


async def test_a_messenger_that_raises_may_have_sent(desk: RelayedDesk) -> None:
    desk.messenger.will(CHAT, RuntimeError("ошибка"))
    desk.register()
    await desk.run_for(100)
    assert desk.states() == ["unknown"]
    assert desk.parts()[0].part.error_code == "sender_failed"
    assert [type(failure) for failure in desk.watch.failures] == [RuntimeError]


# Senders that die


async def test_a_sender_that_dies_leaves_an_acknowledgement_unknown_and_an_answer_for_a_repetition(
    desk: RelayedDesk,
) -> None:
    with_other_chat(desk)
    desk.register()
    answered = register_other(desk)
    await desk.run_for(4)
    desk.register()
    desk.say(answered, "Ответ")
    claimed = desk.write(lambda uow: claim_outgoing(uow, "telegram", 9, desk.stamp(), Chance()))
    assert len(claimed.leases) == 2
    await desk.run_for(100)
    assert len(desk.messenger.taken) == 2  # nobody else takes what is leased
    await desk.run_for(25)
    assert sorted(desk.states()) == ["pending", "sent", "sent", "unknown"]
    await desk.run_for(60)
    assert desk.messenger.texts(OTHER_CHAT)[-1] == f"{REPEATED}Ответ"
    assert desk.parts(PartState.UNKNOWN)[0].part.error_code == "sender_died"


@pytest.mark.parametrize("late", [Transient("busy"), Unknown("timeout"), Permanent("bad"), Throttled(9)])
async def test_a_sender_that_comes_too_late_changes_nothing(desk: RelayedDesk, late: SendOutcome) -> None:
    desk.register()
    (lease,) = desk.write(lambda uow: claim_outgoing(uow, "telegram", 9, desk.stamp(), Chance())).leases
    desk.now += LEASE + timedelta(seconds=1)
    await desk.run()
    before = desk.parts()
    stamp = desk.stamp()
    assert desk.write(lambda uow: settle_outgoing(uow, lease, late, stamp, Chance())) is None
    assert desk.parts() == before


@pytest.mark.parametrize("human", [True, False])
async def test_a_sender_that_comes_late_and_has_sent_is_believed(desk: RelayedDesk, human: bool) -> None:
    ticket_id = desk.register()
    if human:
        await desk.run_for(4)
        desk.say(ticket_id)
    (lease,) = desk.write(lambda uow: claim_outgoing(uow, "telegram", 9, desk.stamp(), Chance())).leases
    desk.now += LEASE + timedelta(seconds=1)
    await desk.run()
    stamp = desk.stamp()
    ended = desk.write(lambda uow: settle_outgoing(uow, lease, Sent("77"), stamp, Chance()))
    assert ended is PartState.SENT
    await desk.run_for(100)
    assert set(desk.states()) == {"sent"}
    assert len(desk.messenger.asked) == int(human)


@pytest.mark.parametrize("human", [True, False])
@pytest.mark.parametrize("ahead", [timedelta(hours=25), timedelta(days=365)], ids=str)
async def test_a_step_forward_and_back_while_a_part_is_sent_sends_it_once(
    desk: RelayedDesk, human: bool, ahead: timedelta
) -> None:
    ticket_id = desk.register()
    if human:
        await desk.run_for(4)
        desk.say(ticket_id)
    (lease,) = desk.write(lambda uow: claim_outgoing(uow, "telegram", 9, desk.stamp(), Chance())).leases
    desk.now += ahead
    await desk.run()
    desk.now -= ahead
    desk.write(lambda uow: uow.waits.end(desk.now, every=True))
    await desk.run_for(30)
    stamp = desk.stamp()
    ended = desk.write(lambda uow: settle_outgoing(uow, lease, Sent("77"), stamp, Chance()))
    assert ended is PartState.SENT
    await desk.run_for(100)
    assert set(desk.states()) == {"sent"}
    assert len(desk.messenger.asked) == int(human)


async def test_a_step_back_while_a_part_is_sent_sends_it_once(desk: RelayedDesk) -> None:
    desk.register()
    (lease,) = desk.write(lambda uow: claim_outgoing(uow, "telegram", 9, desk.stamp(), Chance())).leases
    desk.now -= timedelta(hours=1)
    desk.write(lambda uow: uow.waits.end(desk.now, every=True))
    await desk.run_for(30)
    assert desk.states() == ["leased"]
    stamp = desk.stamp()
    assert desk.write(lambda uow: settle_outgoing(uow, lease, Sent("7"), stamp, Chance())) is PartState.SENT
    assert desk.messenger.asked == []


async def test_settling_twice_is_settling_once(desk: RelayedDesk) -> None:
    desk.register()
    (lease,) = desk.write(lambda uow: claim_outgoing(uow, "telegram", 9, desk.stamp(), Chance())).leases
    stamp = desk.stamp()
    assert desk.write(lambda uow: settle_outgoing(uow, lease, Sent("7"), stamp, Chance())) is PartState.SENT
    assert desk.write(lambda uow: settle_outgoing(uow, lease, Sent("7"), stamp, Chance())) is None
    assert desk.states() == ["sent"]


async def test_what_is_given_back_is_sent_by_the_next_one(desk: RelayedDesk) -> None:
    desk.register()
    (lease,) = desk.write(lambda uow: claim_outgoing(uow, "telegram", 9, desk.stamp(), Chance())).leases
    stamp = desk.stamp()
    desk.write(lambda uow: give_back(uow, lease, stamp))
    await desk.run_for(4)
    assert desk.states() == ["sent"]
    assert desk.parts()[0].part.attempts == 0


async def test_a_relay_that_is_told_to_stop_ends_what_it_began_and_begins_nothing(desk: RelayedDesk) -> None:
    with_other_chat(desk)
    desk.messenger.will(CHAT, answered := asyncio.Event())
    desk.register()
    await desk.job.run_once()
    stopping = asyncio.ensure_future(desk.job.finish(5))
    await asyncio.sleep(0)
    register_other(desk)
    assert await desk.job.run_once() is None
    answered.set()
    await stopping
    assert desk.states() == ["sent", "pending"]


async def test_a_sending_that_outlasts_the_stop_is_left_to_its_lease(desk: RelayedDesk) -> None:
    desk.messenger.will(CHAT, asyncio.Event())
    desk.register()
    await desk.job.run_once()
    await asyncio.sleep(0)
    await desk.job.finish(0.01)
    assert desk.states() == ["leased"]


# The breaker


async def test_a_wrong_token_stops_the_channel_and_keeps_what_waits(desk: RelayedDesk) -> None:
    with_other_chat(desk)
    desk.messenger.will(CHAT, ChannelDown("wrong_token"))
    desk.messenger.wrong = "wrong_token"
    desk.register()
    await desk.run()
    register_other(desk)
    await desk.run_for(120)
    assert len(desk.messenger.asked) == 1
    assert desk.states() == ["pending", "pending"]
    breaker = desk.channel().breaker
    assert (breaker.down, breaker.code) == (True, "wrong_token")
    assert 3 <= desk.messenger.checks <= 6
    desk.messenger.wrong = None
    await desk.run_for(70)
    assert not desk.channel().breaker.down
    assert desk.states() == ["sent", "sent"]
    assert [each.part.attempts for each in desk.parts()] == [0, 0]
    assert desk.watch.probes[-1] is None


async def test_failures_of_two_chats_in_a_row_stop_the_channel(desk: RelayedDesk) -> None:
    with_other_chat(desk)
    for chat in (CHAT, OTHER_CHAT):
        desk.messenger.will(chat, *[Transient("refused")] * 50)
    desk.register()
    register_other(desk)
    desk.messenger.wrong = "refused"
    await desk.run_for(100)
    assert len(desk.messenger.asked) <= MOST_FAILURES + 1
    assert desk.channel().breaker.code == "refused"


async def test_one_chat_that_fails_stops_nobody_else(desk: RelayedDesk) -> None:
    with_other_chat(desk)
    desk.messenger.will(CHAT, *[Transient("busy")] * 50)
    desk.register()
    await desk.run_for(60)
    assert not desk.channel().breaker.down
    register_other(desk)
    await desk.run()
    assert len(desk.messenger.texts(OTHER_CHAT)) == 1


async def test_a_check_that_fails_leaves_the_channel_down(desk: RelayedDesk) -> None:
    async def fails() -> str | None:
        raise TimeoutError

    desk.messenger.check = fails  # type: ignore[method-assign]  # a provider that does not answer
    desk.messenger.will(CHAT, ChannelDown("wrong_token"))
    desk.register()
    await desk.run_for(20)
    assert desk.channel().breaker.code == "check_failed"


# Whose chat it is


async def test_what_was_written_for_one_customer_never_reaches_another_one(desk: RelayedDesk) -> None:
    ticket_id = desk.register()
    desk.messenger.will(CHAT, Throttled(5))
    await desk.run()  # under way while the chat is taken away
    claimed_later = desk.say(ticket_id, "Только для вас")
    assert claimed_later.delivery is not None
    desk.put(a_customer(OTHER_AGENCY))

    def reassign(uow: UnitOfWork) -> None:
        chat = uow.chats.find("telegram", CHAT)
        assert chat is not None
        uow.chats.save(replace(chat, customer_id=OTHER_AGENCY))

    desk.write(reassign)
    await desk.run_for(30)
    assert desk.messenger.taken == []
    assert desk.states() == ["cancelled", "cancelled"]
    assert desk.delivery(ticket_id).error_code == "chat_not_assigned"


async def test_a_chat_that_is_taken_away_gets_nothing_more(desk: RelayedDesk) -> None:
    ticket_id = desk.register()
    desk.say(ticket_id)
    desk.take_chat_away()
    await desk.run_for(10)
    assert desk.messenger.asked == []
    assert desk.delivery(ticket_id).state is DeliveryState.CANCELLED


# A person says: again


async def test_what_was_given_up_is_sent_when_a_person_says_so(desk: RelayedDesk) -> None:
    ticket_id = desk.register()
    await desk.run_for(4)
    desk.say(ticket_id, "слово " * 1_000)
    desk.messenger.will(CHAT, Permanent("bad_request"))
    await desk.run_for(4)
    assert desk.delivery(ticket_id).state is DeliveryState.FAILED
    first, second = desk.parts(PartState.DEAD)
    assert desk.retry(first.part.sequence)
    assert not desk.retry(second.part.sequence)  # it goes with the first
    await desk.run_for(10)
    assert len(desk.messenger.texts(CHAT)) == 3
    assert desk.delivery(ticket_id).state is DeliveryState.SENT
    assert not desk.retry(first.part.sequence)
    assert not desk.retry(10_000)


async def test_what_may_have_arrived_is_sent_again_with_a_mark(desk: RelayedDesk) -> None:
    desk.messenger.will(CHAT, Unknown("timeout"))
    desk.register()
    await desk.run()
    assert desk.retry(desk.parts()[0].part.sequence)
    await desk.run_for(4)
    (text,) = desk.messenger.texts(CHAT)
    assert text.startswith(REPEATED)


# What tells the customer what


async def test_photos_that_change_a_decision_ten_times_make_one_notice(desk: RelayedDesk) -> None:
    ticket_id = desk.register("\U0001f4f7")
    await desk.run_for(4)
    for _ in range(5):
        desk.reply(ticket_id, "Теперь словами")
        desk.reply(ticket_id, "И ещё")
    await desk.run_for(10)
    notices = desk.messenger.texts(CHAT)[1:]
    assert len(notices) == 1
    assert "рассмотрено заново" in notices[0]


async def test_a_category_that_refuses_is_told(desk: RelayedDesk) -> None:
    ticket_id = desk.register(category=None)
    await desk.run_for(4)
    desk.act(ticket_id, Action.CLASSIFY, category=Category.WEB_DESIGN)
    await desk.run_for(10)
    assert "1.5" in desk.messenger.texts(CHAT)[-1]
    assert AGENCY not in desk.messenger.texts(CHAT)[-1]


async def test_a_full_channel_says_when_the_next_place_is_free(desk: RelayedDesk) -> None:
    for number in range(6):
        desk.put(a_customer(f"agency-{number + 100}"))
        desk.assign(f"-{number + 5000}", f"agency-{number + 100}")
        desk.register(customer_id=f"agency-{number + 100}", chat_address=f"-{number + 5000}")
    await desk.run()
    assert await desk.run() == 0.04
