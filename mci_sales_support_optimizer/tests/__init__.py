from . import test_mci_plan, test_optimize
