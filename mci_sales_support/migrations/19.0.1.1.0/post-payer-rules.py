"""Sellers read what their company bears, not what its units do for others."""

from odoo import SUPERUSER_ID, api

ALL = "[(1, '=', 1)]"
OWN = "['|', ('{0}user_id', '=', user.id), ('{0}user_id', '=', False)]"
OWN_BORNE = (
    "['|', ('{0}user_id', '=', user.id), '&', ('{0}user_id', '=', False),"
    " ('{1}payer_company_id', 'in', company_ids)]"
)
BORNE = "[('{0}payer_company_id', 'in', company_ids)]"
# rule: domain before and after; a domain that was changed by hand stays
DOMAINS = {
    "mci_charge_rule_seller": (
        OWN.format("lead_id."),
        OWN_BORNE.format("lead_id.", ""),
    ),
    "mci_charge_event_rule_seller": (
        OWN.format("charge_id.lead_id."),
        OWN_BORNE.format("charge_id.lead_id.", "charge_id."),
    ),
    "mci_charge_rule_all_leads": (ALL, BORNE.format("")),
    "mci_charge_event_rule_all_leads": (ALL, BORNE.format("charge_id.")),
    "mci_statement_rule_sales_manager": (ALL, BORNE.format("")),
    "mci_charge_report_rule_all_leads": (ALL, BORNE.format("")),
    "mci_settlement_ageing_rule_all_leads": (ALL, BORNE.format("")),
}


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name, (before, after) in DOMAINS.items():
        rule = env.ref(f"mci_sales_support.{name}", raise_if_not_found=False)
        if rule and "".join(rule.domain_force.split()) == "".join(before.split()):
            rule.domain_force = after
