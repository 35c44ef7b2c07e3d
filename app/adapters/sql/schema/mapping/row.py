"""Names for rows and for the values of their columns."""

from typing import Any

Values = dict[str, Any]
"""Values of the columns of a row, by name."""


AnyRow = Any
"""A row of a result; only the statement and the reader know its columns."""
