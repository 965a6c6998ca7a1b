"""The wheels: Odoo finds and installs the addons from them, without the checkout."""

import os
import shutil
import subprocess
import zipfile

import pytest

from dev import odoo_process
from dev.layout import ADDON, CHECKOUT, PYTHON, VENV, addons, bridges, manifest
from dev.python_env import create, link_odoo

from .support import shell

PROBE = """
import importlib
from odoo.modules import get_module_path
def probe(name):
    addon = importlib.import_module("odoo.addons." + name)
    module = env["ir.module.module"].search([("name", "=", name)])
    return [addon.__file__, get_module_path(name), module.state]
answer({name: probe(name) for name in values["addons"]})
"""


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    """The wheel of each addon, built from a copy: a build leaves folders behind."""
    sources = {name: tmp_path_factory.mktemp("source") / name for name in addons()}
    for name in bridges():
        shutil.copytree(CHECKOUT / name, sources[name])
    main = sources[ADDON]
    shutil.copytree(CHECKOUT / ADDON, main / ADDON)
    for name in ("setup.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(CHECKOUT / name, main)
    return {
        name: _build(source, tmp_path_factory.mktemp("wheel"))
        for name, source in sources.items()
    }


def _build(source, target):
    subprocess.run(
        [
            *(PYTHON, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation"),
            *("-q", "--disable-pip-version-check", "-w", target, source),
        ],
        check=True,
        # the build backends are programs of our environment
        env={**os.environ, "PATH": f"{PYTHON.parent}{os.pathsep}{os.environ['PATH']}"},
    )
    [wheel] = target.iterdir()
    return wheel


def _files(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.mark.parametrize("addon", addons())
def test_version(wheels, addon):
    """The distribution carries the name of OCA's scheme and the manifest's version."""
    name, version, *_rest = wheels[addon].stem.split("-")
    assert name == f"odoo_addon_{addon}"
    assert version == manifest(addon)["version"]


@pytest.mark.parametrize("addon", addons())
def test_contents(wheels, addon):
    """Data, views, translations, icon and code are in, and nothing beside them."""
    here, names, facts = f"odoo/addons/{addon}", _files(wheels[addon]), manifest(addon)
    for path in [*facts["data"], *facts.get("demo", []), "__manifest__.py"]:
        assert f"{here}/{path}" in names
    shipped = [
        path.relative_to(CHECKOUT / addon)
        for path in (CHECKOUT / addon).rglob("*")
        if path.is_file()
        and not {"tests", "__pycache__"} & set(path.parts)
        and path.name != "pyproject.toml"
    ]
    missing = {f"{here}/{path}" for path in shipped} - names
    assert not missing
    assert f"{here}/static/description/icon.png" in names
    foreign = {name for name in names if not name.startswith(f"{here}/")}
    assert all(".dist-info/" in name for name in foreign)
    assert not [name for name in names if name.endswith(".pyc")]


def test_no_tests(wheels):
    """The main addon leaves its tests out; bridges follow the backend of the OCA."""
    assert not [name for name in _files(wheels[ADDON]) if "/tests/" in name]


@pytest.mark.seconds(600)
def test_install(wheels, broad_database, tmp_path, monkeypatch):
    """A fresh environment with Odoo and the wheels installs and runs the addons."""
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
            *("--disable-pip-version-check", *wheels.values()),
        ],
        check=True,
    )
    installed = {name: packages / "odoo" / "addons" / name for name in wheels}
    assert all((path / "__manifest__.py").is_file() for path in installed.values())
    # Odoo's processes run there, and know no folder of addons
    monkeypatch.setattr(odoo_process, "PYTHON", python)
    monkeypatch.setattr(odoo_process, "CHECKOUT", tmp_path)
    monkeypatch.setattr(odoo_process, "RUN", tmp_path / "run")
    odoo_process.run_once(broad_database, "-i", ",".join(wheels), log_name="install")
    answers = shell.run(broad_database, PROBE, addons=list(wheels))
    for name, (code, path, state) in answers.items():
        assert state == "installed"
        assert code == str(installed[name] / "__init__.py")
        assert path == str(installed[name])
