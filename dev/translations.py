"""The Chinese translation: brought up to date with the source, and held complete."""

import subprocess

import polib

from . import databases, odoo_process
from .console import Failure
from .layout import ADDON, CHECKOUT, RUN, addons


def update():
    """Export the terms of the source and merge them into the Chinese translation."""
    for addon in addons():
        _update(addon)


def check():
    """Fail if a term of the source has no Chinese translation."""
    for addon in addons():
        _check(addon)


def _template(addon):
    return CHECKOUT / addon / "i18n" / f"{addon}.pot"


def _chinese(addon):
    return CHECKOUT / addon / "i18n" / "zh_CN.po"


def _update(addon):
    template = _template(addon)
    _export(addon, template)
    terms = polib.pofile(str(template))
    _sort_and_save(terms, template)
    chinese = _open_chinese(addon, terms)
    # what the main addon calls in a way, its bridges call so too
    same = {} if addon == ADDON else _open_chinese(ADDON, terms)
    known = {entry.msgid: entry.msgstr for entry in [*same, *chinese]}
    merged = polib.POFile(wrapwidth=terms.wrapwidth)
    merged.metadata = {**terms.metadata, **chinese.metadata}
    for entry in terms:
        entry.msgstr = known.get(entry.msgid, "")
        merged.append(entry)
    _sort_and_save(merged, _chinese(addon))
    missing = len(merged.untranslated_entries())
    print(f"{addon}: {len(merged)} terms, {missing} without a translation")


def _check(addon):
    RUN.mkdir(parents=True, exist_ok=True)
    current = RUN / f"{addon}.pot"
    _export(addon, current)
    template = polib.pofile(str(current))
    terms = {entry.msgid for entry in template}
    chinese = _open_chinese(addon, template)
    translated = {entry.msgid for entry in chinese if entry.translated()}
    missing = sorted(terms - translated)
    fuzzy = chinese.fuzzy_entries()
    if missing or fuzzy:
        raise Failure(
            f"{addon}: {len(missing)} terms without a translation,"
            f" {len(fuzzy)} fuzzy; the first: {(missing or [fuzzy[0].msgid])[0]!r}."
            " Run `make i18n` and translate."
        )
    print(f"{addon}: all {len(terms)} terms are translated")


def _export(addon, target):
    """Write the terms of an installed addon to a file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    database = databases.addon() if addon == ADDON else databases.bridged()
    subprocess.run(
        odoo_process.command("i18n", "export", "-d", database, "-o", target, addon),
        check=True,
        env=odoo_process.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _open_chinese(addon, terms):
    if _chinese(addon).exists():
        return polib.pofile(str(_chinese(addon)))
    chinese = polib.POFile()
    chinese.metadata = {**terms.metadata, "Language": "zh_CN"}
    return chinese


def _sort_and_save(catalogue, path):
    """Save without the dates of the export, which would change at every run."""
    for key in ("POT-Creation-Date", "PO-Revision-Date"):
        catalogue.metadata.pop(key, None)
    catalogue.sort(key=lambda entry: entry.msgid)
    catalogue.save(str(path), newline="\n")
