from . import integrate
from . import match
from . import charge
from .charge import account_move_company_guard
from . import collaborate
