"""Our readings of the regulation where it is silent or ambiguous.

Each reading has its record in `docs/decisions/`, 0001 to 0018, with the same number.
"""

from dataclasses import dataclass

from app.domain.vocabulary import Clause
from app.domain.wording.text import Text


@dataclass(frozen=True, slots=True)
class Reading:
    """One point where the regulation leaves a choice, and the choice we made; `id` is R1 to R18."""

    id: str
    clauses: tuple[Clause, ...]
    title: Text
    text: Text


READINGS: tuple[Reading, ...] = (
    Reading(
        "R1",
        (Clause.C2_1,),
        Text("Рабочая суббота", "A working Saturday"),
        Text(
            "Суббота, на которую перенесён рабочий день, для нас рабочая: решает производственный календарь.",
            "A Saturday to which a working day was moved is a working day for us: the production "
            "calendar decides.",
        ),
    ),
    Reading(
        "R2",
        (Clause.C2_1,),
        Text("Сокращённый день", "A shortened day"),
        Text(
            "В предпраздничный день часы работы те же; настройка позволяет закрываться в 17:00.",
            "On the eve of a holiday the hours are the same; a setting allows closing at 17:00.",
        ),
    ),
    Reading(
        "R3",
        (Clause.C5_1, Clause.C5_2),
        Text("Месяц и его минуты", "The month and its minutes"),
        Text(
            "Месяц — календарный, по Москве; минуты даются целиком, не делятся и не "
            "переносятся; предел задаёт тариф на данный момент, а считаются все минуты этого "
            "месяца при любом тарифе.",
            "A month is a calendar month in Moscow; its allotment is full, not prorated, and does "
            "not roll over; the tariff at the time sets the limit, and all minutes of that month "
            "count, under any tariff.",
        ),
    ),
    Reading(
        "R4",
        (Clause.C2_1, Clause.C5_1, Clause.C5_2),
        Text("Минуты исчерпаны", "Minutes used up"),
        Text(
            "Новое обращение откладывается до следующего месяца, а критичное идёт дальше; "
            "открытые обращения не меняются, перерасход не переносится.",
            "A new submission is deferred to the next month, and a critical one proceeds; open "
            "tickets do not change, and an overrun is not carried over.",
        ),
    ),
    Reading(
        "R5",
        (Clause.C1_3, Clause.C5_1, Clause.C5_2),
        Text("Право кончилось при открытом обращении", "Entitlement ends while a ticket is open"),
        Text(
            "Обращение остаётся: новое решение берёт новый текст, категорию и критичность, но "
            "права — из первого решения. Ответ на отказ и возврат отложенного берут права "
            "на свой момент.",
            "The ticket stays: a new decision uses the new text, category and impact, but the "
            "entitlement of the first decision. A reply to a refusal and the return of a deferred "
            "ticket use the entitlement at that time.",
        ),
    ),
    Reading(
        "R6",
        (Clause.C2_1, Clause.C4_2, Clause.C4_4, Clause.C4_6),
        Text(
            "Критичное обращение без слов или с бранью",
            "A critical claim without text or with obscene language",
        ),
        Text(
            "Его берут в работу с замечанием, а в ответе просят написать текст.",
            "It is handled with a notice, and the reply asks for text.",
        ),
    ),
    Reading(
        "R7",
        (Clause.C1_1, Clause.C1_3, Clause.C5_1, Clause.C5_2),
        Text("Крайние дни", "First and last days"),
        Text(
            "День договора, последний оплаченный день и крайние дни тарифа входят целиком, по "
            "московским суткам; смотрим на момент поступления.",
            "The contract day, the last paid day, and the first and last days of a tariff count "
            "in full, as Moscow days; the time of arrival decides.",
        ),
    ),
    Reading(
        "R8",
        (Clause.C2_3,),
        Text("Когда часы обращения стоят", "When the ticket's clock stops"),
        Text(
            "Пока ждём клиента, партнёра, разработку или выпуск, пока обращение отложено или "
            "стало отдельным заказом; новое обращение время считает.",
            "While we wait for the customer, a partner, development or a release, and while the "
            "ticket is deferred or a separate order; it runs for a new ticket.",
        ),
    ),
    Reading(
        "R9",
        (Clause.C5_1, Clause.C5_2),
        Text("Какие минуты считаются", "Which minutes count"),
        Text(
            "Все, и до отказа тоже, кроме потраченных, пока обращение — отдельный заказ: он "
            "оплачивается отдельно.",
            "All, including those before a refusal, except those spent while the ticket is a "
            "separate order, which is paid for separately.",
        ),
    ),
    Reading(
        "R10",
        (Clause.C4_2, Clause.C4_4, Clause.C4_6),
        Text("Что судим заново", "What is judged again"),
        Text(
            "Слова ищем во всех сообщениях клиента, брань — в самом новом. Правка меняет "
            "решение, только если обращение отложено по 4.2, 4.4 или 4.6; удаление — никогда.",
            "We look for text in all messages of the customer, and for swearing in the newest. An "
            "edit changes the decision only if the ticket is deferred by 4.2, 4.4 or 4.6; a "
            "deletion never does.",
        ),
    ),
    Reading(
        "R11",
        (Clause.C4_1, Clause.C5_1, Clause.C5_2),
        Text("Чаты сверх предела", "Chats over the limit"),
        Text(
            "Новый чат сверх предела не закрепляется, а прежние после смены тарифа продолжают "
            "работать. Предел берётся из записанного тарифа, даже если он не действует; "
            "без тарифа чат один.",
            "A new chat over the limit is refused, and earlier ones keep working after a change "
            "of tariff. The limit is that of the tariff on record, in force or not; without a "
            "tariff it is one chat.",
        ),
    ),
    Reading(
        "R12",
        (Clause.C4_1,),
        Text("Чат сменил адрес", "A chat changed its address"),
        Text(
            "Группа, ставшая супергруппой, и сменённый номер — тот же чат, а не второй.",
            "A group that became a supergroup and a changed number are the same chat, not a second one.",
        ),
    ),
    Reading(
        "R13",
        (Clause.C5_1, Clause.C5_2),
        Text("Обновление эксклюзивной версии", "Update of an exclusive version"),
        Text(
            "Отдельный заказ — только на расширенном тарифе: у сервисного такой оговорки нет.",
            "A separate order on the extended tariff only: the service tariff has no such condition.",
        ),
    ),
    Reading(
        "R14",
        (Clause.C5_2,),
        Text("Приоритетная разработка", "Priority development"),
        Text(
            "В тариф входит приоритет, а сама работа — отдельный заказ.",
            "The tariff includes the priority; the work itself is a separate order.",
        ),
    ),
    Reading(
        "R15",
        (Clause.C3_3, Clause.C5_1, Clause.C5_2),
        Text("Код модулей коробочной версии", "Module code of a boxed version"),
        Text(
            "При действующем тарифе его изменение — отдельный заказ: правила тарифа "
            "частные по отношению к общему отказу.",
            "With a tariff in force, changing it is a separate order: the tariff's specific rule "
            "takes precedence over the general refusal.",
        ),
    ),
    Reading(
        "R16",
        (Clause.C1_3, Clause.C5_1, Clause.C5_2),
        Text("Аренда и тарифы", "Rental and tariffs"),
        Text(
            "Тарифы относятся только к коробочной версии; обновления входят в аренду.",
            "Tariffs apply to the boxed version only; updates are included in a rental.",
        ),
    ),
    Reading(
        "R17",
        (Clause.C3_2, Clause.C5_1, Clause.C5_2),
        Text("Ошибки на расширенном тарифе", "Bugs on the extended tariff"),
        Text(
            "Их исправляют и на нём, хотя его список о них молчит: это следует из 3.2.",
            "They are fixed there too, although its list does not name them: this follows from 3.2.",
        ),
    ),
    Reading(
        "R18",
        (Clause.C2_1,),
        Text("Заявленная критичность", "Claimed criticality"),
        Text(
            "Ей верят, пока специалист не определил иную; понижение ведёт к новому решению.",
            "We accept it until an agent classifies the ticket; lowering it leads to a new decision.",
        ),
    ),
)
"""All readings, in the order of their numbers."""
