"""The wheel: Odoo finds and installs the addon from it, without the checkout."""

import ast
import shutil
import subprocess
import zipfile

import pytest

from dev import odoo_process
from dev.layout import ADDON, ADDON_PATH, CHECKOUT, PYTHON, VENV
from dev.python_env import create, link_odoo

from .support import shell

HERE = f"odoo/addons/{ADDON}"
PROBE = f"""
import odoo.addons.{ADDON} as addon
from odoo.modules import get_module_path
module = env["ir.module.module"].search([("name", "=", "{ADDON}")])
answer([addon.__file__, get_module_path("{ADDON}"), module.state])
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel from a copy: a build leaves folders behind."""
    source = tmp_path_factory.mktemp("source")
    for name in ("setup.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(CHECKOUT / name, source)
    shutil.copytree(ADDON_PATH, source / ADDON)
    target = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            *(PYTHON, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation"),
            *("-q", "--disable-pip-version-check", "-w", target, source),
        ],
        check=True,
    )
    [wheel] = target.iterdir()
    return wheel


@pytest.fixture(scope="module")
def names(wheel):
    """The files of the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def _manifest():
    return ast.literal_eval((ADDON_PATH / "__manifest__.py").read_text())


def test_version(wheel):
    """The distribution carries the name of OCA's scheme and the manifest's version."""
    name, version, *_rest = wheel.stem.split("-")
    assert name == "odoo_addon_mci_sales_support"
    assert version == _manifest()["version"]


def test_contents(names):
    """Data, views, translations, icon and code are in; tests and bytecode are not."""
    manifest = _manifest()
    for path in [*manifest["data"], *manifest["demo"], "__manifest__.py"]:
        assert f"{HERE}/{path}" in names
    shipped = [
        path.relative_to(ADDON_PATH)
        for path in ADDON_PATH.rglob("*")
        if path.is_file() and not {"tests", "__pycache__"} & set(path.parts)
    ]
    missing = {f"{HERE}/{path}" for path in shipped} - names
    assert not missing
    assert f"{HERE}/static/description/icon.png" in names
    foreign = {name for name in names if not name.startswith(f"{HERE}/")}
    assert all(".dist-info/" in name for name in foreign)
    assert not [name for name in names if "/tests/" in name or name.endswith(".pyc")]


@pytest.mark.seconds(600)
def test_install(wheel, template_database, tmp_path, monkeypatch):
    """A fresh environment with Odoo and the wheel installs and runs the addon."""
    environment = tmp_path / "venv"
    create(environment)
    python = environment / "bin" / "python"
    link_odoo(python)
    [packages] = environment.glob("lib/python*/site-packages")
    [ours] = VENV.glob("lib/python*/site-packages")
    # behind its own packages: Odoo's dependencies of the development environment
    (packages / "zz-dependencies.pth").write_text(f"{ours}\n")
    subprocess.run(
        [
            *(python, "-m", "pip", "install", "--no-deps", "--no-index", "-q"),
            *("--disable-pip-version-check", wheel),
        ],
        check=True,
    )
    installed = packages / "odoo" / "addons" / ADDON
    assert (installed / "__manifest__.py").is_file()
    # Odoo's processes run there, and know no folder of addons
    monkeypatch.setattr(odoo_process, "PYTHON", python)
    monkeypatch.setattr(odoo_process, "CHECKOUT", tmp_path)
    monkeypatch.setattr(odoo_process, "RUN", tmp_path / "run")
    odoo_process.run_once(template_database, "-i", ADDON, log_name="install")
    code, path, state = shell.run(template_database, PROBE)
    assert state == "installed"
    assert code == str(installed / "__init__.py")
    assert path == str(installed)
