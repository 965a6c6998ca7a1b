from . import test_mci_booking
