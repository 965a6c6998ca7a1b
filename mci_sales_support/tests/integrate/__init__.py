from . import (
    test_access_integrate,
    test_analytic_line_privacy,
    test_arguments,
    test_mci_approval_rule,
    test_mci_center_seat,
    test_mci_delivery_center,
    test_mci_function_gap,
    test_mci_lock_mixin,
    test_menus,
    test_public_names,
    test_rows,
)
