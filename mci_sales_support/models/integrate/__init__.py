from . import mci_lock_mixin
