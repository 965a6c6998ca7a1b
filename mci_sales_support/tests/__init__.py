# Odoo runs only the test modules it finds here by name, one block per package.
# ruff: noqa: F401, I001
# Integrate
from .integrate import test_mci_delivery_center

# Match: grades

# Match: bookings

# Charge

# Collaborate
