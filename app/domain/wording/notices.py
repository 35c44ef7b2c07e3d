"""Texts of notices to the customer; a notice never changes the outcome.

As with reasons, no text names a deadline (2.3), and `{clause}` becomes the clause that applied.
"""

from collections.abc import Mapping

from app.domain.vocabulary import NoticeCode, ReasonCode
from app.domain.wording.text import Text

NOTICE_TEXTS: Mapping[NoticeCode, Text] = {
    NoticeCode.KNOWLEDGE_BASE_FIRST: Text(
        ru=("Пожалуйста, загляните в «Базу знаний» в CRM: возможно, ответ там уже есть (п. {clause})."),
        en=("Please check the knowledge base in the CRM: the answer may already be there (clause {clause})."),
    ),
    NoticeCode.OUTSIDE_SERVICE_HOURS: Text(
        ru=(
            "Обращение пришло в нерабочее для поддержки время (п. {clause}). "
            "Оно сохранено, писать повторно не нужно."
        ),
        en=(
            "Your request arrived outside service hours (clause {clause}). "
            "It has been saved; you do not need to write again."
        ),
    ),
    NoticeCode.RELEASE_DATES_INDIVIDUAL: Text(
        ru=("Если понадобится обновление продукта, о его выходе мы сообщим отдельно (п. {clause})."),
        en=("If a product update is needed, we will inform you of its release separately (clause {clause})."),
    ),
    NoticeCode.NO_GUARANTEED_TIME: Text(
        ru=(
            "Время решения не гарантируется: оно зависит от сложности вопроса и от того, как "
            "быстро отвечают все его участники (п. {clause})."
        ),
        en=(
            "The resolution time is not guaranteed: it depends on the complexity of the question "
            "and on replies from everyone involved (clause {clause})."
        ),
    ),
    NoticeCode.MANAGER_CONTACT_HAS_NO_EFFECT: Text(
        ru=(
            "Сообщение персональному менеджеру не меняет место обращения в очереди "
            "(п. {clause}). Пожалуйста, все подробности пишите сюда."
        ),
        en=(
            "A message to your personal manager does not change your place in the queue "
            "(clause {clause}). Please send all details here."
        ),
    ),
    NoticeCode.STEPS_RECOMMENDED: Text(
        ru=(
            "Пожалуйста, пришлите по возможности шаги, после которых появляется ошибка: "
            "так её проще найти (п. {clause})."
        ),
        en=(
            "If you can, please send the steps that lead to the error: "
            "they make it easier to find (clause {clause})."
        ),
    ),
    NoticeCode.HOURS_NEARLY_EXHAUSTED: Text(
        ru=(
            "От минут поддержки, входящих в ваш тариф, в этом месяце осталась пятая часть "
            "или меньше (п. {clause})."
        ),
        en=("You have a fifth or less of your tariff's support minutes left this month (clause {clause})."),
    ),
    NoticeCode.PRIORITY_DEVELOPMENT: Text(
        ru=(
            "По вашему тарифу разработка для вас приоритетна, но сама работа оформляется отдельным "
            "заказом (п. {clause})."
        ),
        en=(
            "Your tariff gives your development requests priority; the work itself is a separate "
            "order (clause {clause})."
        ),
    ),
}
"""The text of each notice; `regulation/notices.py` has the rules."""

SOFT_NOTICE_TEXTS: Mapping[ReasonCode, Text] = {
    ReasonCode.DESCRIPTION_MISSING: Text(
        ru=(
            "В обращении нет текста (п. {clause}). Вы сообщили, что оно критичное, поэтому мы его не "
            "откладываем; пожалуйста, напишите, что именно не работает."
        ),
        en=(
            "Your request contains no text (clause {clause}). Because you reported it as critical, "
            "we have not deferred it, but please tell us exactly what is not working."
        ),
    ),
    ReasonCode.NOT_IN_TEXT_FORM: Text(
        ru=(
            "Мы получили запись без текста (п. {clause}). Вы сообщили, что обращение критичное, поэтому "
            "мы его не откладываем; пожалуйста, напишите, что именно не работает."
        ),
        en=(
            "We received a recording without text (clause {clause}). Because you reported it as "
            "critical, we have not deferred it, but please tell us exactly what is not working."
        ),
    ),
    ReasonCode.OBSCENE_LANGUAGE: Text(
        ru=(
            "В обращении есть нецензурные слова (п. {clause}). Пока мы его из-за них не отложили; "
            "пожалуйста, в следующих сообщениях обойдитесь без них."
        ),
        en=(
            "Your request contains obscene language (clause {clause}). It has not been deferred "
            "for this so far; please avoid such language in further messages."
        ),
    ),
    ReasonCode.HOURS_EXHAUSTED: Text(
        ru=(
            "Минуты поддержки по вашему тарифу на этот месяц израсходованы (п. {clause}). Пока "
            "из-за этого обращение не отложено; после уточнения категории и критичности решение "
            "может измениться."
        ),
        en=(
            "Your tariff's support minutes for this month are used up (clause {clause}). Your "
            "request has not been deferred for this so far; the decision may change once its "
            "category and criticality are clear."
        ),
    ),
}
"""The text of each soft reason as a notice; the keys are exactly the soft reasons.

A soft reason is only a notice on a critical claim, without a category, or beside a separate order.
"""
