"""Odoo 19 itself: Debian's package, unpacked into the project, not installed.

PyPI has no Odoo, and installing the package of Debian unstable would upgrade half of
a Debian 12. So apt gets folders of its own, downloads, and dpkg-deb unpacks.
"""

import os
import shutil
import subprocess

from .console import Failure, run, step
from .layout import LOCAL, LOGS, ODOO
from .locks import fresh_folder, is_stamped

# Odoo, and the packages that hold the fonts and scripts it links to.
PACKAGES = (
    "odoo-19/sid",
    "fonts-glyphicons-halflings/sid",
    "fonts-montserrat/sid",
    "fonts-ocr-b/sid",
    "fonts-roboto-unhinted/sid",
    "libjs-jquery/sid",
    "libjs-jquery-form/sid",
    "libjs-underscore/sid",
    # those of sid moved their files
    "fonts-font-awesome/bookworm",
    "fonts-inconsolata/bookworm",
)
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
# Debian left this file out (blurred background in video calls); without it the
# browser logs an error on every page, and tours fail.
MISSING_SCRIPT = (
    "usr/lib/python3/dist-packages/odoo/addons/mail/static/lib/"
    "selfie_segmentation/selfie_segmentation.js"
)
STAMP = " ".join(PACKAGES)


def ensure():
    """Have Odoo unpacked in `.local/odoo`."""
    if is_stamped(ODOO, STAMP):
        return
    for program in ("apt-get", "dpkg-deb"):
        if not shutil.which(program):
            raise Failure(
                f"The program {program} is missing: the set-up gets Odoo 19 from "
                "Debian's packages and needs a Debian or Ubuntu machine."
            )
    with step("Downloading and unpacking Odoo 19 (130 MB)"):
        with fresh_folder(LOCAL / "apt", STAMP) as apt:
            _download(apt)
        with fresh_folder(ODOO, STAMP) as folder:
            _unpack(LOCAL / "apt" / "packages", folder)
        shutil.rmtree(LOCAL / "apt")


def version():
    """Return the version of the unpacked Odoo package."""
    return (ODOO / "version").read_text().strip()


def _download(apt):
    """Download the packages into `apt/packages` with apt folders of our own."""
    for folder in ("lists/partial", "cache/archives/partial", "packages"):
        (apt / folder).mkdir(parents=True)
    mirror = _mirror()
    sources = apt / "sources.list"
    sources.write_text(
        "".join(
            f"deb [signed-by={KEYRING}] {mirror} {suite} main\n"
            for suite in ("sid", "bookworm")
        )
    )
    options = [
        *("-o", f"Dir::Etc::SourceList={sources}"),
        *("-o", "Dir::Etc::SourceParts=/dev/null"),
        *("-o", f"Dir::State::Lists={apt / 'lists'}"),
        *("-o", f"Dir::Cache={apt / 'cache'}"),
        # downloads go to a folder that the user _apt may be unable to reach
        *("-o", "APT::Sandbox::User=root"),
        *("-o", "APT::Update::Error-Mode=any"),
    ]
    environment = {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
    for name, arguments in (("update", ()), ("download", PACKAGES)):
        run(
            ["apt-get", *options, name, *arguments],
            f"Getting Odoo 19 (apt-get {name})",
            LOGS / f"apt-{name}.log",
            cwd=apt / "packages",
            env=environment,
        )


def _mirror():
    """Return the address of the Debian mirror that this machine uses."""
    result = subprocess.run(
        [
            *("apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)"),
            "Created-By: Packages",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line.split() for line in result.stdout.splitlines()]
    mirrors = [line[0] for line in lines if line[1:] in (["bookworm"], ["stable"])]
    mirrors += [
        line[0] for line in lines if line and line[0].rstrip("/").endswith("/debian")
    ]
    if not mirrors:
        raise Failure(
            "apt names no Debian mirror on this machine (apt-get indextargets), so "
            "Odoo 19 cannot be downloaded."
        )
    return mirrors[0]


def _unpack(packages, folder):
    """Unpack all packages into one folder and mend what Debian left out."""
    for package in sorted(packages.glob("*.deb")):
        run(
            ["dpkg-deb", "-x", package, folder],
            f"Unpacking {package.name}",
            LOGS / "dpkg-deb.log",
        )
    [odoo] = packages.glob("odoo-19_*.deb")
    version_number = odoo.name.split("_")[1]
    if not version_number.startswith("19.0"):
        raise Failure(f"Expected Odoo 19.0 but apt offers {version_number}.")
    (folder / "version").write_text(version_number + "\n")
    script = folder / MISSING_SCRIPT
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text("/* left out by Debian: not needed */\n")
