from . import (
    test_access_charge,
    test_crm_lead_budget,
    test_mci_booking_cancel,
    test_mci_booking_charge,
    test_mci_charge,
    test_mci_rate,
    test_mci_statement,
    test_mci_statement_collect,
    test_mci_statement_post,
    test_month_end,
    test_project_profitability,
    test_reports,
)
