"""The bridges: they come by themselves, and leave nothing behind."""

import pytest

from dev import odoo_process
from dev.layout import ADDON, addons, bridges, manifest

from .support import catalog, shell

STATES = """
modules = env["ir.module.module"].search([("name", "in", values["names"])])
answer({module.name: module.state for module in modules})
"""
UNINSTALL = """
modules = env["ir.module.module"].search([("name", "in", values["names"])])
modules.button_immediate_uninstall()
env.cr.commit()
"""


def _note(name):
    """Note what is there, but for Odoo's own list of the addons it could install."""
    texts = catalog.schema(name) | catalog.registry(name)
    return {text for text in texts if "ir_model_data: base.module_" not in text}


@pytest.fixture(scope="module")
def cycle(broad_database):
    """The main addon and then every bridge installed, and taken away again."""
    name = broad_database
    cycle = {"before": _note(name)}
    odoo_process.run_once(name, "-i", ADDON, log_name="install")
    cycle["states"] = shell.run(name, STATES, names=bridges())
    odoo_process.run_once(name, "-i", ",".join(addons()), log_name="install")
    cycle["installed"] = _note(name)
    shell.run(name, UNINSTALL, names=bridges())
    cycle["without"] = _note(name)
    cycle["main"] = shell.run(name, STATES, names=[ADDON])
    shell.run(name, UNINSTALL, names=[ADDON])
    cycle["after"] = _note(name)
    return cycle


@pytest.mark.seconds(600)
def test_auto_install(cycle):
    """Where everything a bridge joins is installed, the bridge is installed too."""
    automatic = {name for name in bridges() if manifest(name).get("auto_install")}
    installed = {
        name for name, state in cycle["states"].items() if state == "installed"
    }
    assert automatic and automatic <= installed


def test_bridges_leave_nothing(cycle):
    """Without its bridges the main addon stays, and no record of theirs does."""
    assert cycle["main"] == {ADDON: "installed"}
    left = cycle["without"] - cycle["before"]
    assert not [text for text in left if any(name in text for name in bridges())]
    assert cycle["installed"] - cycle["without"]


def test_nothing_is_left(cycle):
    """After the main addon has gone too, all is as it was before."""
    assert not cycle["before"] - cycle["after"]
    # number sequences in PostgreSQL belong to records, catalogues of fields to Odoo
    assert not [text for text in cycle["after"] - cycle["before"] if "mci" in text]
