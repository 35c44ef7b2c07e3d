"""The readable form of a log line: short, and no value forges another line."""

from app.observability.logs import describe_exception, readable


def test_a_value_with_spaces_or_control_characters_is_quoted() -> None:
    event = {
        "event": "x\n12:00:00 info forged",
        "level": "info",
        "timestamp": "12:00:00",
        "code": "a b\r\n\x7f\u2028",
    }

    line = readable(None, "", event)

    assert line == '12:00:00 info x\\n12:00:00 info forged code="a b\\r\\n\\u007f\\u2028"'


def test_an_exception_is_its_kind_and_places_without_its_message() -> None:
    try:
        int("canary")
    except ValueError as failure:
        event = describe_exception(None, "", {"event": "job failed", "level": "error", "exc_info": failure})

    first, kind, place = readable(None, "", event).split("\n")

    assert first.endswith("error job failed")
    assert kind == "    builtins.ValueError"
    assert "test_readable.py" in place
    assert "canary" not in place
