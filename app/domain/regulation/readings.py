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
            "Суббота, на которую перенесён рабочий день, считается рабочей, как и в производственном "
            "календаре.",
            "A Saturday to which a working day was moved is a working day, as in the production calendar.",
        ),
    ),
    Reading(
        "R2",
        (Clause.C2_1,),
        Text("Сокращённый день", "A shortened day"),
        Text(
            "В предпраздничный день часы работы обычные; настройка позволяет закрываться в 17:00.",
            "On the eve of a holiday the hours are the same; a setting allows closing at 17:00.",
        ),
    ),
    Reading(
        "R3",
        (Clause.C5_1, Clause.C5_2),
        Text("Месяц и его минуты", "The month and its minutes"),
        Text(
            "Месяц — календарный, по московскому времени. Минуты предоставляются целиком, без "
            "пересчёта за неполный месяц и без переноса. Предел задаёт тариф на данный момент, а "
            "учитываются все минуты месяца, при каком бы тарифе они ни были потрачены.",
            "A month is a calendar month in Moscow time. Its allotment is full: it is neither prorated "
            "nor carried over. The tariff at the time sets the limit, and all minutes of that month "
            "count, under any tariff.",
        ),
    ),
    Reading(
        "R4",
        (Clause.C2_1, Clause.C5_1, Clause.C5_2),
        Text("Минуты исчерпаны", "Minutes used up"),
        Text(
            "Новое обращение откладывается до следующего месяца, критичное принимается. "
            "Открытых обращений это не касается, перерасход не переносится.",
            "A new submission is deferred to the next month; a critical one is accepted. Open tickets "
            "are not affected, and an overrun is not carried over.",
        ),
    ),
    Reading(
        "R5",
        (Clause.C1_3, Clause.C5_1, Clause.C5_2),
        Text(
            "Право на поддержку закончилось при открытом обращении", "Entitlement ends while a ticket is open"
        ),
        Text(
            "Обращение остаётся. Новое решение учитывает новый текст, категорию и критичность, но "
            "право на поддержку берётся из первого решения. При ответе на отказ и при возврате "
            "отложенного обращения действует право на этот момент.",
            "The ticket stays. A new decision uses the new text, category and impact, but the "
            "entitlement of the first decision. A reply to a declined ticket and the return of a "
            "deferred ticket use the entitlement at that time.",
        ),
    ),
    Reading(
        "R6",
        (Clause.C2_1, Clause.C4_2, Clause.C4_4, Clause.C4_6),
        Text(
            "Критичное обращение без текста или с бранью",
            "A critical claim without text or with obscene language",
        ),
        Text(
            "Обращение принимается с уведомлением; в ответе мы просим описать проблему текстом.",
            "It is accepted with a notice, and the reply asks for a text.",
        ),
    ),
    Reading(
        "R7",
        (Clause.C1_1, Clause.C1_3, Clause.C5_1, Clause.C5_2),
        Text("Крайние дни", "First and last days"),
        Text(
            "День договора, последний оплаченный день, первый и последний дни тарифа учитываются "
            "целиком, по московскому времени. Важен момент поступления обращения.",
            "The contract day, the last paid day, and the first and last days of a tariff count in "
            "full, as Moscow days. The time of arrival decides.",
        ),
    ),
    Reading(
        "R8",
        (Clause.C2_3,),
        Text("Когда часы обращения останавливаются", "When the ticket's clock stops"),
        Text(
            "Часы стоят, пока мы ждём клиента, партнёра, разработку или выпуск обновления и пока "
            "обращение отложено или оформлено как отдельный заказ. У нового обращения часы идут.",
            "The clock stops while we wait for the customer, a partner, development or a release, "
            "and while the ticket is deferred or a separate order. It runs for a new ticket.",
        ),
    ),
    Reading(
        "R9",
        (Clause.C5_1, Clause.C5_2),
        Text("Какие минуты считаются", "Which minutes count"),
        Text(
            "Учитываются все минуты, в том числе потраченные до отказа. Исключение — время, пока "
            "обращение является отдельным заказом: он оплачивается отдельно.",
            "All minutes count, including those before a ticket is declined. The exception is time "
            "while the ticket is a separate order, which is paid for separately.",
        ),
    ),
    Reading(
        "R10",
        (Clause.C4_2, Clause.C4_4, Clause.C4_6),
        Text("Какие сообщения учитывает новое решение", "Which messages a new decision considers"),
        Text(
            "Наличие текста проверяется по всем сообщениям клиента, брань — по последнему. Правка "
            "меняет решение, только если обращение отложено по п. 4.2, 4.4 или 4.6; удаление "
            "сообщения решение не меняет.",
            "We look for words in all messages of the customer, and for obscene language in the "
            "latest one. An edit changes the decision only if the ticket is deferred by 4.2, 4.4 or "
            "4.6. A deletion never does.",
        ),
    ),
    Reading(
        "R11",
        (Clause.C4_1, Clause.C5_1, Clause.C5_2),
        Text("Чаты сверх предела", "Chats over the limit"),
        Text(
            "Новый чат сверх предела не закрепляется; закреплённые раньше продолжают работать и "
            "после смены тарифа. Предел берётся из тарифа в карточке клиента, даже если он сейчас "
            "не действует. Без тарифа доступен один чат.",
            "A new chat over the limit is refused; earlier ones keep working after a change of "
            "tariff. The limit is that of the tariff on record, in force or not. Without a tariff it "
            "is one chat.",
        ),
    ),
    Reading(
        "R12",
        (Clause.C4_1,),
        Text("Чат сменил адрес", "A chat changed its address"),
        Text(
            "Если группа стала супергруппой или сменился номер, это тот же чат, а не ещё один.",
            "A group that became a supergroup is still the same chat, and so is a chat whose number changed.",
        ),
    ),
    Reading(
        "R13",
        (Clause.C5_1, Clause.C5_2),
        Text("Обновление эксклюзивной версии", "Update of an exclusive version"),
        Text(
            "Это отдельный заказ только на расширенном тарифе: у сервисного такой оговорки нет.",
            "It is a separate order on the extended tariff only: the service tariff has no such condition.",
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
            "При действующем тарифе изменение кода — отдельный заказ: условия тарифа важнее общего запрета.",
            "With a tariff in force, changing the code is a separate order: the tariff's specific rule "
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
            "Ошибки исправляются и на расширенном тарифе, хотя в его перечне их нет: это следует из п. 3.2.",
            "Bugs are fixed on the extended tariff too, although its list does not name them: this follows "
            "from 3.2.",
        ),
    ),
    Reading(
        "R18",
        (Clause.C2_1,),
        Text("Заявленная критичность", "Claimed criticality"),
        Text(
            "Мы исходим из неё, пока специалист не классифицирует обращение; понижение ведёт к "
            "новому решению.",
            "We accept it until an agent classifies the ticket; lowering it leads to a new decision.",
        ),
    ),
)
"""All readings, in the order of their numbers."""
