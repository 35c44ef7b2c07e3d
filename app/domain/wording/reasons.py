"""Texts of reasons to the customer: the cause, and the next step.

A text never names the outcome, because a stronger reason may stand beside it, and never a deadline (2.3).
`{clause}` becomes the number of the clause that applied.
"""

from collections.abc import Mapping

from app.domain.vocabulary import Finding, ReasonCode
from app.domain.wording.text import Text

_HOURS_EXHAUSTED = Text(
    ru=(
        "Минуты поддержки по вашему тарифу на этот месяц израсходованы (п. {clause}). Новый "
        "объём появится с началом следующего календарного месяца, просить о нём не нужно."
    ),
    en=(
        "Your tariff's support minutes for this month are used up (clause {clause}). A new "
        "allotment starts with the next calendar month; you do not need to ask for it."
    ),
)

REASON_TEXTS: Mapping[ReasonCode, Text] = {
    ReasonCode.CONTRACT_MISSING: Text(
        ru=(
            "Мы не нашли принятого вами договора, а без него поддержка не оказывается "
            "(п. {clause}). Пожалуйста, примите оферту JokerCRM и напишите нам снова."
        ),
        en=(
            "We could not find a contract that you have accepted, and we cannot provide support "
            "without one (clause {clause}). Please accept the JokerCRM offer and write to us again."
        ),
    ),
    ReasonCode.PAID_PERIOD_OVER: Text(
        ru=(
            "На момент обращения аренда CRM не оплачена, а поддержка входит в оплаченный период "
            "(п. {clause}). Пожалуйста, продлите аренду и напишите нам снова."
        ),
        en=(
            "Your CRM rental was not paid when you wrote, and support is included in the paid "
            "period (clause {clause}). Please renew the rental and write to us again."
        ),
    ),
    ReasonCode.TARIFF_MISSING: Text(
        ru=(
            "Коробочную версию мы поддерживаем по тарифу, а на момент обращения действующего тарифа "
            "у вас не было (п. {clause}). Пожалуйста, подключите тариф и напишите нам снова."
        ),
        en=(
            "We support the boxed version under a tariff, and you had no active tariff when you "
            "wrote (clause {clause}). Please activate a tariff and write to us again."
        ),
    ),
    ReasonCode.THIRD_PARTY_PROBLEM: Text(
        ru=(
            "Неполадки сторонних сервисов, программ и хостинга мы устранить не можем (п. {clause}). "
            "Пожалуйста, обратитесь к их разработчикам или к вашему хостинг-провайдеру."
        ),
        en=(
            "We cannot fix problems with third-party services, software or hosting "
            "(clause {clause}). Please contact their developers or your hosting provider."
        ),
    ),
    ReasonCode.WEB_DESIGN: Text(
        ru=(
            "Дизайном и созданием сайтов мы не занимаемся (п. {clause}). С такой задачей поможет веб-студия."
        ),
        en=(
            "We do not design or build websites (clause {clause}). A web studio can help you with this task."
        ),
    ),
    ReasonCode.CONFIGURE_FOR_CUSTOMER: Text(
        ru=(
            "Настройку CRM за клиента мы не выполняем (п. {clause}), но подскажем, как это сделать. "
            "Напишите, пожалуйста, какого результата вы хотите добиться."
        ),
        en=(
            "We do not configure your CRM for you (clause {clause}), but we can advise you how "
            "to do it. Please tell us what result you want to achieve."
        ),
    ),
    ReasonCode.THIRD_PARTY_SETUP: Text(
        ru=(
            "Сторонние сервисы мы не настраиваем (п. {clause}). Если сервис связан с CRM, "
            "спросите нас о настройке: общую консультацию мы дадим."
        ),
        en=(
            "We do not set up third-party services (clause {clause}). If the service is "
            "connected to the CRM, ask us about its setup: we can give general advice."
        ),
    ),
    ReasonCode.WORKSTATION_DIAGNOSTICS: Text(
        ru=(
            "Программы на вашем компьютере мы не проверяем (п. {clause}). Пожалуйста, обратитесь "
            "к системному администратору, а ошибку самой CRM опишите нам."
        ),
        en=(
            "We do not diagnose software on your computer (clause {clause}). Please contact your "
            "system administrator; if the CRM itself shows an error, describe it to us."
        ),
    ),
    ReasonCode.CUSTOM_DEVELOPMENT: Text(
        ru=(
            "Для арендной CRM мы не разрабатываем функции под заказ (п. {clause}). "
            "Идею можно прислать как пожелание к продукту."
        ),
        en=(
            "We do not develop custom features for a rented CRM (clause {clause}). "
            "You are welcome to send us the idea as a product suggestion."
        ),
    ),
    ReasonCode.CODE_MODIFICATION: Text(
        ru=(
            "В арендной CRM мы не меняем код модулей под задачу одной компании (п. {clause}). "
            "Если дело в ошибке продукта, опишите её: ошибки мы исправляем."
        ),
        en=(
            "We do not change the module code of a rented CRM for one company's task "
            "(clause {clause}). If you have found a product error, describe it: we fix errors."
        ),
    ),
    ReasonCode.CHAT_NOT_ASSIGNED: Text(
        ru=(
            "Этот чат не входит в число ваших рабочих чатов поддержки (п. {clause}). Пожалуйста, "
            "напишите из рабочего чата или попросите закрепить этот чат за вашей компанией."
        ),
        en=(
            "This chat is not one of your working support chats (clause {clause}). Please write "
            "from a working chat, or ask us to assign this chat to your company."
        ),
    ),
    ReasonCode.DESCRIPTION_MISSING: Text(
        ru=(
            "В обращении нет текста, поэтому понять вопрос не получается (п. {clause}). "
            "Пожалуйста, напишите, что произошло или что вы хотите узнать."
        ),
        en=(
            "Your request contains no text, so we cannot understand the question "
            "(clause {clause}). Please tell us what happened or what you want to know."
        ),
    ),
    ReasonCode.UNOFFICIAL_CHANNEL: Text(
        ru=(
            "По этому каналу обращения не регистрируются (п. {clause}). Пожалуйста, напишите "
            "в ваш рабочий чат поддержки в Telegram или WhatsApp."
        ),
        en=(
            "We do not register requests from this channel (clause {clause}). Please write to "
            "your working support chat in Telegram or WhatsApp."
        ),
    ),
    ReasonCode.NOT_IN_TEXT_FORM: Text(
        ru=(
            "Мы получили запись без текста, а поддержка работает с текстом (п. {clause}). "
            "Пожалуйста, изложите вопрос словами; снимки экрана и видео можно приложить."
        ),
        en=(
            "We received a recording without text, and we provide support in writing "
            "(clause {clause}). Please describe the question in text; you can attach screenshots "
            "and video."
        ),
    ),
    ReasonCode.OBSCENE_LANGUAGE: Text(
        ru=("В обращении есть нецензурные слова (п. {clause}). Пожалуйста, изложите вопрос без них."),
        en=(
            "Your request contains obscene language (clause {clause}). "
            "Please describe the question without it."
        ),
    ),
    ReasonCode.HOURS_EXHAUSTED: _HOURS_EXHAUSTED,
    ReasonCode.SEPARATE_ORDER: Text(
        ru=(
            "Такая работа выполняется по отдельному заказу и оплачивается помимо тарифа "
            "(п. {clause}). Пожалуйста, опишите задачу подробно, чтобы согласовать условия."
        ),
        en=(
            "Work of this kind is a separate order, paid for in addition to the tariff "
            "(clause {clause}). Please describe the task in detail so that we can agree on terms."
        ),
    ),
    ReasonCode.EXTENDED_TARIFF_ONLY: Text(
        ru=(
            "Эта услуга есть только в расширенном тарифе коробочной версии, а он у вас сейчас "
            "не действует (п. {clause}). Об условиях тарифа можно спросить нас в чате."
        ),
        en=(
            "This service is included only in the extended tariff of the boxed version, which is "
            "not active for you (clause {clause}). You can ask us about its terms in the chat."
        ),
    ),
}
"""The text of each reason of the rules (1.1-5.2)."""

