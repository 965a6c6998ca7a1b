# Odoo runs the test modules it finds as names here; each package names its own.
# ruff: noqa: F403
from .integrate import *
from .match import *
from .charge import *
from .collaborate import *
from .report import *
from .lasting import *
