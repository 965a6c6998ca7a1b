from . import mci_plan
