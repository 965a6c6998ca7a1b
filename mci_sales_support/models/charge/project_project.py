import json

from odoo import api, models
from odoo.fields import Domain

SECTION = "mci_presales_charges"


class ProjectProject(models.Model):
    """Presales charges in the profitability of projects (I3).

    Odoo's panel reads timesheets, invoices and bills, and passes over journal entries:
    without this section its total would differ from the analytic account.
    """

    _inherit = "project.project"

    def _get_profitability_labels(self):
        # EXTENDS project
        return {
            **super()._get_profitability_labels(),
            SECTION: self.env._("Presales charges (at charge price)"),
        }

    def _get_profitability_sequence_per_invoice_type(self):
        # EXTENDS project
        return {**super()._get_profitability_sequence_per_invoice_type(), SECTION: 13}

    def _get_profitability_items(self, with_action=True):
        # EXTENDS project
        items = super()._get_profitability_items(with_action)
        amount = self._mci_get_charged_amount()
        if self.currency_id.is_zero(amount):
            return items
        side, done, waiting = (
            ("revenues", "invoiced", "to_invoice")
            if amount > 0
            else ("costs", "billed", "to_bill")
        )
        section = {
            "id": SECTION,
            "sequence": self._get_profitability_sequence_per_invoice_type()[SECTION],
            done: amount,
            waiting: 0.0,
        }
        if with_action:
            section["action"] = {
                "name": "action_profitability_items",
                "type": "object",
                "args": json.dumps([SECTION]),
            }
        items[side]["data"].append(section)
        items[side]["total"][done] += amount
        return items

    def _mci_get_charged_amount(self):
        """Net of the posted charges on the project's account, in its currency."""
        self.ensure_one()
        if not self.account_id:
            return 0.0
        rows = (
            self.env["account.analytic.line"]
            .sudo()
            ._read_group(
                Domain("account_id", "=", self.account_id.id)
                & self._mci_get_charge_items_domain(),
                ["currency_id"],
                ["amount:sum"],
            )
        )
        return sum(
            currency._convert(amount, self.currency_id, self.company_id)
            for currency, amount in rows
        )

    @api.model
    def _mci_get_charge_items_domain(self):
        """Analytic items of charges, and of the differences that were settled."""
        return Domain("move_line_id.move_id.mci_statement_id", "!=", False) | Domain(
            "move_line_id.move_id.mci_actual_price_id", "!=", False
        )

    def action_profitability_items(self, section_name, domain=None, res_id=False):
        # EXTENDS project
        if section_name != SECTION:
            return super().action_profitability_items(section_name, domain, res_id)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mci_sales_support.mci_charge_action"
        )
        mine = Domain("analytic_account_id", "=", self.account_id.id)
        if self.mci_center_id:
            mine |= Domain("center_id", "=", self.mci_center_id.id)
        action["domain"] = list(mine & Domain("state", "=", "posted"))
        action["context"] = {}
        return action
