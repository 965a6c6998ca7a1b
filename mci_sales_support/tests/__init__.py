# Odoo runs only the test modules it finds here by name, one block per package.
# ruff: noqa: F401, I001
# Integrate
from .integrate import test_access_integrate
from .integrate import test_analytic_line_privacy
from .integrate import test_mci_approval_rule
from .integrate import test_mci_center_seat
from .integrate import test_mci_delivery_center
from .integrate import test_mci_function_gap
from .integrate import test_mci_lock_mixin
from .integrate import test_menus

# Match: grades
from .match import test_access_grades
from .match import test_crm_lead_gate
from .match import test_crm_lead_grade
from .match import test_hooks
from .match import test_mci_grade_change
from .match import test_mci_grade_policy
from .match import test_mci_rule_level

# Match: bookings
from .match import test_access_bookings
from .match import test_capacity
from .match import test_mci_booking
from .match import test_mci_booking_consent
from .match import test_mci_booking_quick
from .match import test_mci_booking_rank
from .match import test_mci_booking_rules
from .match import test_mci_request
from .match import test_mci_request_queue
from .match import test_spread

# Charge
from .charge import test_access_charge
from .charge import test_crm_lead_budget
from .charge import test_mci_booking_cancel
from .charge import test_mci_booking_charge
from .charge import test_mci_charge
from .charge import test_mci_rate
from .charge import test_mci_statement
from .charge import test_mci_statement_post
from .charge import test_month_end
from .charge import test_project_profitability
from .charge import test_reports

# Collaborate: ownership, commitments, sign-offs
from .collaborate import test_access_ownership
from .collaborate import test_handover
from .collaborate import test_mci_ownership
from .collaborate import test_mci_promise
from .collaborate import test_mci_signoff

# Collaborate: credits, evaluations, scores
from .collaborate import test_mci_credit
from .collaborate import test_mci_evaluation
from .collaborate import test_mci_evaluation_flow
from .collaborate import test_mci_score
from .collaborate import test_access_evaluations
