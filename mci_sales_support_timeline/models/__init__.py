from . import mci_booking