FINDING_TEXTS: Mapping[Finding, Text] = {
    Finding.NOT_REPRODUCIBLE: Text(
        ru=(
            "Повторить проблему у нас не получилось (п. {clause}). "
            "Пожалуйста, пришлите подробные шаги, снимок экрана или видео."
        ),
        en=(
            "We could not reproduce the problem (clause {clause}). "
            "Please send detailed steps, a screenshot or a video."
        ),
    ),
    Finding.INSUFFICIENT_INFORMATION: Text(
        ru=(
            "Чтобы решить вопрос, нам не хватает сведений (п. {clause}). "
            "Пожалуйста, ответьте в чате на вопросы специалиста."
        ),
        en=(
            "We need more information to resolve your question (clause {clause}). "
            "Please answer our agent's questions in the chat."
        ),
    ),
    Finding.OUT_OF_SCOPE: Text(
        ru=(
            "Такими вопросами техническая поддержка не занимается (п. {clause}). "
            "Если мы поняли вас неверно, пожалуйста, уточните вопрос в чате."
        ),
        en=(
            "Technical support does not handle questions of this kind (clause {clause}). "
            "If we misunderstood you, please clarify the question in the chat."
        ),
    ),
    Finding.INCORRECT_OR_UNCONSTRUCTIVE: Text(
        ru=(
            "В таком виде вопрос или переписка не позволяет нам продвинуться (п. {clause}). "
            "Пожалуйста, напишите конкретно, что не так и какой результат вам нужен."
        ),
        en=(
            "We cannot make progress with the question or the conversation as it stands "
            "(clause {clause}). Please tell us exactly what is wrong and what result you need."
        ),
    ),
    Finding.DELAYED_BY_CUSTOMER: Text(
        ru=(
            "Мы пока не получили сведений, о которых просили, и без них продолжить не можем "
            "(п. {clause}). Пожалуйста, пришлите их в этот чат."
        ),
        en=(
            "We have not received the information we asked for, and cannot continue without it "
            "(clause {clause}). Please send it to this chat."
        ),
    ),
    Finding.OBSCENE_OR_INSULTING: Text(
        ru=(
            "В переписке есть брань или оскорбления (п. {clause}). "
            "Пожалуйста, изложите вопрос уважительно, и мы вернёмся к его сути."
        ),
        en=(
            "The conversation contains swearing or insults (clause {clause}). "
            "Please describe the question respectfully, and we will get back to it."
        ),
    ),
    Finding.HOURS_EXHAUSTED: _HOURS_EXHAUSTED,
}
"""The text of each finding of an agent (4.6; 5.1, 5.2)."""
