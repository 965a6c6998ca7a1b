from . import action
from . import export
from . import template
