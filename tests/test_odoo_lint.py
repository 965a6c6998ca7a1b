"""Odoo's own checks of addons, run on ours: its module `test_lint`."""

import os

import pytest

from dev.layout import CHECKOUT, PYTHON, addons

from .support import shell

# Not run: the tests of Odoo's checkers themselves, checks of what we have none of
# (localization), and JavaScript, which `make lint` gives to eslint with Odoo's rules.
CHECKS = {
    "docstring": "markup of docstrings, parameters as in the signature",
    "dunderinit": "folders are Python packages",
    "i18n": "sentences given to components are translatable",
    "index": "inverses of one2many fields have an index",
    "jstranslate": "sentences in JavaScript are translatable",
    "manifests": "keys and values of the manifest",
    "markers": "no leftovers of a merge",
    "naming": "parameters of public methods fit remote calls",
    "onchange_domains": "onchanges return no domain",
    "orm_import": "imports from public parts of the ORM",
    "override_signatures": "overrides keep signature and decorators",
    "pofile": "no term twice in the template of translations",
    "pylint": "SQL injection, gettext, undefined names, unreachable code",
    "routes": "overrides of routes repeat nothing",
    "test_holes": "every test module is imported once",
}
SCRIPT = """
import importlib, logging
from unittest.mock import PropertyMock, patch

import odoo.addons
from odoo.modules import Manifest
from odoo.tests import loader
from odoo.tests.result import OdooTestResult
from odoo.tests.suite import OdooSuite
from odoo.tools import config

class Complaints(logging.Handler):
    texts = []

    def emit(self, record):
        self.texts.append(record.getMessage())

def run(name):
    module = importlib.import_module("odoo.addons.test_lint.tests.test_" + name)
    Complaints.texts = []
    result = OdooTestResult()
    with (
        patch.object(odoo.addons, "__path__", [ours.path]),
        patch.object(odoo, "__path__", []),
    ):
        OdooSuite(loader.get_module_test_cases(module)).run(result)
    return [result.testsRun, result.skipped, Complaints.texts]

logging.getLogger().addHandler(Complaints(logging.WARNING))
ours = Manifest.for_addon(values["addon"])
with (
    patch.object(Manifest, "all_addon_manifests", lambda: [ours]),
    patch.object(type(config), "root_path", PropertyMock(return_value=ours.path)),
):
    results = {name: run(name) for name in values["checks"]}
modules = loader.get_test_modules(values["addon"])
found = {module.__name__ for module in modules}
answer({"results": results, "found": sorted(found)})
"""


@pytest.fixture(scope="module", params=addons())
def addon(request):
    """The name of each of our addons."""
    return request.param


@pytest.fixture(scope="module")
def answer(addon, bridged_database):
    """What Odoo's checks say, and the test modules that Odoo finds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(
            "PATH", str(PYTHON.parent), prepend=os.pathsep
        )  # pylint lies there
        return shell.run(bridged_database, SCRIPT, addon=addon, checks=list(CHECKS))


@pytest.mark.parametrize("check", CHECKS)
def test_odoo_lint(answer, check):
    """The addon passes Odoo's check."""
    count, skipped, complaints = answer["results"][check]
    assert count and not skipped, complaints
    assert not complaints, "\n".join(complaints)


def test_all_found(addon, answer):
    """Odoo's own test runner finds every test module."""
    files = (CHECKOUT / addon / "tests").rglob("test_*.py")
    names = [".".join(file.relative_to(CHECKOUT).parts)[:-3] for file in files]
    assert answer["found"] == sorted(f"odoo.addons.{name}" for name in names)
