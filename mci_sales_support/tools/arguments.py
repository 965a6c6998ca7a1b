"""Arguments of public methods: over RPC anything may come in, and is tested first.

A wrong type is refused with a sentence for the caller instead of a failure somewhere
below. ``None`` and ``False`` mean that nothing was given; methods test that themselves.

    @arguments(hours=number, note=text)
    def action_done(self, hours=None, note=None):
"""

import inspect
import math
from functools import wraps

from odoo import fields
from odoo.exceptions import UserError

# What no amount, number of hours or id of anybody reaches.
LARGEST_NUMBER = 1e12
LARGEST_ID = 2**31 - 1


def arguments(**tests):
    """Test named arguments of a method, each by one of the functions below."""

    def decorate(method):
        signature = inspect.signature(method)

        @wraps(method)
        def checked(self, *args, **kwargs):
            bound = signature.bind(self, *args, **kwargs)
            check(self.env, bound.arguments, tests)
            return method(*bound.args, **bound.kwargs)

        return checked

    return decorate


def check(env, values, tests):
    """Refuse values of a dict that do not pass the test of their name.

    :raise UserError: names the first wrong value and what it was given for
    """
    for name, test in tests.items():
        value = values.get(name)
        if value is None or value is False or test(value):
            continue
        raise UserError(
            env._(
                "%(value)s is no valid value of %(argument)s.",
                value=str(value)[:100],
                argument=name,
            )
        )


def number(value):
    """Whether it is a finite number of a sensible size; true and false are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and abs(value) <= LARGEST_NUMBER


def identifier(value):
    """Whether it is like the id of a record."""
    return type(value) is int and 0 <= value <= LARGEST_ID


def identifiers(value):
    """Whether it is a list of ids."""
    return isinstance(value, list | tuple) and all(map(identifier, value))


def text(value):
    """Whether it is text."""
    return isinstance(value, str)


def text_or_identifier(value):
    """Whether it can name a record, or be its id."""
    return text(value) or identifier(value)


def mapping(value):
    """Whether it is a JSON object."""
    return isinstance(value, dict)


def mappings(value):
    """Whether it is a list of JSON objects."""
    return isinstance(value, list | tuple) and all(map(mapping, value))


def flag(value):
    """Whether it is true or false."""
    return isinstance(value, bool)


def date(value):
    """Whether it is a day, or a text ``YYYY-MM-DD``."""
    return _parses(fields.Date.to_date, value)


def moment(value):
    """Whether it is a moment, or a text ``YYYY-MM-DD HH:MM:SS``."""
    return _parses(fields.Datetime.to_datetime, value)


def _parses(convert, value):
    if isinstance(value, int | float | list | dict):
        return False
    try:
        return bool(convert(value))
    except (TypeError, ValueError):
        return False
