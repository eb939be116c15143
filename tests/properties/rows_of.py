"""Every row there is, for comparing one set of views with another."""

from typing import Any

from cvsec_core.catalogue import PROJECTIONS
from cvsec_core.rows import Views


def all_rows(views: Views) -> dict[str, list[Any]]:
    """The rows of every table, by the name of their class."""
    return {
        table.row.__name__: views.select(table.row)
        for projection in PROJECTIONS
        for table in projection.tables
    }
