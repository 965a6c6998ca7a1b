from . import integrate
from . import match
from . import charge
from . import collaborate
