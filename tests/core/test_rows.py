"""Rows and what projections may do to them."""

from collections.abc import Mapping
from datetime import datetime
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from attrs import fields, has

from cvsec_core.catalogue import EVENTS, PROJECTIONS
from cvsec_core.looking import GROUPS
from cvsec_core.rows import Drop, Patch, Projection, Put, Rows, Table, Tally
from tests.properties.bare_rows import BareRows

TABLES = [table for projection in PROJECTIONS for table in projection.tables]
every_table = pytest.mark.parametrize("table", TABLES, ids=lambda t: t.row.__name__)
every_projection = pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda p: p.name)
PLAIN = (str, int, float, bool, datetime)


@every_table
def test_the_first_field_of_a_row_is_its_key(table: Table):
    assert has(table.row)
    assert fields(table.row)[0].name == "id"


@every_table
def test_a_row_is_made_of_plain_values(table: Table):
    assert all(_is_plain(kind) for kind in get_type_hints(table.row).values())


@every_table
def test_an_index_is_of_columns_that_there_are(table: Table):
    names = {field.name for field in fields(table.row)}
    assert {column for index in table.indexes for column in index} <= names


def test_no_two_projections_have_a_name_or_a_row_in_common():
    assert len({p.name for p in PROJECTIONS}) == len(PROJECTIONS)
    assert len({table.row for table in TABLES}) == len(TABLES)


@every_projection
def test_a_projection_belongs_to_a_group_that_sites_drain(projection: Projection):
    assert projection.group in GROUPS
    assert projection.revision >= 1
    assert set(projection.handles) <= set(EVENTS)


def test_a_change_says_what_becomes_of_a_row():
    rows: Rows = BareRows()
    assert rows.get(Put, "a") is None
    tally = Tally(Put, "a", {"total": 1})
    assert tally.start == {}
    assert Patch(Put, "a", {"x": 1}) != Drop(Put, "a")


def _is_plain(kind: Any) -> bool:
    kind = getattr(kind, "__supertype__", kind)
    if kind in (*PLAIN, type(None)):
        return True
    if get_origin(kind) is Literal:
        return all(isinstance(value, PLAIN) for value in get_args(kind))
    if get_origin(kind) in (Union, UnionType):
        return all(map(_is_plain, get_args(kind)))
    if get_origin(kind) is tuple:
        return get_args(kind) == (str, ...)
    return isinstance(kind, Mapping)
