from . import (
    test_access_evaluations,
    test_access_ownership,
    test_handover,
    test_mci_credit,
    test_mci_evaluation,
    test_mci_evaluation_flow,
    test_mci_ownership,
    test_mci_promise,
    test_mci_score,
    test_mci_signoff,
)
