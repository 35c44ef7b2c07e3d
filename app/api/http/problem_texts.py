"""What each problem and each validation error says, in both languages.

`{names}` are filled with members of the problem. No text repeats what the caller has sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.wording.text import Text


@dataclass(frozen=True, slots=True)
class ProblemText:
    """The texts of a problem: title, detail and, for its page, what it means and what to do."""

    title: Text
    detail: Text
    meaning: Text


PROBLEM_TEXTS: Mapping[str, ProblemText] = {
    "malformed_request": ProblemText(
        Text("Запрос не читается", "Malformed request"),
        Text(
            "Строка запроса или заголовки — не HTTP/1.1.", "The request line or the headers are not HTTP/1.1."
        ),
        Text(
            "Соединение закрыто: где начинается следующий запрос, неизвестно.",
            "The connection was closed: nobody can tell where the next request begins.",
        ),
    ),
    "malformed_body": ProblemText(
        Text("Тело запроса не читается", "Malformed body"),
        Text(
            "Тело запроса не является корректным JSON в кодировке UTF-8.",
            "The body is not well-formed JSON in UTF-8.",
        ),
        Text(
            "JSON должен быть один, в UTF-8, без повторяющихся полей, без NaN и Infinity, без "
            "одиночных суррогатов, не глубже 64 уровней, до 1000 полей в объекте.",
            "Send one JSON value in UTF-8, without repeated members, NaN, Infinity or lone "
            "surrogates, nested at most 64 levels deep, with up to 1,000 members an object.",
        ),
    ),
    "malformed_form": ProblemText(
        Text("Форма не читается", "Malformed form"),
        Text(
            "Тело запроса не является корректной формой multipart/form-data заявленной длины.",
            "The body is not a well-formed multipart/form-data form of the length that was told.",
        ),
        Text(
            "Форма должна быть по RFC 7578, с boundary из Content-Type, до двух частей с короткими "
            "заголовками, ровно той длины, что в Content-Length.",
            "Send a form as RFC 7578 has it, with the boundary of Content-Type, at most two parts "
            "with short headers, exactly as long as Content-Length says.",
        ),
    ),
    "bad_cursor": ProblemText(
        Text("Неверный курсор", "Bad cursor"),
        Text(
            "Этот курсор не подходит к этому запросу.",
            "This cursor does not belong to this request.",
        ),
        Text(
            "Курсор действует только с теми же фильтрами и той же сортировкой, с которыми он "
            "выдан. Начните список сначала или перейдите по ссылке из заголовка Link.",
            "A cursor is good only with the filters and the order that it was given for. Start the "
            "list anew, or follow the Link header.",
        ),
    ),
    "unauthenticated": ProblemText(
        Text("Ключ не принят", "Unauthenticated"),
        Text(
            "Нужен действующий ключ API в заголовке Authorization: Bearer.",
            "A valid API key is needed in the header Authorization: Bearer.",
        ),
        Text(
            "Ключа нет, он неизвестен, отозван или его срок истёк.",
            "The key is absent, unknown, revoked or expired.",
        ),
    ),
    "wrong_webhook_secret": ProblemText(
        Text("Секрет вебхука не принят", "Wrong webhook secret"),
        Text(
            "Запрос мессенджера должен нести секрет, заданный при настройке вебхука.",
            "A messenger's request must carry the secret that its webhook was set up with.",
        ),
        Text(
            "Секрета нет или он не совпадает с настройками службы. Задайте вебхук заново с нынешним "
            "секретом: python -m app telegram setup.",
            "The secret is absent, or is not the one in the service's settings. Set the webhook up anew "
            "with the present one: python -m app telegram setup.",
        ),
    ),
    "missing_scope": ProblemText(
        Text("Недостаточно прав", "Missing scope"),
        Text("Ключу не хватает права {scope}.", "The key lacks the scope {scope}."),
        Text(
            "Операция требует права, которого у ключа нет; оно названо в поле scope.",
            "The operation needs a scope that the key does not have; the member scope names it.",
        ),
    ),
    "not_for_confined_keys": ProblemText(
        Text("Недоступно ключу одного клиента", "Not for confined keys"),
        Text(
            "Ключ, ограниченный одним клиентом, не может выполнить эту операцию.",
            "A key that is confined to one customer cannot do this.",
        ),
        Text(
            "Такие операции выполняет ключ без ограничения одним клиентом.",
            "Use a key that is not confined to a customer.",
        ),
    ),
    "not_found": ProblemText(
        Text("Нет такого адреса", "Not found"),
        Text("По этому адресу ничего нет.", "There is nothing at this address."),
        Text(
            "Проверьте путь: косая черта в конце тоже имеет значение.",
            "Check the path: a trailing slash counts too.",
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
            "The header Allow lists the methods that are supported.",
        ),
    ),
    "ticket_not_found": ProblemText(
        Text("Обращение не найдено", "Ticket not found"),
        Text("Такого обращения нет.", "There is no such ticket."),
        Text(
            "Обращения нет, или оно не относится к клиенту этого ключа.",
            "The ticket does not exist, or is not of the customer of this key.",
        ),
    ),
    "customer_not_found": ProblemText(
        Text("Клиент не найден", "Customer not found"),
        Text("Такого клиента нет.", "There is no such customer."),
        Text(
            "Клиент не заведён, или ключ ограничен другим клиентом.",
            "The customer is not known, or the key is confined to another one.",
        ),
    ),
    "chat_not_found": ProblemText(
        Text("Чат не найден", "Chat not found"),
        Text("Такого рабочего чата нет.", "There is no such working chat."),
        Text(
            "Чат не является рабочим чатом этого клиента.",
            "The chat is not a working chat of this customer.",
        ),
    ),
    "staff_not_found": ProblemText(
        Text("Сотрудник не найден", "Staff member not found"),
        Text("Такого сотрудника в списке нет.", "There is no such person in the list of staff."),
        Text(
            "Проверьте канал и идентификатор человека в мессенджере.",
            "Check the channel and the messenger's id of the person.",
        ),
    ),
    "exception_not_found": ProblemText(
        Text("Исключение не найдено", "Exception not found"),
        Text(
            "На эту дату нет исключения из календаря.",
            "The calendar has no exception on this date.",
        ),
        Text(
            "Дата живёт по производственному календарю.",
            "The date follows the production calendar.",
        ),
    ),
    "tariff_not_found": ProblemText(
        Text("Тариф не найден", "Tariff not found"),
        Text("Такого тарифа нет.", "There is no such tariff."),
        Text(
            "Тарифы перечисляет GET /v1/tariffs.",
            "GET /v1/tariffs lists the tariffs.",
        ),
    ),
    "time_entry_not_found": ProblemText(
        Text("Запись времени не найдена", "Time entry not found"),
        Text("Такой записи времени нет.", "There is no such time entry."),
        Text(
            "Записи обращения перечисляет GET /v1/tickets/{ticket_id}/time-entries.",
            "GET /v1/tickets/{ticket_id}/time-entries lists the entries of a ticket.",
        ),
    ),
    "article_not_found": ProblemText(
        Text("Статья не найдена", "Article not found"),
        Text("Такой статьи нет.", "There is no such article."),
        Text("Статьи перечисляет GET /v1/articles.", "GET /v1/articles lists the articles."),
    ),
    "attachment_not_found": ProblemText(
        Text("Вложение не найдено", "Attachment not found"),
        Text("Такого вложения нет.", "There is no such attachment."),
        Text(
            "Вложения нет, или оно не относится к клиенту этого ключа.",
            "The attachment does not exist, or is not of the customer of this key.",
        ),
    ),
    "problem_not_found": ProblemText(
        Text("Нет такого кода", "Problem not found"),
        Text("Проблемы с таким кодом нет.", "There is no problem of this code."),
        Text(
            "Коды проблем приходят в поле code.",
            "The codes of problems come in the member code.",
        ),
    ),
    "external_id_taken": ProblemText(
        Text("Внешний номер занят", "External id taken"),
        Text(
            "У этого клиента уже есть обращение с таким external_id.",
            "The customer already has a ticket with this external_id.",
        ),
        Text(
            "Обращение названо в поле ticket_id; новое не создано.",
            "The member ticket_id names the ticket; no new one was made.",
        ),
    ),
    "transition_not_allowed": ProblemText(
        Text("Переход не разрешён", "Transition not allowed"),
        Text(
            "В нынешнем состоянии обращения это действие не разрешено.",
            "The ticket does not allow this action in its present state.",
        ),
        Text(
            "Разрешённые действия перечислены в поле allowed_actions.",
            "The member allowed_actions lists what is allowed.",
        ),
    ),
    "finding_not_allowed": ProblemText(
        Text("Вывод не разрешён", "Finding not allowed"),
        Text(
            "Часы нельзя признать исчерпанными: они не исчерпаны, или обращение критическое.",
            "The hours cannot be found exhausted: they are not, or the ticket is critical.",
        ),
        Text(
            "Исчерпание часов признаётся по учёту времени (п. 5.1, 5.2) и никогда для критических "
            "обращений (п. 2.1).",
            "Exhausted hours are found by the time entries (clauses 5.1, 5.2) and never for "
            "critical tickets (clause 2.1).",
        ),
    ),
    "ticket_closed": ProblemText(
        Text("Обращение закрыто", "Ticket closed"),
        Text("Закрытое обращение не принимает ответов.", "A closed ticket takes no answers."),
        Text(
            "Откройте обращение заново или создайте новое.",
            "Reopen the ticket, or submit a new one.",
        ),
    ),
    "chat_not_assigned": ProblemText(
        Text("Чат не закреплён", "Chat not assigned"),
        Text(
            "Чат больше не рабочий чат клиента: отправить в него нельзя (п. 4.1).",
            "The chat is no longer a working chat of the customer: nothing is sent to it (clause 4.1).",
        ),
        Text(
            "Закрепите чат за клиентом, чтобы отвечать в него.",
            "Assign the chat to the customer to answer there.",
        ),
    ),
    "chat_limit_reached": ProblemText(
        Text("Все рабочие чаты заняты", "Chat limit reached"),
        Text(
            "Клиенту доступно рабочих чатов: {limit} (п. {clause}).",
            "The customer may have working chats: {limit} (clause {clause}).",
        ),
        Text(
            "Освободите один из чатов клиента или смените тариф.",
            "Release one of the customer's chats, or change the tariff.",
        ),
    ),
    "chat_assigned_elsewhere": ProblemText(
        Text("Чат занят", "Chat assigned elsewhere"),
        Text(
            "Это рабочий чат другого клиента.",
            "The chat is the working chat of another customer.",
        ),
        Text(
            "Сначала освободите чат у другого клиента.",
            "Release the chat from the other customer first.",
        ),
    ),
    "reversal_exceeds_entry": ProblemText(
        Text("Исправление больше записи", "Reversal exceeds entry"),
        Text(
            "Из записи можно вернуть не больше минут: {left_minutes}.",
            "No more minutes of the entry can be taken back than {left_minutes}.",
        ),
        Text(
            "Исправления вместе не превышают исходную запись.",
            "Corrections together never exceed the entry that they correct.",
        ),
    ),
    "attachment_not_stored": ProblemText(
        Text("Вложение не сохранено", "Attachment not stored"),
        Text(
            "У вложения нет содержимого, его состояние: {state}.",
            "The attachment has no content; its state is {state}.",
        ),
        Text(
            "Содержимое есть только у вложений в состоянии stored. pending: файл ещё загружается из "
            "мессенджера; too_large, unavailable и refused: его не будет.",
            "Only an attachment in the state stored has content. pending: the file is still to be "
            "fetched from the messenger; too_large, unavailable and refused: it will not come.",
        ),
    ),
    "upload_quota_reached": ProblemText(
        Text("Дневной объём загрузок исчерпан", "Upload quota reached"),
        Text(
            "За сутки для клиента можно загрузить не больше {limit_bytes} байт.",
            "At most {limit_bytes} bytes can be uploaded for a customer within 24 hours.",
        ),
        Text(
            "Считается всё, что загружено для клиента за последние 24 часа. Повторите позже; предел "
            "задаёт SUPPORT_UPLOAD_QUOTA_MIB.",
            "All that was uploaded for the customer within the last 24 hours counts. Try again later; "
            "SUPPORT_UPLOAD_QUOTA_MIB sets the limit.",
        ),
    ),
    "idempotency_in_progress": ProblemText(
        Text("Запрос ещё выполняется", "Still in progress"),
        Text(
            "Запрос с этим Idempotency-Key ещё выполняется.",
            "A request with this Idempotency-Key is still being answered.",
        ),
        Text(
            "Повторите тот же запрос позже: ответ будет тем же.",
            "Repeat the same request later: it gets the same answer.",
        ),
    ),
    "length_required": ProblemText(
        Text("Нужна длина тела", "Length required"),
        Text("Нужен заголовок Content-Length.", "The header Content-Length is needed."),
        Text(
            "Загрузка без заявленной длины не принимается: так слишком большой файл отклоняется до передачи.",
            "An upload without its length is not taken: a file that is too large is refused before it "
            "is sent.",
        ),
    ),
    "precondition_failed": ProblemText(
        Text("Версия устарела", "Precondition failed"),
        Text(
            "Объект уже не в той версии, что названа в If-Match.",
            "The object is not in the version that If-Match names.",
        ),
        Text(
            "Прочитайте объект заново и повторите с новым ETag.",
            "Read the object again and repeat with the new ETag.",
        ),
    ),
    "precondition_required": ProblemText(
        Text("Нужен If-Match", "Precondition required"),
        Text(
            "Эта операция требует заголовка If-Match.",
            "This operation needs the header If-Match.",
        ),
        Text(
            "Передайте ETag объекта, который вы изменяете, или *.",
            "Send the ETag of the object that you change, or *.",
        ),
    ),
    "body_too_large": ProblemText(
        Text("Тело слишком велико", "Body too large"),
        Text("Тело запроса больше допустимого.", "The body is larger than allowed."),
        Text("JSON не больше 1 МиБ.", "JSON may have up to 1 MiB."),
    ),
    "file_too_large": ProblemText(
        Text("Файл слишком велик", "File too large"),
        Text(
            "Файл такого типа может быть не больше {limit_bytes} байт.",
            "A file of this type can have at most {limit_bytes} bytes.",
        ),
        Text(
            "Пределы: изображение 10 МиБ, видео 50 МиБ, документ 20 МиБ.",
            "The limits: a picture 10 MiB, a video 50 MiB, a document 20 MiB.",
        ),
    ),
    "unsupported_media_type": ProblemText(
        Text("Тип тела не поддерживается", "Unsupported media type"),
        Text(
            "Тип тела запроса не подходит этой операции.",
            "The operation does not take a body of this Content-Type.",
        ),
        Text(
            "Передайте Content-Type: application/json в кодировке UTF-8.",
            "Send Content-Type: application/json, in UTF-8.",
        ),
    ),
    "unsupported_content_encoding": ProblemText(
        Text("Сжатие не поддерживается", "Unsupported content encoding"),
        Text(
            "Тело запроса передаётся без Content-Encoding.",
            "The body has to come without a Content-Encoding.",
        ),
        Text("Не сжимайте тело запроса.", "Do not compress the body."),
    ),
    "range_not_satisfiable": ProblemText(
        Text("Диапазона нет", "Range not satisfiable"),
        Text(
            "Запрошенный диапазон начинается за концом файла.",
            "The range that was asked for begins behind the end of the file.",
        ),
        Text(
            "Размер файла приходит в поле size и в заголовке Content-Range.",
            "The size of the file is told by the member size and by the header Content-Range.",
        ),
    ),
    "validation_failed": ProblemText(
        Text("Запрос не прошёл проверку", "Validation failed"),
        Text(
            "Часть полей запроса неверна: см. errors.",
            "Some members of the request are wrong: see errors.",
        ),
        Text(
            "Каждый элемент errors называет место (pointer), код и что не так. pointer ведёт в "
            "тело; /query, /path и /header ведут к параметрам.",
            "Every item of errors names the place (pointer), a code and what is wrong. A pointer "
            "leads into the body; /query, /path and /header lead to parameters.",
        ),
    ),
    "file_empty": ProblemText(
        Text("Файл пуст", "File empty"),
        Text("В файле нет ни одного байта.", "The file has no bytes."),
        Text("Выберите файл с содержимым.", "Choose a file that has content."),
    ),
    "file_type_not_allowed": ProblemText(
        Text("Тип файла не принимается", "File type not allowed"),
        Text("Файлы такого типа не принимаются.", "Files of this type are not taken."),
        Text(
            "Тип определяется по содержимому, не по имени. Принимаются: PNG, JPEG, GIF, WebP, HEIC; "
            "MP4, WebM, QuickTime; PDF, текст в UTF-8, DOCX, XLSX, ODT, ODS без макросов. Архивы, "
            "программы, страницы, SVG, повреждённые и двойные файлы отклоняются.",
            "The content tells the type, not the name. Taken are PNG, JPEG, GIF, WebP, HEIC; MP4, "
            "WebM, QuickTime; PDF, text in UTF-8, DOCX, XLSX, ODT, ODS without macros. Archives, "
            "programs, pages, SVG, damaged files and files that are two things at once are refused.",
        ),
    ),
    "too_many_pixels": ProblemText(
        Text("Слишком много точек", "Too many pixels"),
        Text("В изображении больше 40 миллионов точек.", "The picture has more than 40 million pixels."),
        Text(
            "Уменьшите изображение: до 40 миллионов точек, ширина умножить на высоту.",
            "Make the picture smaller: up to 40 million pixels, width times height.",
        ),
    ),
    "not_registered": ProblemText(
        Text("Обращение не зарегистрировано", "Not registered"),
        Text(
            "По регламенту такое сообщение обращением не становится.",
            "By the regulation this message does not become a ticket.",
        ),
        Text(
            "Причины с пунктами регламента стоят в поле decision.",
            "The member decision has the reasons with their clauses.",
        ),
    ),
    "unofficial_channel": ProblemText(
        Text("Неофициальный канал", "Unofficial channel"),
        Text(
            "Рабочие чаты бывают только в официальных мессенджерах (п. 4.1, 4.3).",
            "Working chats live only in the official messengers (clauses 4.1, 4.3).",
        ),
        Text(
            "Официальные каналы перечисляет GET /v1/regulation.",
            "GET /v1/regulation lists the official channels.",
        ),
    ),
    "idempotency_key_reused": ProblemText(
        Text("Idempotency-Key уже использован", "Idempotency key reused"),
        Text(
            "Этот Idempotency-Key был у другого запроса.",
            "This Idempotency-Key belongs to another request.",
        ),
        Text(
            "Для нового запроса нужен новый ключ; повтор должен совпадать с первым запросом до байта.",
            "A new request needs a new key; a repetition has to equal the first one byte for byte.",
        ),
    ),
    "rate_limited": ProblemText(
        Text("Слишком много запросов", "Rate limited"),
        Text(
            "За минуту слишком много запросов с этим ключом или, если ключ не принят, с этого адреса.",
            "There are too many requests a minute with this key or, if the key is bad, from this address.",
        ),
        Text(
            "Повторите через время, названное в Retry-After.",
            "Try again after the time that Retry-After names.",
        ),
    ),
    "too_many_failed_keys": ProblemText(
        Text("Слишком много неверных ключей", "Too many failed keys"),
        Text(
            "С этого адреса за минуту пришло слишком много запросов с недействующими ключами.",
            "There were too many requests a minute with keys that do not work from this address.",
        ),
        Text(
            "Этот ключ неизвестен, отозван или его срок истёк: замените его. Действующие ключи с того же "
            "адреса работают.",
            "This key is unknown, revoked or expired: replace it. Keys that work go on working from "
            "the same address.",
        ),
    ),
    "headers_too_large": ProblemText(
        Text("Заголовки слишком длинные", "Headers too large"),
        Text(
            "Строка запроса и заголовки вместе длиннее, чем принимает служба.",
            "The request line and the headers together are longer than the service takes.",
        ),
        Text(
            "Предел — 64 КиБ на строку запроса и все заголовки. Соединение закрыто; обычному вызову "
            "хватает одного килобайта.",
            "The bound is 64 KiB for the request line and all headers. The connection was closed; "
            "an ordinary call needs about one kilobyte.",
        ),
    ),
    "internal_error": ProblemText(
        Text("Внутренняя ошибка", "Internal error"),
        Text(
            "Что-то сломалось у нас. Назовите request_id, когда будете спрашивать.",
            "Something broke on our side. Name the request_id when you ask about it.",
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
            "The database cannot be used at the moment; nothing was changed.",
        ),
        Text("Повторите запрос позже.", "Repeat the request later."),
    ),
    "outcome_unknown": ProblemText(
        Text("Исход неизвестен", "Outcome unknown"),
        Text(
            "Связь с базой данных оборвалась при записи: изменение могло состояться.",
            "The connection to the database was lost while committing: the change may stand.",
        ),
        Text(
            "Повторите запрос с тем же Idempotency-Key: он выполнится ровно один раз.",
            "Repeat the request with the same Idempotency-Key: it takes effect exactly once.",
        ),
    ),
    "not_ready": ProblemText(
        Text("Сервис не готов", "Not ready"),
        Text("Сервис не готов принимать запросы.", "The service is not ready for requests."),
        Text(
            "Сервис запускается, останавливается, или база данных недоступна.",
            "The service starts, stops, or its database cannot be used.",
        ),
    ),
}


ERROR_TEXTS: Mapping[str, Text] = {
    "missing": Text("Поле обязательно.", "The member is required."),
    "unknown_member": Text("Такого поля нет.", "There is no such member."),
    "too_long": Text("Слишком длинно.", "Too long."),
    "too_short": Text("Слишком коротко.", "Too short."),
    "wrong_type": Text("Неверный тип значения.", "The value has the wrong type."),
    "not_allowed_value": Text("Значение не из списка допустимых.", "The value is not one of those allowed."),
    "out_of_range": Text("Значение вне допустимых границ.", "The value is out of range."),
    "bad_format": Text("Неверный формат значения.", "The value has the wrong format."),
    "not_for_this_licence": Text(
        "Поле неприменимо при такой лицензии.", "The member does not apply to this licence."
    ),
    "not_for_this_author": Text(
        "Поле неприменимо при таком авторе.", "The member does not apply to this author."
    ),
    "not_for_this_finding": Text(
        "Поле неприменимо при таком выводе.", "The member does not apply to this finding."
    ),
    "exactly_one_of_customer_id_and_entitlement": Text(
        "Нужно ровно одно из полей customer_id и entitlement.",
        "Exactly one of customer_id and entitlement has to be given.",
    ),
    "overlaps_another": Text("Периоды пересекаются.", "The periods overlap."),
    "before_from": Text("Конец раньше начала.", "The end comes before the beginning."),
    "not_after_opens": Text("Закрытие не позже открытия.", "The closing is not after the opening."),
    "blank": Text("Текст пуст.", "The text is blank."),
    "repeated": Text("Значение повторяется.", "The value is repeated."),
    "in_the_future": Text("Момент ещё не наступил.", "The instant lies in the future."),
    "in_the_past": Text("Момент уже прошёл.", "The instant does not lie in the future."),
    "article_not_found": Text("Такой статьи нет.", "There is no such article."),
    "attachment_not_found": Text("Такого вложения нет.", "There is no such attachment."),
    "attachment_in_use": Text(
        "Вложение уже пришло с другим сообщением.", "The attachment came with another message already."
    ),
    "attachment_not_stored": Text("У вложения нет содержимого.", "The attachment has no content."),
    "invalid": Text("Значение не подходит.", "The value cannot be accepted."),
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
        "Значение должно быть не меньше {limit}.", "The value has to be at least {limit}."
    ),
    "less_than_equal": Text(
        "Значение должно быть не больше {limit}.", "The value has to be at most {limit}."
    ),
    "instant_out_of_range": Text("Годы — с 2000 по 2100.", "The years are 2000 to 2100."),
    "day_out_of_range": Text("Годы — с 2000 по 2100.", "The years are 2000 to 2100."),
}
"""By Pydantic's name for the error: what says more than the text of the code, because there is a bound."""
