"""Words that everybody reads in his own language.

What is decided is told by lazy texts, with days, labels and lists among their values.
They are composed for who reads them; what is stored are the texts with their values, as
JSON.
"""

from datetime import date
from typing import NamedTuple

from odoo.tools import format_date
from odoo.tools.translate import LazyGettext


class Choice(NamedTuple):
    """The label of a selection's value, as a word."""

    model: str
    field: str
    value: str


class Spoken(NamedTuple):
    """The same words in some languages, frozen: ``{code: text}``, the first for all."""

    texts: dict


class Line(NamedTuple):
    """Words one after the other; empty ones are left out."""

    parts: list
    separator: str = " "


def is_words(words):
    """Whether this is stored otherwise than as the text it is."""
    return isinstance(words, LazyGettext | Choice | Spoken | Line | list)


def say(env, words, separator="\n"):
    """Words in the language of ``env``; what is no lazy text stays as it is.

    :param words: a lazy text, a text, a day, or a list of them
    :param str separator: between the words of a list; inside a text it is a comma
    """
    if isinstance(words, LazyGettext):
        values = _map_values(words._args, lambda value: say(env, value, ", "))
        text = _make_lazy(words._source, words._module, values)
        return text._translate(env.lang or "en_US")
    if isinstance(words, list):
        return separator.join(say(env, word) for word in words)
    if isinstance(words, date):
        return format_date(env, words)
    if isinstance(words, Choice):
        field = env[words.model]._fields[words.field]
        labels = dict(field._description_selection(env))
        return labels.get(words.value, words.value)
    if isinstance(words, Spoken):
        texts = words.texts
        return texts.get(env.lang or "en_US") or next(iter(texts.values()), "")
    if isinstance(words, Line):
        return words.separator.join(filter(None, (say(env, p) for p in words.parts)))
    return words


def pack(words):
    """The same words as JSON, in no language."""
    if isinstance(words, LazyGettext):
        return {
            "text": words._source,
            "module": words._module,
            "values": _map_values(words._args, pack),
        }
    if isinstance(words, list):
        return [pack(word) for word in words]
    if isinstance(words, date):
        return {"day": words.isoformat()}
    if isinstance(words, Choice):
        return {"choice": list(words)}
    if isinstance(words, Spoken):
        return {"spoken": words.texts}
    if isinstance(words, Line):
        return {"line": pack(words.parts), "separator": words.separator}
    return words


def unpack(stored):
    """Words from what :func:`pack` made of them."""
    if isinstance(stored, list):
        return [unpack(word) for word in stored]
    if not isinstance(stored, dict):
        return stored
    if "day" in stored:
        return date.fromisoformat(stored["day"])
    if "choice" in stored:
        return Choice(*stored["choice"])
    if "spoken" in stored:
        return Spoken(stored["spoken"])
    if "line" in stored:
        return Line(unpack(stored["line"]), stored["separator"])
    values = _map_values(stored["values"], unpack)
    return _make_lazy(stored["text"], stored["module"], values)


def _map_values(values, change):
    if isinstance(values, dict):
        return {name: change(value) for name, value in values.items()}
    return [change(value) for value in values]


def _make_lazy(source, module, values):
    if isinstance(values, dict):
        return LazyGettext(source, _module=module, **values)
    return LazyGettext(source, *values, _module=module)
