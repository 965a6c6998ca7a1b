"""The Chinese translation: brought up to date with the source, and held complete."""

import subprocess

import polib

from . import databases, odoo_process
from .console import Failure
from .layout import ADDON, ADDON_PATH, RUN

TEMPLATE = ADDON_PATH / "i18n" / f"{ADDON}.pot"
CHINESE = ADDON_PATH / "i18n" / "zh_CN.po"


def update():
    """Export the terms of the source and merge them into the Chinese translation."""
    _export(TEMPLATE)
    terms = polib.pofile(str(TEMPLATE))
    _sort_and_save(terms, TEMPLATE)
    chinese = _open_chinese(terms)
    known = {entry.msgid: entry.msgstr for entry in chinese}
    merged = polib.POFile(wrapwidth=terms.wrapwidth)
    merged.metadata = {**terms.metadata, **chinese.metadata}
    for entry in terms:
        entry.msgstr = known.get(entry.msgid, "")
        merged.append(entry)
    _sort_and_save(merged, CHINESE)
    missing = len(merged.untranslated_entries())
    print(f"{CHINESE.name}: {len(merged)} terms, {missing} without a translation")


def check():
    """Fail if a term of the source has no Chinese translation."""
    RUN.mkdir(parents=True, exist_ok=True)
    current = RUN / TEMPLATE.name
    _export(current)
    template = polib.pofile(str(current))
    terms = {entry.msgid for entry in template}
    chinese = _open_chinese(template)
    translated = {entry.msgid for entry in chinese if entry.translated()}
    missing = sorted(terms - translated)
    fuzzy = chinese.fuzzy_entries()
    if missing or fuzzy:
        raise Failure(
            f"{CHINESE.name}: {len(missing)} terms without a translation,"
            f" {len(fuzzy)} fuzzy; the first: {(missing or [fuzzy[0].msgid])[0]!r}."
            " Run `make i18n` and translate."
        )
    print(f"{CHINESE.name}: all {len(terms)} terms are translated")


def _export(target):
    """Write the terms of the installed addon to a file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    database = databases.addon()
    subprocess.run(
        odoo_process.command("i18n", "export", "-d", database, "-o", target, ADDON),
        check=True,
        env=odoo_process.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _open_chinese(terms):
    if CHINESE.exists():
        return polib.pofile(str(CHINESE))
    chinese = polib.POFile()
    chinese.metadata = {**terms.metadata, "Language": "zh_CN"}
    return chinese


def _sort_and_save(catalogue, path):
    """Save without the dates of the export, which would change at every run."""
    for key in ("POT-Creation-Date", "PO-Revision-Date"):
        catalogue.metadata.pop(key, None)
    catalogue.sort(key=lambda entry: entry.msgid)
    catalogue.save(str(path), newline="\n")
