from collections import namedtuple

from odoo import fields, models

# Who pays for work on a deal that nobody booked, in the shape of a booking.
PayerSnapshot = namedtuple(
    "PayerSnapshot", ["team_id", "payer_company_id", "grade_id", "tier"]
)


class CrmLead(models.Model):
    """The deal's charges and its analytic account."""

    _inherit = "crm.lead"

    mci_charge_ids = fields.One2many(
        "mci.charge", "lead_id", string="Internal charges", readonly=True
    )
    mci_charge_count = fields.Integer(
        string="Number of charges", compute="_compute_mci_counts"
    )
    mci_analytic_account_id = fields.Many2one(
        "account.analytic.account",
        string="Account of the deal",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Presales charges, delivery cost and revenue of the deal meet here (I3)."
        " It is made when the first charge is posted.",
    )

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {
            "mci_analytic_account_id",
            "mci_budget_approved",
            "mci_budget_set",
        }

    def _mci_get_counted(self):
        # EXTENDS match
        live = self.env["mci.charge"].sudo(), [("state", "!=", "reversed")]
        return super()._mci_get_counted() | {"mci_charge_count": live}

    def _mci_get_payer_snapshot(self):
        self.ensure_one()
        return PayerSnapshot(
            self.team_id, self._mci_get_company(), self.mci_grade_id, self.mci_tier
        )

    # --- Analytic account -----------------------------------------------------

    def _mci_get_analytic_accounts(self):
        """The account of each deal, made where it misses, in one batch.

        :return: dict deal → account
        """
        leads = self.sudo().with_context(active_test=False)
        missing = leads.filtered(lambda lead: not lead.mci_analytic_account_id)
        accounts = (
            self.env["account.analytic.account"]
            .sudo()
            ._mci_unlock()
            .create([lead._prepare_analytic_account_vals() for lead in missing])
        )
        for lead, account in zip(missing, accounts, strict=True):
            lead._mci_write_plain({"mci_analytic_account_id": account.id})
        return {
            lead: lead_sudo.mci_analytic_account_id
            for lead, lead_sudo in zip(self, leads, strict=True)
        }

    def _mci_get_analytic_account(self):
        self.ensure_one()
        return self._mci_get_analytic_accounts()[self]

    def _prepare_analytic_account_vals(self):
        """A neutral name: everybody who picks accounts reads it (C8)."""
        self.ensure_one()
        code = self.env._("Deal %s", self.id)
        customer = self.partner_id.commercial_partner_id.name
        return {
            "name": f"{code} – {customer}" if customer else code,
            "code": f"DEAL{self.id}",
            "plan_id": self._mci_get_company()._mci_get_plan("deal").id,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "mci_kind": "deal",
        }

    # --- Merge ----------------------------------------------------------------

    def _mci_merge(self, opportunities):
        # EXTENDS match: the tail is deleted afterwards; charges and budget stay.
        result = super()._mci_merge(opportunities)
        head, tail = self.sudo(), opportunities.sudo().with_context(active_test=False)
        charges = self.env["mci.charge"].sudo().search([("lead_id", "in", tail.ids)])
        head._mci_merge_account(tail)
        charges._mci_correct_account(head)
        charges._mci_unlock().write({"lead_id": head.id})
        lines = self.env["account.analytic.line"].sudo()
        lines = lines.search([("mci_lead_id", "in", tail.ids)])
        models.BaseModel.write(lines, {"mci_lead_id": head.id})
        head._mci_merge_budget(tail)
        return result

    def _mci_merge_budget(self, tail):
        """Movements and balance of the merged deals go to the one that stays (C4)."""
        changes = self.env["mci.budget.change"].sudo()
        for name in ("lead_id", "from_lead_id"):
            found = changes.search([(name, "in", tail.ids)])
            found._mci_unlock().write({name: self.id})
        deals = self | tail
        if any(deals.mapped("mci_budget_set")):
            self._mci_set_budget(sum(deals.mapped("mci_budget_approved")))

    def _mci_merge_account(self, tail):
        """A deal without account takes the one of a merged deal."""
        if not self.mci_analytic_account_id and tail.mci_analytic_account_id:
            self._mci_write_plain(
                {"mci_analytic_account_id": tail.mci_analytic_account_id[0].id}
            )

    # --- Buttons --------------------------------------------------------------

    def action_mci_view_charges(self):
        action = self._mci_view_documents("mci_sales_support.mci_charge_action")
        return {**action, "context": {}}

    def action_mci_view_account_items(self):
        """All analytic items of the deal, for who reads accounting (I3)."""
        self.ensure_one()
        self.check_access("read")
        account = self.sudo().mci_analytic_account_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Analytic items of %(deal)s", deal=self.display_name),
            "res_model": "account.analytic.line",
            "view_mode": "list,pivot,graph",
            "domain": [("account_id", "=", account.id)],
            "context": {"create": False},
        }
