# Ownership, commitments, sign-offs
from . import res_company
from . import res_config_settings
from . import mci_ownership
from . import mci_promise
from . import mci_signoff
from . import crm_lead
from . import crm_lead_commitment

# Credits, evaluations, scores
