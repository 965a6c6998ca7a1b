"""The distribution of the addon: `pip install .` puts it beside Odoo's own addons."""

import ast
from pathlib import Path

from setuptools import setup

ADDON = "mci_sales_support"
HERE = Path(__file__).resolve().parent
MANIFEST = ast.literal_eval((HERE / ADDON / "__manifest__.py").read_text("utf-8"))
PACKAGE = f"odoo.addons.{ADDON}"
LEFT_OUT = {"tests", "__pycache__"}


def is_data(path):
    """Tell whether a file is no module of a package: migrations are none either."""
    if path.suffix == ".py":
        return not (path.parent / "__init__.py").exists()
    return path.suffix != ".pyc"


def is_shipped(path):
    """Tell whether a path inside the addon belongs to what users install."""
    return not LEFT_OUT.intersection(path.relative_to(HERE / ADDON).parts)


folders = [
    path for path in (HERE / ADDON).rglob("*") if path.is_dir() and is_shipped(path)
]
packages = {PACKAGE: ADDON}
for folder in folders:
    if (folder / "__init__.py").exists():
        name = ".".join(folder.relative_to(HERE / ADDON).parts)
        packages[f"{PACKAGE}.{name}"] = str(folder.relative_to(HERE))
files = [
    str(path.relative_to(HERE / ADDON))
    for path in (HERE / ADDON).rglob("*")
    if path.is_file() and is_data(path) and is_shipped(path)
]

setup(
    name="odoo-addon-mci-sales-support",
    version=MANIFEST["version"],
    description=MANIFEST["summary"],
    long_description=(HERE / "README.md").read_text("utf-8"),
    long_description_content_type="text/markdown",
    author=MANIFEST["author"],
    license="LGPL-3.0-only",
    python_requires=">=3.10",
    install_requires=["odoo==19.0.*"],
    packages=list(packages),
    package_dir=packages,
    package_data={PACKAGE: files},
    include_package_data=False,
    zip_safe=False,
)
