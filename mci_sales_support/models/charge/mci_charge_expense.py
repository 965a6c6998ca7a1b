from odoo import api, fields, models
from odoo.tools import LazyTranslate

from ...tools.words import Line, say

_lt = LazyTranslate(__name__)


class MciCharge(models.Model):
    """Expenses and subcontractors of a deal are charged at cost (C1).

    The unit has paid: the cost lies on its account by the bill. The charge has no
    hours; its amount is the balance of the journal item, in the currency of the
    company, and with the statement it moves from the unit to the deal.
    """

    _inherit = "mci.charge"

    expense_line_id = fields.Many2one(
        "account.move.line",
        string="Item of the bill",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="set null",
        groups="account.group_account_invoice,account.group_account_readonly",
    )

    _expense_uniq = models.UniqueIndex(
        "(expense_line_id) WHERE expense_line_id IS NOT NULL AND state <> 'reversed'",
        "A journal item is charged once.",
    )

    @api.model
    def _mci_prepare_expense_vals(self, line):
        """Charge of a posted journal item, at cost in the company's currency."""
        lead, center, currency = (
            line.mci_lead_id,
            line.mci_center_id,
            line.company_currency_id,
        )
        return {
            **self._prepare_payer_vals(lead, self.env["mci.booking"]),
            "expense_line_id": line.id,
            "origin": "expense",
            "date": line.date,
            "hours": 0.0,
            "center_id": center.id,
            "company_id": line.company_id.id,
            "company_currency_id": currency.id,
            "currency_id": currency.id,
            "price_unit": line.balance,
            "exchange_rate": 1.0,
            "rate_date": line.date,
            "amount": line.balance,
            "is_unpriced": False,
            "explanation": self._mci_explain_expense(line),
        }

    @api.model
    def _mci_explain_expense(self, line):
        """Document, partner and text; Odoo's expenses begin with the name already."""
        partner = line.partner_id.display_name or ""
        what = line.name or line.account_id.name
        if what.startswith(partner):
            partner = ""
        return _lt(
            "%(document)s: %(what)s, at cost",
            document=" ".join(filter(None, [line.move_name, partner])),
            what=what,
        )

    def _mci_is_at_cost(self):
        """An expense, or a correction of one: its price is the whole of it."""
        self.ensure_one()
        return self.sudo()._mci_get_first().origin == "expense"

    def _mci_get_amount(self, hours, price_unit):
        # EXTENDS: what was paid has no hours
        at_cost = self._mci_is_at_cost()
        return super()._mci_get_amount(1.0 if at_cost else hours, price_unit)

    def _mci_follow(self):
        # EXTENDS: an expense follows the item of its bill
        expenses = self.filtered("expense_line_id")
        expenses.sudo().expense_line_id._mci_sync_expenses()
        return super(MciCharge, self - expenses)._mci_follow()

    @api.depends(
        "lead_name", "date", "hours", "origin", "explanation", "explanation_packed"
    )
    def _compute_display_name(self):
        # EXTENDS: an expense has no hours
        result = super()._compute_display_name()
        for charge in self.filtered(lambda charge: charge.origin == "expense"):
            charge.display_name = say(charge.env, charge._mci_get_name_words())
        return result

    def _mci_get_name_words(self):
        # EXTENDS
        if self.origin != "expense":
            return super()._mci_get_name_words()
        return Line([self.lead_name or "", self._mci_get_words("explanation")], ", ")

    def action_view_expense(self):
        """Open the bill or entry behind an expense, for who reads accounting."""
        self.ensure_one()
        self.check_access("read")
        move = self.expense_line_id.move_id
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": move.id,
            "views": [(False, "form")],
        }
