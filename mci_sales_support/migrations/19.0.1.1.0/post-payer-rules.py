"""Sales managers read what their company bears, not what units do for others."""

from odoo import SUPERUSER_ID, api

# rule: domain; the rules are not updated, so that a company may narrow them itself
DOMAINS = {
    "mci_charge_rule_all_leads": "[('payer_company_id', 'in', company_ids)]",
    "mci_charge_event_rule_all_leads": (
        "[('charge_id.payer_company_id', 'in', company_ids)]"
    ),
    "mci_charge_report_rule_all_leads": "[('payer_company_id', 'in', company_ids)]",
    "mci_settlement_ageing_rule_all_leads": (
        "[('payer_company_id', 'in', company_ids)]"
    ),
    "mci_statement_rule_sales_manager": "[('payer_company_id', 'in', company_ids)]",
}


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name, domain in DOMAINS.items():
        rule = env.ref(f"mci_sales_support.{name}", raise_if_not_found=False)
        if rule and rule.domain_force.replace(" ", "") == "[(1,'=',1)]":
            rule.domain_force = domain
