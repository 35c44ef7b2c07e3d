"""Display names of the closed sets of values."""

from collections.abc import Mapping

from app.domain.vocabulary import Category, Impact, Outcome, Priority
from app.domain.wording.text import Text

CATEGORY_TITLES: Mapping[Category, Text] = {
    Category.CONFIGURATION_CONSULTATION: Text(
        "Консультация по настройке CRM", "Advice on configuring the CRM"
    ),
    Category.INTEGRATION_CONSULTATION: Text(
        "Общая консультация по сервису, связанному с CRM",
        "General advice on a service integrated with the CRM",
    ),
    Category.CONFIGURE_FOR_CUSTOMER: Text("Настройка CRM за клиента", "Configuring the CRM for the customer"),
    Category.THIRD_PARTY_SETUP: Text("Настройка стороннего сервиса", "Setting up a third-party service"),
    Category.WORKSTATION_DIAGNOSTICS: Text(
        "Проверка программ на компьютере клиента", "Diagnosing software on the customer's computer"
    ),
    Category.OPERATION_FAILURE: Text("Сбой в работе и восстановление", "Operation failure and recovery"),
    Category.PRODUCT_DEFECT: Text("Ошибка продукта", "Product defect"),
    Category.API_CONSULTATION: Text("Консультация по API JokerCRM", "Advice on the JokerCRM API"),
    Category.CUSTOM_DEVELOPMENT: Text("Разработка функций под заказ", "Custom feature development"),
    Category.CODE_MODIFICATION: Text(
        "Изменение кода модуля под одну задачу", "Module code change for one task"
    ),
    Category.FEATURE_EXPLANATION: Text(
        "Объяснение возможностей модуля", "Explanation of a module's features"
    ),
    Category.IMPROVEMENT_REQUEST: Text(
        "Пожелание к продукту или документации", "Suggestion for the product or its documentation"
    ),
    Category.THIRD_PARTY_PROBLEM: Text(
        "Неполадка стороннего сервиса, хостинга или программы",
        "Problem with a third-party service, hosting or program",
    ),
    Category.WEB_DESIGN: Text("Веб-дизайн и создание сайтов", "Web design and website development"),
    Category.SOFTWARE_UPDATE: Text("Обновление ПО", "Software update"),
    Category.DEVELOPER_CONSULTATION: Text("Консультация разработчика", "Consultation with a developer"),
    Category.LISTINGS_OPTIMISATION: Text(
        "Оптимизация базы объявлений региона", "Optimisation of the regional listings database"
    ),
    Category.OTHER: Text("Другой вопрос", "Another question"),
}
"""The subjects of a submission."""

CHANNEL_TITLES: Mapping[str, Text] = {
    "telegram": Text("Мессенджер Telegram", "Telegram messenger"),
    "whatsapp": Text("Мессенджер WhatsApp", "WhatsApp messenger"),
}
"""The official channels (4.1), by channel name."""

OUTCOME_TITLES: Mapping[Outcome, Text] = {
    Outcome.NOT_REGISTERED: Text("Не зарегистрировано", "Not registered"),
    Outcome.DECLINED: Text("Отклонено", "Declined"),
    Outcome.DEFERRED: Text("Отложено", "Deferred"),
    Outcome.SEPARATE_ORDER: Text("Отдельный заказ", "Separate order"),
    Outcome.ACCEPTED: Text("Принято", "Accepted"),
}
"""The results of a decision."""

IMPACT_TITLES: Mapping[Impact, Text] = {
    Impact.NONE: Text("Работе не мешает", "Work is not affected"),
    Impact.FUNCTION: Text("Не работает отдельная функция", "One function does not work"),
    Impact.SERVICE_DOWN: Text("Не работает один из сервисов CRM", "One of the CRM services is down"),
    Impact.CRM_DOWN: Text("Не работает CRM в целом", "The whole CRM is down"),
}
"""The criticality that a submission can claim (2.1)."""

PRIORITY_TITLES: Mapping[Priority, Text] = {
    Priority.CRITICAL: Text("Критический", "Critical"),
    Priority.HIGH: Text("Высокий", "High"),
    Priority.NORMAL: Text("Обычный", "Normal"),
}
"""The order of work that the desk assigns (2.1, 5.2)."""
