"""Commands about one person: done, and told with the person as they are now."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from cvsec_adapters.transport.cli import people_shapes
from cvsec_adapters.transport.cli.acting import carry_out
from cvsec_adapters.transport.cli.session import Session
from cvsec_adapters.transport.cli.suggesting import person_numbers
from cvsec_core.errors import Words
from cvsec_core.handling import Answer
from cvsec_core.ids import PersonId
from cvsec_core.projections import directory
from cvsec_core.site import Site

F = TypeVar("F", bound=Callable[..., Any])


def one(command: F) -> F:
    """The person that a command is about."""
    return click.argument("number", metavar="ID", shell_complete=person_numbers)(command)


def about(
    session: Session,
    number: str,
    deed: Callable[[Site], Answer],
    done: Words,
    *,
    as_json: bool,
    makes: bool = False,
) -> None:
    """Do it, and say it; as JSON it is the person as they are now. *makes*: the database too."""
    with session.made() if makes else session.existing() as site:
        carry_out(
            session,
            site,
            lambda: deed(site),
            done,
            as_json=as_json,
            shape=lambda: person_shape(site, site.person(number)),
        )


def person_shape(site: Site, name: PersonId) -> people_shapes.Shape:
    """The JSON of a person."""
    (row,) = site.query(directory.names, (name,)).values()
    return people_shapes.person(row, site.query(directory.cards, (name,))[name])
