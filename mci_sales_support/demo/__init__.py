from . import mci_demo
