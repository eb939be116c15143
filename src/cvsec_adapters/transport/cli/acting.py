"""Commands that change something: ask the site, and say what came of it."""

from collections.abc import Callable

import click

from cvsec_adapters.transport.cli import shapes
from cvsec_adapters.transport.cli.session import Session
from cvsec_adapters.transport.cli.telling import tell_as_json
from cvsec_adapters.transport.cli.writing import write_json
from cvsec_core.errors import Words
from cvsec_core.handling import Answer
from cvsec_core.site import Site


def act(
    session: Session,
    site: Site,
    command: object,
    done: Words | Callable[[Answer], Words],
    *,
    as_json: bool,
) -> Answer:
    """Have the site handle *command* and say that it is *done*, or that it was so already.

    Raises:
        CommandError: it was refused, or ought not to have been sent; that is said on stderr.
    """

    def deed() -> Answer:
        return site.handle(command, actor=session.actor)

    return carry_out(session, site, deed, done, as_json=as_json)


def carry_out(
    session: Session,
    site: Site,
    deed: Callable[[], Answer],
    done: Words | Callable[[Answer], Words],
    *,
    as_json: bool,
    shape: Callable[[], shapes.Shape] | None = None,
) -> Answer:
    """Do the *deed* and say that it is *done*, or that it was so already.

    Args:
        session: who acts.
        site: where.
        deed: does it.
        done: what is said of it.
        as_json: say it as JSON.
        shape: the JSON of what came of it; None: that of the answer.

    Raises:
        CommandError: it was refused, or ought not to have been sent; that is said on stderr.
    """
    with tell_as_json(session, as_json=as_json):
        answer = deed().or_raise()
    session.learn(site)
    if as_json:
        write_json(shape() if shape else shapes.answer(answer))
    elif not answer.events:
        click.echo(ALREADY.filled(session.locale, {}))
    else:
        words = done(answer) if callable(done) else done
        click.echo(words.filled(session.locale, {}))
    return answer


ALREADY = Words("It is so already; nothing changed.", "Ya es así; nada ha cambiado.")
