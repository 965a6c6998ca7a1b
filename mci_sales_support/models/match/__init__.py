# Grades
from . import mci_grade
from . import mci_grade_policy
from . import mci_grade_policy_line
from . import mci_approval_rule
from . import mci_rule_level
from . import mci_rule_event
from . import crm_stage
from . import crm_team
from . import crm_lead
from . import crm_lead_gate
from . import crm_lead_grade
from . import crm_lead_split
from . import crm_lead_card
from . import mci_grade_change

# Grades

# Bookings
from . import mci_work_category
from . import mci_request
from . import mci_request_queue
from . import mci_request_line
from . import mci_booking
from . import mci_booking_day
from . import mci_booking_snapshot
from . import mci_booking_rights
from . import mci_booking_hooks
from . import mci_booking_capacity
from . import mci_booking_check
from . import mci_booking_flow
from . import mci_booking_done
from . import mci_booking_consent
from . import mci_booking_object
from . import mci_booking_ticket
from . import mci_booking_log
from . import mci_extra_workday
from . import mci_overtime
from . import mci_booking_conflict
from . import mci_booking_travel
from . import mci_booking_holds
from . import mci_capacity_reserve
from . import mci_booking_series
from . import mci_week
from . import mci_booking_rank
from . import crm_lead_support
from . import resource_resource
from . import res_company
from . import res_config_settings
