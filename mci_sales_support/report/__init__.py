from . import mci_week_report
from . import mci_charge_report
from . import mci_center_report
from . import mci_grade_report
from . import mci_lost_demand
