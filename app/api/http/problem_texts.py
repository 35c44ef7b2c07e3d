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
        Text("Некорректный запрос", "Malformed request"),
        Text(
            "Строка запроса или заголовки не соответствуют HTTP/1.1.",
            "The request line or the headers are not valid HTTP/1.1.",
        ),
        Text(
            "Соединение закрыто, потому что начало следующего запроса определить нельзя. В запросе "
            "HTTP/1.1 нужен ровно один заголовок Host; версии, кроме 1.0 и 1.1, не поддерживаются.",
            "The connection was closed, because the start of the next request cannot be determined. "
            "An HTTP/1.1 request needs exactly one Host header. The supported versions are 1.0 and 1.1.",
        ),
    ),
    "malformed_body": ProblemText(
        Text("Некорректное тело запроса", "Malformed body"),
        Text(
            "Тело запроса не является корректным JSON в кодировке UTF-8.",
            "The body is not valid JSON in UTF-8.",
        ),
        Text(
            "Передайте одно значение JSON в UTF-8. Повторяющиеся поля, NaN, Infinity и одиночные "
            "суррогаты не допускаются. Пределы: 64 уровня вложенности, 1000 полей в объекте и 10 000 "
            "разделителей, строк и скобок в теле.",
            "Send one JSON value in UTF-8. Duplicate members, NaN, Infinity and lone surrogates "
            "are not allowed. The limits are 64 levels of nesting, 1,000 members per object and 10,000 "
            "separators, strings and brackets per body.",
        ),
    ),
    "malformed_form": ProblemText(
        Text("Некорректная форма", "Malformed form"),
        Text(
            "Тело запроса не является корректной формой multipart/form-data заявленной длины.",
            "The body is not a valid multipart/form-data form of the declared length.",
        ),
        Text(
            "Передайте форму по RFC 7578: разделитель (boundary) из Content-Type, не больше двух частей с "
            "короткими заголовками, длина ровно та, что указана в Content-Length.",
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
            "Курсор действует только с теми фильтрами и той сортировкой, с которыми он получен. "
            "Начните список сначала или перейдите по ссылке из заголовка Link.",
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
            "Запрос мессенджера должен содержать секрет, заданный при настройке вебхука.",
            "The messenger's request must contain the secret that was set with the webhook.",
        ),
        Text(
            "Секрета нет, или он не совпадает с заданным в настройках сервиса. Настройте вебхук заново с "
            "текущим секретом: python -m app telegram setup.",
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
        Text("Недоступно для ключа одного клиента", "Not available to confined keys"),
        Text(
            "Ключ, ограниченный одним клиентом, не может выполнить эту операцию.",
            "A key that is confined to one customer cannot use this operation.",
        ),
        Text(
            "Используйте ключ, не ограниченный одним клиентом.",
            "Use a key that is not confined to a customer.",
        ),
    ),
    "not_found": ProblemText(
        Text("Адрес не найден", "Not found"),
        Text("По этому адресу ничего нет.", "No resource has this address."),
        Text(
            "Проверьте путь: косая черта в конце тоже имеет значение.",
            "Check the path. A trailing slash is significant.",
        ),
    ),
    "method_not_allowed": ProblemText(
        Text("Метод не поддерживается", "Method not allowed"),
        Text(
            "Этот адрес не поддерживает такой метод.",
            "This address does not support the method.",
        ),
        Text(
            "Поддерживаемые методы перечислены в заголовке Allow.",
            "The Allow header lists the supported methods.",
        ),
    ),
    "ticket_not_found": ProblemText(
        Text("Обращение не найдено", "Ticket not found"),
        Text("Такого обращения нет.", "No such ticket."),
        Text(
            "Обращения нет, или оно относится к другому клиенту, чем ключ.",
            "The ticket does not exist, or belongs to a customer other than the key's.",
        ),
    ),
    "customer_not_found": ProblemText(
        Text("Клиент не найден", "Customer not found"),
        Text("Такого клиента нет.", "No such customer."),
        Text(
            "Клиент не создан, или ключ ограничен другим клиентом.",
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
            "Исключения из календаря на эту дату нет.",
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
            "Список тарифов: GET /v1/tariffs.",
            "GET /v1/tariffs lists the tariffs.",
        ),
    ),
    "time_entry_not_found": ProblemText(
        Text("Запись времени не найдена", "Time entry not found"),
        Text("Такой записи времени нет.", "No such time entry."),
        Text(
            "Список записей времени обращения: GET /v1/tickets/{ticket_id}/time-entries.",
            "GET /v1/tickets/{ticket_id}/time-entries lists the time entries of a ticket.",
        ),
    ),
    "article_not_found": ProblemText(
        Text("Статья не найдена", "Article not found"),
        Text("Такой статьи нет.", "No such article."),
        Text(
            "Статей пока нет: не передавайте article_id.", "There are no articles yet: leave article_id out."
        ),
    ),
    "attachment_not_found": ProblemText(
        Text("Вложение не найдено", "Attachment not found"),
        Text("Такого вложения нет.", "No such attachment."),
        Text(
            "Вложения нет, или оно относится к другому клиенту, чем ключ.",
            "The attachment does not exist, or belongs to a customer other than the key's.",
        ),
    ),
    "problem_not_found": ProblemText(
        Text("Неизвестный код ошибки", "Problem not found"),
        Text("Ошибки с таким кодом нет.", "No problem has this code."),
        Text(
            "Код ошибки приходит в её поле code. Все коды: GET /problems.",
            "The code member of a problem has its code. GET /problems lists all codes.",
        ),
    ),
    "upload_too_slow": ProblemText(
        Text("Загрузка длится слишком долго", "Upload too slow"),
        Text(
            "Файл не передан за десять минут. Соединение закрыто.",
            "The upload took longer than ten minutes. The connection was closed.",
        ),
        Text(
            "Ничего не сохранено. Повторите загрузку, при медленном соединении — уменьшив файл.",
            "Nothing was stored. Repeat the upload; on a slow connection, make the file smaller.",
        ),
    ),
    "request_timeout": ProblemText(
        Text("Запрос не получен вовремя", "Request timeout"),
        Text(
            "Запрос пришёл не полностью в отведённое время.", "The request did not arrive completely in time."
        ),
        Text(
            "Запрос не выполнялся, соединение закрыто. Сроки: 10 секунд на строку запроса и заголовки; "
            "тело — без пауз дольше 60 секунд и, после первых 20 секунд, не медленнее 1 КиБ в секунду. "
            "Повторите запрос.",
            "The request was not processed and the connection was closed. The limits are 10 seconds for the "
            "request line and headers; for the body, no pause longer than 60 seconds and, after the first 20 "
            "seconds, at least 1 KiB per second. Repeat the request.",
        ),
    ),
    "external_id_taken": ProblemText(
        Text("Внешний идентификатор занят", "External ID taken"),
        Text(
            "У этого клиента уже есть обращение с таким external_id.",
            "The customer already has a ticket with this external_id.",
        ),
        Text(
            "Существующее обращение указано в поле ticket_id. Новое не создано.",
            "The ticket_id member names the existing ticket. No new ticket was created.",
        ),
    ),
    "transition_not_allowed": ProblemText(
        Text("Переход не разрешён", "Transition not allowed"),
        Text(
            "В текущем состоянии обращения это действие не разрешено.",
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
            "Отложить обращение из-за исчерпанных часов нельзя: минуты ещё есть, или оно критическое.",
            "The ticket cannot be deferred for exhausted hours: minutes are left, or the ticket is critical.",
        ),
        Text(
            "Часы считаются исчерпанными только по учтённому времени (п. 5.1, 5.2). К критическим "
            "обращениям этот вывод не применяется (п. 2.1).",
            "Hours are exhausted only by recorded time (clauses 5.1, 5.2). This finding never "
            "applies to critical tickets (clause 2.1).",
        ),
    ),
    "ticket_closed": ProblemText(
        Text("Обращение закрыто", "Ticket closed"),
        Text(
            "Специалист не может ответить в закрытое обращение.",
            "A closed ticket accepts no messages from agents.",
        ),
        Text(
            "Создайте новое обращение.",
            "Submit a new ticket.",
        ),
    ),
    "chat_not_assigned": ProblemText(
        Text("Чат не закреплён", "Chat not assigned"),
        Text(
            "Чат больше не является рабочим чатом клиента, отправить в него сообщение нельзя (п. 4.1).",
            "The chat is no longer a working chat of the customer, so no message can be sent to "
            "it (clause 4.1).",
        ),
        Text(
            "Чтобы ответить в этот чат, снова закрепите его за клиентом.",
            "Assign the chat to the customer before you answer there.",
        ),
    ),
    "chat_limit_reached": ProblemText(
        Text("Достигнут лимит рабочих чатов", "Chat limit reached"),
        Text(
            "Лимит рабочих чатов клиента: {limit} (п. {clause}).",
            "The customer's limit of working chats is {limit} (clause {clause}).",
        ),
        Text(
            "Открепите один из чатов клиента или смените тариф.",
            "Unassign one of the customer's chats, or change the tariff.",
        ),
    ),
    "chat_assigned_elsewhere": ProblemText(
        Text("Чат закреплён за другим клиентом", "Chat assigned to another customer"),
        Text(
            "Чат уже закреплён за другим клиентом.",
            "The chat is a working chat of another customer.",
        ),
        Text(
            "Сначала открепите чат от другого клиента.",
            "Unassign the chat from the other customer first.",
        ),
    ),
    "reversal_exceeds_entry": ProblemText(
        Text("Возврат минут больше записи", "Reversal exceeds the entry"),
        Text(
            "Из этой записи можно вернуть не больше {left_minutes} мин.",
            "At most {left_minutes} minutes of the entry can still be taken back.",
        ),
        Text(
            "Вместе возвраты не могут превышать исходную запись.",
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
            "Содержимое есть только у вложений в состоянии stored. В состоянии pending файл ещё загружается "
            "из мессенджера. В состояниях too_large, unavailable и refused содержимого не будет.",
            "Only an attachment in the state stored has content. In the state pending, the file "
            "is still being fetched from the messenger. In the states too_large, unavailable and "
            "refused, there will be no content.",
        ),
    ),
    "upload_quota_reached": ProblemText(
        Text("Исчерпан суточный объём загрузок", "Upload quota reached"),
        Text(
            "За сутки для клиента можно загрузить не больше {limit_bytes} байт.",
            "At most {limit_bytes} bytes can be uploaded per customer within 24 hours.",
        ),
        Text(
            "Учитываются все загрузки для клиента за последние 24 часа, в том числе незавершённые. "
            "Повторите позже. Предел задаёт настройка SUPPORT_UPLOAD_QUOTA_MIB.",
            "All uploads for the customer within the last 24 hours count, and those in progress. Try "
            "again later. The setting SUPPORT_UPLOAD_QUOTA_MIB sets the limit.",
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
            "Укажите длину: она нужна, чтобы отклонить слишком большой файл до передачи.",
            "Declare the length of the upload. A file that is too large is then refused before it is sent.",
        ),
    ),
    "precondition_failed": ProblemText(
        Text("Версия устарела", "Precondition failed"),
        Text(
            "Версия объекта не совпадает с указанной в If-Match.",
            "The object's version does not match If-Match.",
        ),
        Text(
            "Текущая версия — в поле version. Прочитайте объект заново и повторите запрос с новым ETag.",
            "The version member has the present version. Read the object again and repeat the "
            "request with its new ETag.",
        ),
    ),
    "precondition_required": ProblemText(
        Text("Нужен If-Match", "Precondition required"),
        Text(
            "Для этой операции нужен заголовок If-Match.",
            "This operation requires the If-Match header.",
        ),
        Text(
            "Передайте ETag изменяемого объекта или * для любой версии.",
            "Send the ETag of the object that you change, or * for any version.",
        ),
    ),
    "body_too_large": ProblemText(
        Text("Тело запроса слишком велико", "Body too large"),
        Text("Размер тела запроса больше допустимого.", "The body exceeds the size limit."),
        Text("Предел для JSON — 1 МиБ.", "The limit for JSON is 1 MiB."),
    ),
    "file_too_large": ProblemText(
        Text("Файл слишком велик", "File too large"),
        Text(
            "Предел для файлов этого типа — {limit_bytes} байт.",
            "The limit for this type of file is {limit_bytes} bytes.",
        ),
        Text(
            "Пределы: изображение 10 МиБ, видео 50 МиБ, документ 20 МиБ.",
            "Size limits: image 10 MiB, video 50 MiB, document 20 MiB.",
        ),
    ),
    "unsupported_media_type": ProblemText(
        Text("Тип тела не поддерживается", "Unsupported media type"),
        Text(
            "Операция не принимает такой Content-Type.",
            "The operation does not accept this Content-Type.",
        ),
        Text(
            "Передайте application/json в кодировке UTF-8, при загрузке файла — multipart/form-data.",
            "Send application/json in UTF-8, or multipart/form-data for an upload.",
        ),
    ),
    "unsupported_content_encoding": ProblemText(
        Text("Сжатие не поддерживается", "Unsupported content encoding"),
        Text(
            "Тело запроса не должно иметь Content-Encoding.",
            "The body must not have a Content-Encoding.",
        ),
        Text("Передайте тело запроса без сжатия.", "Send the body uncompressed."),
    ),
    "range_not_satisfiable": ProblemText(
        Text("Диапазон недоступен", "Range not satisfiable"),
        Text(
            "Запрошенный диапазон начинается за концом файла.",
            "The requested range starts beyond the end of the file.",
        ),
        Text(
            "Размер файла указан в поле size вложения и в заголовке Content-Range.",
            "The attachment's size member and the Content-Range header have the size of the file.",
        ),
    ),
    "validation_failed": ProblemText(
        Text("Запрос не прошёл проверку", "Validation failed"),
        Text(
            "В запросе есть неверные поля: см. errors.",
            "Parts of the request are invalid: see errors.",
        ),
        Text(
            "Каждый элемент errors содержит указатель (pointer), код и пояснение. Указатель ведёт в тело "
            "запроса; начало /query, /path или /header означает параметр.",
            "Each item of errors has a pointer, a code and an explanation. The pointer leads "
            "into the body, or to a parameter if it begins with /query, /path or /header.",
        ),
    ),
    "file_empty": ProblemText(
        Text("Файл пуст", "File empty"),
        Text("Файл не содержит данных.", "The file is empty."),
        Text("Выберите непустой файл.", "Choose a file that has content."),
    ),
    "file_type_not_allowed": ProblemText(
        Text("Тип файла не принимается", "File type not allowed"),
        Text("Файлы такого типа не принимаются.", "This type of file is not accepted."),
        Text(
            "Тип определяется по содержимому, не по имени. Принимаются: PNG, JPEG, GIF, WebP, HEIC; "
            "MP4, WebM, QuickTime; PDF, текст в UTF-8, DOCX, XLSX, ODT, ODS без макросов, пароля, "
            "встроенных объектов, внешних шаблонов и картинок по ссылке. Архивы, программы, веб-страницы, "
            "SVG, RTF, старые форматы DOC и XLS, повреждённые файлы и файлы сразу двух типов отклоняются.",
            "The type is detected from the content, not from the name. Accepted are PNG, JPEG, "
            "GIF, WebP, HEIC; MP4, WebM, QuickTime; PDF, UTF-8 text, and DOCX, XLSX, ODT, ODS "
            "without macros, passwords, embedded objects, external templates and linked images. "
            "Archives, programs, web pages, SVG, RTF, the old formats DOC and XLS, damaged files "
            "and files of two types at once are refused.",
        ),
    ),
    "too_many_pixels": ProblemText(
        Text("Слишком много пикселей", "Too many pixels"),
        Text("В изображении больше 40 миллионов пикселей.", "The image has more than 40 million pixels."),
        Text(
            "Уменьшите изображение до 40 миллионов пикселей (ширина × высота).",
            "Scale the image down to 40 million pixels or fewer (width times height).",
        ),
    ),
    "not_registered": ProblemText(
        Text("Обращение не зарегистрировано", "Not registered"),
        Text(
            "По регламенту обращение не регистрируется.",
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
            "Список официальных каналов: GET /v1/regulation.",
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
            "Для нового запроса нужен новый ключ. Повторный запрос должен совпадать с первым байт в байт.",
            "Use a new key for a new request. A repeated request must equal the first one byte for byte.",
        ),
    ),
    "rate_limited": ProblemText(
        Text("Слишком много запросов", "Rate limited"),
        Text(
            "Слишком много запросов в минуту с этим ключом или, если ключ недействителен, с этого адреса.",
            "Too many requests per minute with this key or, if the key is invalid, from this address.",
        ),
        Text(
            "Повторите запрос через время, указанное в Retry-After.",
            "Try again after the time given in Retry-After.",
        ),
    ),
    "too_many_failed_keys": ProblemText(
        Text("Слишком много неверных ключей", "Too many invalid keys"),
        Text(
            "С этого адреса за минуту пришло слишком много запросов с недействительными ключами.",
            "Too many requests per minute with invalid keys from this address.",
        ),
        Text(
            "Этот ключ неизвестен, отозван или его срок истёк: замените его. Действующие ключи "
            "продолжают работать и с этого адреса.",
            "This key is unknown, revoked or expired: replace it. Valid keys continue to work "
            "from the same address.",
        ),
    ),
    "too_many_long_texts": ProblemText(
        Text("Слишком много длинных текстов одновременно", "Too many long texts at once"),
        Text(
            "Слишком много длинных текстов этого ключа ждут проверки.",
            "Too many long texts of this key wait for their analysis.",
        ),
        Text(
            "Тексты длиннее 1000 символов проверяются по одному, ключи обслуживаются по очереди. "
            "Отправляйте длинные тексты одного ключа последовательно и повторите запрос через время, "
            "указанное в Retry-After.",
            "Texts of more than 1,000 characters are analysed one at a time, and the keys take turns. Send "
            "the long texts of a key one after another, and try again after the time given in Retry-After.",
        ),
    ),
    "creation_limit_reached": ProblemText(
        Text("Достигнут суточный предел обращений", "Creation limit reached"),
        Text(
            "За сутки создано столько обращений, сколько допускает предел: {limit_of}.",
            "As many tickets were created within 24 hours as the limit allows: {limit_of}.",
        ),
        Text(
            "Поле limit_of называет предел: customer — обращения клиента, chat — обращения чата. Обращение "
            "не создано. Повторите запрос через время, указанное в Retry-After. Пределы задают настройки "
            "SUPPORT_CUSTOMER_TICKETS_PER_DAY и SUPPORT_CHAT_TICKETS_PER_DAY.",
            "The limit_of member names the limit: customer for the customer's tickets, chat for the chat's. "
            "No ticket was created. Try again after the time given in Retry-After. The settings "
            "SUPPORT_CUSTOMER_TICKETS_PER_DAY and SUPPORT_CHAT_TICKETS_PER_DAY set the limits.",
        ),
    ),
    "too_many_uploads": ProblemText(
        Text("Слишком много загрузок сразу", "Too many uploads at once"),
        Text(
            "С этим ключом уже передаются четыре файла.",
            "Four uploads with this key are already in progress.",
        ),
        Text(
            "Повторите загрузку через время, указанное в Retry-After, или когда закончится одна из "
            "текущих загрузок.",
            "Try again after the time given in Retry-After, or when one of the uploads has ended.",
        ),
    ),
    "headers_too_large": ProblemText(
        Text("Заголовки слишком длинные", "Headers too large"),
        Text(
            "Строка запроса и заголовки вместе длиннее допустимого.",
            "The request line and the headers together exceed the limit.",
        ),
        Text(
            "Предел — 64 КиБ на строку запроса и все заголовки, включая служебные данные тела, передаваемого "
            "частями (chunked). Соединение закрыто. Обычному запросу хватает одного килобайта.",
            "The limit is 64 KiB for the request line and all headers, including the framing and "
            "trailers of a chunked body. The connection was closed. An ordinary request needs about "
            "one kilobyte.",
        ),
    ),
    "internal_error": ProblemText(
        Text("Внутренняя ошибка", "Internal error"),
        Text(
            "Произошла ошибка на нашей стороне. Сообщая о ней, укажите request_id.",
            "An error occurred on our side. Quote the request_id when you contact us.",
        ),
        Text(
            "Запрос с Idempotency-Key можно безопасно повторить.",
            "A request with an Idempotency-Key can safely be repeated.",
        ),
    ),
    "search_too_slow": ProblemText(
        Text("Поиск слишком долгий", "Search too slow"),
        Text(
            "Поиск не уложился в 1 секунду. Сузьте его: задайте период (created_from, created_to), "
            "клиента или меньше слов.",
            "The search did not finish within 1 second. Narrow it: give a period (created_from, created_to), "
            "a customer or fewer words.",
        ),
        Text(
            "В эту секунду входит ожидание других поисков. Долгие поиски с одним ключом выполняются "
            "по очереди: отправляйте их один за другим.",
            "The second includes the wait for other searches. Slow searches of one key run one after "
            "another: send them one at a time.",
        ),
    ),
    "store_unavailable": ProblemText(
        Text("База данных недоступна", "Database unavailable"),
        Text(
            "База данных сейчас недоступна. Ничего не изменено.",
            "The database is unavailable. Nothing was changed.",
        ),
        Text("Повторите запрос позже.", "Repeat the request later."),
    ),
    "outcome_unknown": ProblemText(
        Text("Результат неизвестен", "Outcome unknown"),
        Text(
            "База данных не подтвердила запись: изменение могло сохраниться.",
            "The database did not confirm the commit: the change may have taken effect.",
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
            "Сервис запускается или останавливается, либо недоступна база данных.",
            "The service is starting or stopping, or its database is unavailable.",
        ),
    ),
    "storage_full": ProblemText(
        Text("Нет места для файлов", "Storage full"),
        Text(
            "На диске сервиса нет места для файлов. Ничего не сохранено.",
            "The service's disk has no room for files. Nothing was stored.",
        ),
        Text(
            "Последние 5 % диска, но не меньше 16 МиБ, остаются базе данных: обращения принимаются "
            "и дальше. Освободите место на диске и повторите загрузку.",
            "The last 5 % of the disk, and at least 16 MiB, are kept for the database, so tickets are "
            "still accepted. Free disk space and repeat the upload.",
        ),
    ),
    "too_many_connections": ProblemText(
        Text("Слишком много соединений", "Too many connections"),
        Text(
            "Достигнут предел одновременных соединений.",
            "The limit of simultaneous connections has been reached.",
        ),
        Text(
            "Запрос не выполнялся, соединение закрыто. Повторите его через время из заголовка "
            "Retry-After. Используйте постоянное соединение вместо нового на каждый запрос. Пробы и "
            "метрики доступны и сверх предела.",
            "The request was not processed and the connection was closed. Repeat it after the time in "
            "Retry-After. Keep one connection open instead of a new one per request. Probes and metrics are "
            "served above the limit too.",
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
    "not_for_this_licence": Text("Поле не допускается при такой лицензии.", "Not allowed with this licence."),
    "not_for_this_author": Text("Поле не допускается при таком авторе.", "Not allowed with this author."),
    "not_for_this_finding": Text("Поле не допускается при таком выводе.", "Not allowed with this finding."),
    "exactly_one_of_customer_id_and_entitlement": Text(
        "Нужно ровно одно из полей customer_id и entitlement.",
        "Exactly one of customer_id and entitlement is required.",
    ),
    "overlaps_another": Text("Период пересекается с другим.", "The period overlaps another one."),
    "before_from": Text("Конец раньше начала.", "The end is before the start."),
    "not_after_opens": Text(
        "Закрытие должно быть позже открытия.", "The closing time must be after the opening time."
    ),
    "blank": Text("Текст не должен быть пустым.", "The text must not be blank."),
    "repeated": Text("Значение повторяется.", "The value is repeated."),
    "in_the_future": Text("Время не может быть в будущем.", "The time must not be in the future."),
    "in_the_past": Text("Время должно быть в будущем.", "The time must be in the future."),
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
