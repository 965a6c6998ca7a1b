# Match: grades
from . import mci_grade_ask

# Match: bookings
from . import mci_request_ask
from . import mci_request_experts
from . import mci_booking_reason
from . import mci_grade_reason
from . import mci_booking_done
from . import mci_booking_no_show
from . import mci_booking_pick
from . import mci_booking_propose
from . import mci_booking_quick
from . import mci_preemption_ask


# Charge
from . import mci_charge_step
from . import mci_charge_correct
from . import mci_budget_ask
from . import mci_budget_note
from . import mci_budget_decide
from . import mci_household
from . import mci_statement_collect
from . import mci_statement_reverse
from . import mci_month_end
from . import mci_month_end_items
from . import mci_month_end_totals
from . import mci_month_end_actual
from . import mci_month_end_payer
from . import mci_month_end_pairs
from . import mci_price_explanation
from . import mci_rate_card_step
from . import mci_company_change
from . import mci_company_invoice_make

# Collaborate: ownership, commitments, sign-offs
from . import mci_collaborate_reason
from . import mci_deal_decision
from . import mci_ownership_offer

# Collaborate: credits, evaluations
from . import mci_credit_change
from . import mci_evaluation_step
from . import mci_booking_repeat
from . import mci_assessment_reason
from . import mci_person_voice
from . import mci_period_reopen
