from . import action
from . import export
