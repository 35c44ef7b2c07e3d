"""The members that a body may have at a place: the error of an unknown one names the nearest of them."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from functools import lru_cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, RootModel
from starlette.requests import Request

LONGEST = 64
"""Longer names are compared with nothing: no member is as long."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that looks most like another one; None if all look different."""
    if len(name) > LONGEST:
        return None
    return next(iter(get_close_matches(name.lower(), list(known), n=1, cutoff=0.7)), None)


def members_at(request: Request, place: Sequence[int | str]) -> list[str]:
    """List the members of the object in which Pydantic found an error, by the error's `loc`."""
    body = getattr(request.scope.get("route"), "body_field", None)
    if body is None or not place or place[0] != "body":
        return []
    way = tuple(part for part in place[1:-1] if isinstance(part, str))
    return _members_of(body.field_info.annotation, way)


@lru_cache(maxsize=256)
def _members_of(annotation: Any, way: tuple[str, ...]) -> list[str]:  # noqa: ANN401 - any annotation
    """List the members at the end of a way of names; items of lists stay with the models of their list."""
    here = list(_models_in(annotation))
    for part in way:
        here = _within(here, part)
    return sorted({name for model in here for name in _fields_of(model)})


def _within(models: list[type[BaseModel]], part: str) -> list[type[BaseModel]]:
    """Step into a member; a tag of a union chooses one of its models."""
    fields = [fields[part] for model in models for fields in (_fields_of(model),) if part in fields]
    if fields:
        return [model for annotation in fields for model in _models_in(annotation)]
    return [model for model in models if part in _tags_of(model)]


def _fields_of(model: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _tags_of(model: type[BaseModel]) -> set[str]:
    """List the values of members that have only fixed ones: they distinguish the parts of a union."""
    return {
        str(value)
        for field in model.model_fields.values()
        if get_origin(field.annotation) is Literal
        for value in get_args(field.annotation)
    }


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - any annotation
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _models_in(get_args(annotation)[0])
    elif origin in {Union, UnionType, list}:
        for part in get_args(annotation):
            yield from _models_in(part)
    elif isinstance(annotation, type) and issubclass(annotation, RootModel):
        yield from _models_in(annotation.model_fields["root"].annotation)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
