"""Texts of the problems and of the validation errors, in both languages.

`{names}` are filled with members of the problem. No text repeats a part of the request.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.wording.text import Text


@dataclass(frozen=True, slots=True)
class ProblemText:
    """Texts of a problem: title, detail and, for its page, the meaning with what to do."""

    title: Text
    detail: Text
    meaning: Text


PROBLEM_TEXTS: Mapping[str, ProblemText] = {
    "malformed_request": ProblemText(
        Text("Запрос не читается", "Malformed request"),
        Text(
            "Строка запроса или заголовки — не HTTP/1.1.",
            "The request line or the headers are not valid HTTP/1.1.",
        ),
        Text(
            "Соединение закрыто: начало следующего запроса определить нельзя.",
            "The connection was closed, because the start of the next request cannot be determined.",
        ),
    ),
    "malformed_body": ProblemText(
        Text("Тело запроса не читается", "Malformed body"),
        Text(
            "Тело запроса не является корректным JSON в кодировке UTF-8.",
            "The body is not valid JSON in UTF-8.",
        ),
        Text(
            "JSON должен быть один, в UTF-8, без повторяющихся полей, без NaN и Infinity, без "
            "одиночных суррогатов, не глубже 64 уровней, до 1000 полей в объекте.",
            "Send one JSON value in UTF-8. Duplicate members, NaN, Infinity and lone surrogates "
            "are not allowed. The limits are 64 levels of nesting and 1,000 members per object.",
        ),
    ),
    "malformed_form": ProblemText(
        Text("Форма не читается", "Malformed form"),
        Text(
            "Тело запроса не является корректной формой multipart/form-data заявленной длины.",
            "The body is not a valid multipart/form-data form of the declared length.",
        ),
        Text(
            "Форма должна быть по RFC 7578, с boundary из Content-Type, до двух частей с короткими "
            "заголовками, ровно той длины, что в Content-Length.",
            "Send a form as defined by RFC 7578: the boundary of Content-Type, at most two parts "
            "with short headers, and exactly the length given in Content-Length.",
        ),
    ),
    "bad_cursor": ProblemText(
        Text("Неверный курсор", "Invalid cursor"),
        Text(
            "Этот курсор не подходит к этому запросу.",
            "The cursor does not belong to this request.",
        ),
        Text(
            "Курсор действует только с теми же фильтрами и той же сортировкой, с которыми он "
            "выдан. Начните список сначала или перейдите по ссылке из заголовка Link.",
            "A cursor is valid only with the filters and the sort order it was issued for. Start "
            "the list again, or follow the Link header.",
        ),
    ),
    "unauthenticated": ProblemText(
        Text("Ключ не принят", "Unauthenticated"),
        Text(
            "Нужен действующий ключ API в заголовке Authorization: Bearer.",
            "A valid API key is required in the Authorization: Bearer header.",
        ),
        Text(
            "Ключа нет, он неизвестен, отозван или его срок истёк.",
            "The key is missing, unknown, revoked or expired.",
        ),
    ),
    "wrong_webhook_secret": ProblemText(
        Text("Секрет вебхука не принят", "Wrong webhook secret"),
        Text(
            "Запрос мессенджера должен нести секрет, заданный при настройке вебхука.",
            "The messenger's request must carry the secret that its webhook was set up with.",
        ),
        Text(
            "Секрета нет или он не совпадает с настройками службы. Настройте вебхук снова с "
            "нынешним секретом: python -m app telegram setup.",
            "The secret is missing, or differs from the one in the service's settings. Set up "
            "the webhook again with the present secret: python -m app telegram setup.",
        ),
    ),
    "missing_scope": ProblemText(
        Text("Недостаточно прав", "Missing scope"),
        Text("Ключу не хватает права {scope}.", "The key lacks the scope {scope}."),
        Text(
            "Операция требует права, которого у ключа нет; оно названо в поле scope.",
            "The operation requires a scope that the key does not have. The scope member names it.",
        ),
    ),
    "not_for_confined_keys": ProblemText(
        Text("Недоступно ключу одного клиента", "Not available to confined keys"),
        Text(
            "Ключ, ограниченный одним клиентом, не может выполнить эту операцию.",
            "A key that is confined to one customer cannot use this operation.",
        ),
        Text(
            "Такие операции выполняет ключ без ограничения одним клиентом.",
            "Use a key that is not confined to a customer.",
        ),
    ),
    "not_found": ProblemText(
        Text("Нет такого адреса", "Not found"),
        Text("По этому адресу ничего нет.", "No resource has this address."),
        Text(
            "Проверьте путь: косая черта в конце тоже имеет значение.",
            "Check the path. A trailing slash makes a difference.",
        ),
    ),
    "method_not_allowed": ProblemText(
        Text("Метод не поддерживается", "Method not allowed"),
        Text(
            "Этот адрес не поддерживает такой метод.",
            "This address does not support the method.",
        ),
        Text(
            "Заголовок Allow перечисляет методы, которые поддерживаются.",
            "The Allow header lists the supported methods.",
        ),
    ),
    "ticket_not_found": ProblemText(
        Text("Обращение не найдено", "Ticket not found"),
        Text("Такого обращения нет.", "No such ticket."),
        Text(
            "Обращения нет, или оно не относится к клиенту этого ключа.",
            "The ticket does not exist, or belongs to another customer than the key's.",
        ),
    ),
    "customer_not_found": ProblemText(
        Text("Клиент не найден", "Customer not found"),
        Text("Такого клиента нет.", "No such customer."),
        Text(
            "Клиент не заведён, или ключ ограничен другим клиентом.",
            "The customer does not exist, or the key is confined to another customer.",
        ),
    ),
    "chat_not_found": ProblemText(
        Text("Чат не найден", "Chat not found"),
        Text("Такого рабочего чата нет.", "No such working chat."),
        Text(
            "Чат не является рабочим чатом этого клиента.",
            "The chat is not a working chat of this customer.",
        ),
    ),
    "staff_not_found": ProblemText(
        Text("Сотрудник не найден", "Staff member not found"),
        Text("Такого сотрудника в списке нет.", "No such staff member."),
        Text(
            "Проверьте канал и идентификатор человека в мессенджере.",
            "Check the channel and the messenger's ID of the person.",
        ),
    ),
    "exception_not_found": ProblemText(
        Text("Исключение не найдено", "Exception not found"),
        Text(
            "На эту дату нет исключения из календаря.",
            "The calendar has no exception for this date.",
        ),
        Text(
            "На эту дату действует производственный календарь.",
            "The date follows the production calendar.",
        ),
    ),
    "tariff_not_found": ProblemText(
        Text("Тариф не найден", "Tariff not found"),
        Text("Такого тарифа нет.", "No such tariff."),
        Text(
            "Тарифы перечисляет GET /v1/tariffs.",
            "GET /v1/tariffs lists the tariffs.",
        ),
    ),
    "time_entry_not_found": ProblemText(
        Text("Запись времени не найдена", "Time entry not found"),
        Text("Такой записи времени нет.", "No such time entry."),
        Text(
            "Записи обращения перечисляет GET /v1/tickets/{ticket_id}/time-entries.",
            "GET /v1/tickets/{ticket_id}/time-entries lists the time entries of a ticket.",
        ),
    ),
    "article_not_found": ProblemText(
        Text("Статья не найдена", "Article not found"),
        Text("Такой статьи нет.", "No such article."),
        Text("Статьи перечисляет GET /v1/articles.", "GET /v1/articles lists the articles."),
    ),
    "attachment_not_found": ProblemText(
        Text("Вложение не найдено", "Attachment not found"),
        Text("Такого вложения нет.", "No such attachment."),
        Text(
            "Вложения нет, или оно не относится к клиенту этого ключа.",
            "The attachment does not exist, or belongs to another customer than the key's.",
        ),
    ),
    "problem_not_found": ProblemText(
        Text("Нет такого кода", "Problem not found"),
        Text("Проблемы с таким кодом нет.", "No problem has this code."),
        Text(
            "Коды проблем приходят в поле code.",
            "The code of a problem is its code member.",
        ),
    ),
    "external_id_taken": ProblemText(
        Text("Внешний номер занят", "External ID taken"),
        Text(
            "У этого клиента уже есть обращение с таким external_id.",
            "The customer already has a ticket with this external_id.",
        ),
        Text(
            "Обращение названо в поле ticket_id; новое не создано.",
            "The ticket_id member names the existing ticket. No new ticket was created.",
        ),
    ),
    "transition_not_allowed": ProblemText(
        Text("Переход не разрешён", "Transition not allowed"),
        Text(
            "В нынешнем состоянии обращения это действие не разрешено.",
            "The ticket's present state does not allow this action.",
        ),
        Text(
            "Разрешённые действия перечислены в поле allowed_actions.",
            "The allowed_actions member lists the actions that are allowed now.",
        ),
    ),
    "finding_not_allowed": ProblemText(
        Text("Вывод не разрешён", "Finding not allowed"),
        Text(
            "Отложить из-за исчерпанных часов нельзя: минуты ещё есть, или обращение критическое.",
            "The ticket cannot be deferred for exhausted hours: minutes are left, or the ticket is critical.",
        ),
        Text(
            "Часы исчерпываются только учтённым временем (п. 5.1, 5.2), а к критическим "
            "обращениям этот вывод не применяется (п. 2.1).",
            "Hours are exhausted only by recorded time (clauses 5.1, 5.2), and this finding "
            "never applies to critical tickets (clause 2.1).",
        ),
    ),
    "ticket_closed": ProblemText(
        Text("Обращение закрыто", "Ticket closed"),
        Text("Закрытое обращение не принимает ответов.", "A closed ticket accepts no messages from agents."),
        Text(
            "Создайте новое обращение.",
            "Submit a new ticket.",
        ),
    ),
    "chat_not_assigned": ProblemText(
        Text("Чат не закреплён", "Chat not assigned"),
        Text(
            "Чат больше не рабочий чат клиента: отправить в него нельзя (п. 4.1).",
            "The chat is no longer a working chat of the customer, so no message can be sent to "
            "it (clause 4.1).",
        ),
        Text(
            "Закрепите чат за клиентом, чтобы отвечать в него.",
            "Assign the chat to the customer before you answer there.",
        ),
    ),
    "chat_limit_reached": ProblemText(
        Text("Достигнут предел рабочих чатов", "Chat limit reached"),
        Text(
            "Клиенту доступно рабочих чатов: {limit} (п. {clause}).",
            "The customer's limit of working chats is {limit} (clause {clause}).",
        ),
        Text(
            "Освободите один из чатов клиента или смените тариф.",
            "Unassign one of the customer's chats, or change the tariff.",
        ),
    ),
    "chat_assigned_elsewhere": ProblemText(
        Text("Чат закреплён за другим клиентом", "Chat assigned to another customer"),
        Text(
            "Это рабочий чат другого клиента.",
            "The chat is a working chat of another customer.",
        ),
        Text(
            "Сначала освободите чат у другого клиента.",
            "Unassign the chat from the other customer first.",
        ),
    ),
    "reversal_exceeds_entry": ProblemText(
        Text("Исправление больше записи", "Reversal exceeds the entry"),
        Text(
            "Из записи можно вернуть не больше минут: {left_minutes}.",
            "At most {left_minutes} minutes of the entry can still be taken back.",
        ),
        Text(
            "Исправления вместе не превышают исходную запись.",
            "The reversals of an entry cannot exceed the entry itself.",
        ),
    ),
    "attachment_not_stored": ProblemText(
        Text("Вложение не сохранено", "Attachment not stored"),
        Text(
            "У вложения нет содержимого, его состояние: {state}.",
            "The attachment has no content. Its state is {state}.",
        ),
        Text(
            "Содержимое есть только у вложений в состоянии stored. pending: файл ещё загружается из "
            "мессенджера; too_large, unavailable и refused: его не будет.",
            "Only an attachment in the state stored has content. In the state pending, the file "
            "is still being fetched from the messenger. In the states too_large, unavailable and "
            "refused, there will be no content.",
        ),
    ),
    "upload_quota_reached": ProblemText(
        Text("Дневной объём загрузок исчерпан", "Upload quota reached"),
        Text(
            "За сутки для клиента можно загрузить не больше {limit_bytes} байт.",
            "At most {limit_bytes} bytes can be uploaded per customer within 24 hours.",
        ),
        Text(
            "Считается всё, что загружено для клиента за последние 24 часа. Повторите позже; предел "
            "задаёт SUPPORT_UPLOAD_QUOTA_MIB.",
            "All uploads for the customer within the last 24 hours count. Try again later; the "
            "setting SUPPORT_UPLOAD_QUOTA_MIB sets the limit.",
        ),
    ),
    "idempotency_in_progress": ProblemText(
        Text("Запрос ещё выполняется", "Request in progress"),
        Text(
            "Запрос с этим Idempotency-Key ещё выполняется.",
            "A request with this Idempotency-Key is still in progress.",
        ),
        Text(
            "Повторите тот же запрос позже: ответ будет тем же.",
            "Repeat the same request later. The response will be the same.",
        ),
    ),
    "length_required": ProblemText(
        Text("Нужна длина тела", "Length required"),
        Text("Нужен заголовок Content-Length.", "The Content-Length header is required."),
        Text(
            "Загрузка без заявленной длины не принимается: так слишком большой файл отклоняется до передачи.",
            "An upload must declare its length, so that a file that is too large is refused "
            "before it is sent.",
        ),
    ),
    "precondition_failed": ProblemText(
        Text("Версия устарела", "Precondition failed"),
        Text(
            "Объект уже не в той версии, что названа в If-Match.",
            "The object's version does not match If-Match.",
        ),
        Text(
            "Нынешняя версия — в поле version. Прочитайте объект заново и повторите запрос с новым ETag.",
            "The version member has the present version. Read the object again and repeat the "
            "request with its new ETag.",
        ),
    ),
    "precondition_required": ProblemText(
        Text("Нужен If-Match", "Precondition required"),
        Text(
            "Эта операция требует заголовка If-Match.",
            "This operation requires the If-Match header.",
        ),
        Text(
            "Передайте ETag объекта, который вы изменяете, или *.",
            "Send the ETag of the object that you change, or * for any version.",
        ),
    ),
    "body_too_large": ProblemText(
        Text("Тело слишком велико", "Body too large"),
        Text("Тело запроса больше допустимого.", "The body exceeds the size limit."),
        Text("JSON не больше 1 МиБ.", "The limit for JSON is 1 MiB."),
    ),
    "file_too_large": ProblemText(
        Text("Файл слишком велик", "File too large"),
        Text(
            "Файл такого типа может быть не больше {limit_bytes} байт.",
            "The limit for this type of file is {limit_bytes} bytes.",
        ),
        Text(
            "Пределы: изображение 10 МиБ, видео 50 МиБ, документ 20 МиБ.",
            "Size limits: picture 10 MiB, video 50 MiB, document 20 MiB.",
        ),
    ),
    "unsupported_media_type": ProblemText(
        Text("Тип тела не поддерживается", "Unsupported media type"),
        Text(
            "Тип тела запроса не подходит этой операции.",
            "The operation does not accept this Content-Type.",
        ),
        Text(
            "Передайте Content-Type: application/json в кодировке UTF-8.",
            "Send Content-Type: application/json in UTF-8.",
        ),
    ),
    "unsupported_content_encoding": ProblemText(
        Text("Сжатие не поддерживается", "Unsupported content encoding"),
        Text(
            "Тело запроса не должно иметь Content-Encoding.",
            "The body must not have a Content-Encoding.",
        ),
        Text("Не сжимайте тело запроса.", "Send the body uncompressed."),
    ),
    "range_not_satisfiable": ProblemText(
        Text("Диапазона нет", "Range not satisfiable"),
        Text(
            "Запрошенный диапазон начинается за концом файла.",
            "The requested range starts beyond the end of the file.",
        ),
        Text(
            "Размер файла приходит в поле size и в заголовке Content-Range.",
            "The attachment's size member and the Content-Range header have the size of the file.",
        ),
    ),
    "validation_failed": ProblemText(
        Text("Запрос не прошёл проверку", "Validation failed"),
        Text(
            "Часть полей запроса неверна: см. errors.",
            "Parts of the request are invalid: see errors.",
        ),
        Text(
            "Каждый элемент errors называет место (pointer), код и что не так. pointer ведёт в "
            "тело; /query, /path и /header ведут к параметрам.",
            "Each item of errors has a pointer, a code and an explanation. The pointer leads "
            "into the body; /query, /path and /header lead to parameters.",
        ),
    ),
    "file_empty": ProblemText(
        Text("Файл пуст", "File empty"),
        Text("В файле нет ни одного байта.", "The file is empty."),
        Text("Выберите файл с содержимым.", "Choose a file that has content."),
    ),
    "file_type_not_allowed": ProblemText(
        Text("Тип файла не принимается", "File type not allowed"),
        Text("Файлы такого типа не принимаются.", "This type of file is not accepted."),
        Text(
            "Тип определяется по содержимому, не по имени. Принимаются: PNG, JPEG, GIF, WebP, HEIC; "
            "MP4, WebM, QuickTime; PDF, текст в UTF-8, DOCX, XLSX, ODT, ODS без макросов. Архивы, "
            "программы, страницы, SVG, повреждённые и двойные файлы отклоняются.",
            "The type is detected from the content, not from the name. Accepted are PNG, JPEG, "
            "GIF, WebP, HEIC; MP4, WebM, QuickTime; PDF, UTF-8 text, and DOCX, XLSX, ODT, ODS "
            "without macros. Archives, programs, web pages, SVG, damaged files and files of two "
            "types at once are refused.",
        ),
    ),
    "too_many_pixels": ProblemText(
        Text("Слишком много пикселей", "Too many pixels"),
        Text("В изображении больше 40 миллионов пикселей.", "The picture has more than 40 million pixels."),
        Text(
            "Уменьшите изображение: до 40 миллионов пикселей (ширина × высота).",
            "Scale the picture down to 40 million pixels or fewer (width times height).",
        ),
    ),
    "not_registered": ProblemText(
        Text("Обращение не зарегистрировано", "Not registered"),
        Text(
            "По регламенту такое сообщение не регистрируется как обращение.",
            "Under the regulation, this submission does not become a ticket.",
        ),
        Text(
            "Причины с пунктами регламента — в поле decision.",
            "The decision member has the reasons with their clauses.",
        ),
    ),
    "unofficial_channel": ProblemText(
        Text("Неофициальный канал", "Unofficial channel"),
        Text(
            "Рабочие чаты бывают только в официальных мессенджерах (п. 4.1, 4.3).",
            "Working chats exist only in the official messengers (clauses 4.1, 4.3).",
        ),
        Text(
            "Официальные каналы перечисляет GET /v1/regulation.",
            "GET /v1/regulation lists the official channels.",
        ),
    ),
    "idempotency_key_reused": ProblemText(
        Text("Idempotency-Key уже использован", "Idempotency key reused"),
        Text(
            "Этот Idempotency-Key уже использован для другого запроса.",
            "This Idempotency-Key was used for another request.",
        ),
        Text(
            "Для нового запроса нужен новый ключ; повтор должен совпадать с первым запросом до байта.",
            "Use a new key for a new request. A repeated request must equal the first one byte for byte.",
        ),
    ),
    "rate_limited": ProblemText(
        Text("Слишком много запросов", "Rate limited"),
        Text(
            "За минуту слишком много запросов с этим ключом или, если ключ не принят, с этого адреса.",
            "Too many requests per minute with this key or, if the key is invalid, from this address.",
        ),
        Text(
            "Повторите через время, названное в Retry-After.",
            "Try again after the time given in Retry-After.",
        ),
    ),
    "too_many_failed_keys": ProblemText(
        Text("Слишком много неверных ключей", "Too many invalid keys"),
        Text(
            "С этого адреса за минуту пришло слишком много запросов с недействующими ключами.",
            "Too many requests per minute with invalid keys from this address.",
        ),
        Text(
            "Этот ключ неизвестен, отозван или его срок истёк: замените его. Действующие ключи с того же "
            "адреса работают.",
            "This key is unknown, revoked or expired: replace it. Valid keys continue to work "
            "from the same address.",
        ),
    ),
    "headers_too_large": ProblemText(
        Text("Заголовки слишком длинные", "Headers too large"),
        Text(
            "Строка запроса и заголовки вместе длиннее, чем принимает служба.",
            "The request line and the headers together exceed the limit.",
        ),
        Text(
            "Предел — 64 КиБ на строку запроса и все заголовки. Соединение закрыто; обычному вызову "
            "хватает одного килобайта.",
            "The limit is 64 KiB for the request line and all headers. The connection was "
            "closed. An ordinary request needs about one kilobyte.",
        ),
    ),
    "internal_error": ProblemText(
        Text("Внутренняя ошибка", "Internal error"),
        Text(
            "Произошла ошибка на нашей стороне. При обращении к нам назовите request_id.",
            "An error occurred on our side. Quote the request_id when you contact us.",
        ),
        Text(
            "Запрос с Idempotency-Key можно спокойно повторить.",
            "A request with an Idempotency-Key can safely be repeated.",
        ),
    ),
    "store_unavailable": ProblemText(
        Text("Хранилище недоступно", "Store unavailable"),
        Text(
            "База данных сейчас недоступна; ничего не изменено.",
            "The database is unavailable. Nothing was changed.",
        ),
        Text("Повторите запрос позже.", "Repeat the request later."),
    ),
    "outcome_unknown": ProblemText(
        Text("Исход неизвестен", "Outcome unknown"),
        Text(
            "Связь с базой данных прервалась во время записи: изменение могло вступить в силу.",
            "The connection to the database was lost during the commit: the change may have taken effect.",
        ),
        Text(
            "Повторите запрос с тем же Idempotency-Key: он выполнится ровно один раз.",
            "Repeat the request with the same Idempotency-Key. It takes effect exactly once.",
        ),
    ),
    "not_ready": ProblemText(
        Text("Сервис не готов", "Not ready"),
        Text("Сервис не готов принимать запросы.", "The service is not ready to accept requests."),
        Text(
            "Сервис запускается, останавливается, или база данных недоступна.",
            "The service is starting or stopping, or its database is unavailable.",
        ),
    ),
}


ERROR_TEXTS: Mapping[str, Text] = {
    "missing": Text("Поле обязательно.", "This member is required."),
    "unknown_member": Text("Такого поля нет.", "This member does not exist."),
    "too_long": Text("Слишком длинно.", "Too long."),
    "too_short": Text("Слишком коротко.", "Too short."),
    "wrong_type": Text("Неверный тип значения.", "The value has the wrong type."),
    "not_allowed_value": Text("Такое значение не допускается.", "The value is not allowed."),
    "out_of_range": Text("Значение вне допустимых границ.", "The value is out of range."),
    "bad_format": Text("Неверный формат значения.", "The format is invalid."),
    "not_for_this_licence": Text("Поле неприменимо при такой лицензии.", "Not allowed with this licence."),
    "not_for_this_author": Text("Поле неприменимо при таком авторе.", "Not allowed with this author."),
    "not_for_this_finding": Text("Поле неприменимо при таком выводе.", "Not allowed with this finding."),
    "exactly_one_of_customer_id_and_entitlement": Text(
        "Нужно ровно одно из полей customer_id и entitlement.",
        "Exactly one of customer_id and entitlement is required.",
    ),
    "overlaps_another": Text("Период пересекается с другим.", "The period overlaps another one."),
    "before_from": Text("Конец раньше начала.", "The end is before the start."),
    "not_after_opens": Text(
        "Закрытие должно быть позже открытия.", "The closing time must be after the opening time."
    ),
    "blank": Text("Текст пуст.", "The text must not be blank."),
    "repeated": Text("Значение повторяется.", "The value is repeated."),
    "in_the_future": Text("Момент не может быть в будущем.", "The time must not be in the future."),
    "in_the_past": Text("Момент должен быть в будущем.", "The time must be in the future."),
    "article_not_found": Text("Такой статьи нет.", "No such article."),
    "attachment_not_found": Text("Такого вложения нет.", "No such attachment."),
    "attachment_in_use": Text(
        "Вложение уже относится к другому сообщению.", "The attachment already belongs to another message."
    ),
    "attachment_not_stored": Text("У вложения нет содержимого.", "The attachment has no content."),
    "invalid": Text("Недопустимое значение.", "The value is invalid."),
}

LIMIT_TEXTS: Mapping[str, Text] = {
    "string_too_long": Text(
        "Слишком длинно: символов не больше {limit}.", "Too long: at most {limit} characters."
    ),
    "string_too_short": Text(
        "Слишком коротко: символов не меньше {limit}.", "Too short: at least {limit} characters."
    ),
    "too_long": Text("Слишком много: элементов не больше {limit}.", "Too many: at most {limit} items."),
    "too_short": Text("Слишком мало: элементов не меньше {limit}.", "Too few: at least {limit} items."),
    "greater_than_equal": Text(
        "Значение должно быть не меньше {limit}.", "The value must be at least {limit}."
    ),
    "less_than_equal": Text("Значение должно быть не больше {limit}.", "The value must be at most {limit}."),
    "instant_out_of_range": Text("Год — с 2000 по 2100.", "The year must be between 2000 and 2100."),
    "day_out_of_range": Text("Год — с 2000 по 2100.", "The year must be between 2000 and 2100."),
    "not_allowed_value": Text("Допустимые значения: {limit}.", "Allowed values: {limit}."),
    "unknown_member": Text(
        "Такого поля нет. Похожее поле: {limit}.", "This member does not exist. The nearest one is {limit}."
    ),
    "string_type": Text("Неверный тип: нужна строка.", "Wrong type: a string is expected."),
    "bool_type": Text("Неверный тип: нужно true или false.", "Wrong type: a boolean is expected."),
    "bool_parsing": Text("Неверный тип: нужно true или false.", "Wrong type: a boolean is expected."),
    "int_type": Text("Неверный тип: нужно целое число.", "Wrong type: an integer is expected."),
    "int_parsing": Text("Неверный тип: нужно целое число.", "Wrong type: an integer is expected."),
    "int_from_float": Text("Неверный тип: нужно целое число.", "Wrong type: an integer is expected."),
    "list_type": Text("Неверный тип: нужен массив.", "Wrong type: an array is expected."),
    "dict_type": Text("Неверный тип: нужен объект.", "Wrong type: an object is expected."),
    "model_type": Text("Неверный тип: нужен объект.", "Wrong type: an object is expected."),
    "model_attributes_type": Text("Неверный тип: нужен объект.", "Wrong type: an object is expected."),
}
"""By Pydantic's name for the error: texts that say more than the text of the code does."""
