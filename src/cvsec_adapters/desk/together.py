"""Several commands as one deed: all of it or nothing."""

from collections.abc import Sequence
from typing import Any

from cvsec_core.handling import Answer, Asked
from cvsec_core.site import Site


def together(site: Site, commands: Sequence[Any], by: str) -> Answer:
    """The answer to all *commands*, of which there is one at least, in one commit.

    Raises:
        CommandError: one of them ought not to have been sent; nothing was stored.
    """
    answers = site.handle_all([Asked(command, actor=by) for command in commands], whole=True)
    for answer in answers:
        if answer.error is not None:
            raise answer.error
    events = tuple(recorded for answer in answers for recorded in answer.events)
    return Answer(events, answers[-1].position)
