"""A form: fields that are checked one after another, and what is wrong with them told at once."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from attrs import define, field

from cvsec_core.errors import InvalidFieldError, InvalidFieldsError

P = ParamSpec("P")
T = TypeVar("T")


@define
class Form:
    """Fields that somebody filled in.

    >>> from cvsec_core.values import require_id, require_text
    >>> form = Form()
    >>> form.check(require_text, "first_name", "")
    >>> form.check(require_id, "number", "two words")
    >>> [error.field for error in form.wrong]
    ['first_name', 'number']
    """

    wrong: list[InvalidFieldError] = field(factory=list[InvalidFieldError])

    def check(self, check: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """What *check* makes of a field; None where it is no good, which `close` tells."""
        try:
            return check(*args, **kwargs)
        except InvalidFieldError as error:
            self.wrong.append(error)
            return None

    def close(self) -> None:
        """Go on only where every field is good.

        Raises:
            InvalidFieldError: one is not.
            InvalidFieldsError: several are not.
        """
        if len(self.wrong) > 1:
            raise InvalidFieldsError(tuple(self.wrong))
        if self.wrong:
            raise self.wrong[0]
