from odoo import api, fields, models
from odoo.exceptions import UserError

MARKS = frozenset({"mci_lead_id", "mci_center_id"})


class HrExpense(models.Model):
    """An expense made for a deal is charged to it, once and at cost (C1).

    The mark goes with the expense into its journal entry. From there on the item is
    charged as a marked line of a vendor bill is: with the posting, in the currency of
    the company, without recoverable tax; reversing the entry takes it back.
    """

    _inherit = "hr.expense"

    mci_lead_id = fields.Many2one(
        "crm.lead",
        string="Opportunity charged",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('type', '=', 'opportunity')]",
        help="Deal this was spent for: when the expense is posted it is charged to it,"
        " at cost (C1). The expense itself stays on the account of the unit.",
    )
    mci_center_id = fields.Many2one(
        "mci.delivery.center",
        string="Provided by",
        compute="_compute_mci_center_id",
        store=True,
        readonly=False,
        ondelete="restrict",
        domain="[('company_id', '=', company_id)]",
        help="Unit that pays and is credited; by default the employee's own, else the"
        " center or the office of the deal.",
    )
    mci_charge_count = fields.Integer(
        string="Number of charges", compute="_compute_mci_charge_count"
    )

    @api.depends("mci_lead_id", "employee_id", "company_id")
    def _compute_mci_center_id(self):
        for expense in self:
            expense.mci_center_id = expense._mci_get_center(expense.mci_center_id)

    def _mci_get_center(self, chosen):
        """The unit of the employee that serves the deal, else one of the deal."""
        self.ensure_one()
        if not self.mci_lead_id:
            return chosen.browse()
        lead = self.mci_lead_id.sudo()
        seats = self.employee_id.sudo().resource_id.mci_seat_ids
        own = seats.filtered("is_current").center_id
        of_deal = lead.mci_center_id | lead.team_id.mci_office_id
        centers = (chosen & own) | (own & of_deal) | own | chosen | of_deal
        return centers.filtered(lambda center: center.company_id == self.company_id)[:1]

    def _compute_mci_charge_count(self):
        charges = self._mci_get_charges().sudo()
        by_expense = charges.grouped(lambda charge: charge.expense_line_id.expense_id)
        for expense in self:
            expense.mci_charge_count = len(by_expense.get(expense, ()))

    def _mci_get_charges(self):
        """The charges of the expenses that the user may read."""
        lines = self.env["account.move.line"].sudo()
        lines = lines.search([("expense_id", "in", self.ids)])
        charges = self.env["mci.charge"]
        if not charges.has_access("read"):
            return charges
        return charges.search([("id", "in", lines.mci_charge_ids.ids)])

    def action_mci_view_charges(self):
        """The charges this expense has made, those taken back included."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mci_sales_support.mci_charge_action"
        )
        charges = self._mci_get_charges()
        return {**action, "domain": [("id", "in", charges.ids)], "context": {}}

    # --- CRUD -----------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._mci_check_lead(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        # EXTENDS hr_expense: agreed with the approval, like the amount
        if not MARKS.isdisjoint(vals) and not self.env.su:
            self._mci_check_lead([vals])
            for expense in self:
                if not expense.is_editable and expense._mci_changes(vals):
                    raise UserError(
                        self.env._(
                            "%s is no longer a draft of yours: who approves it says"
                            " which deal it is charged to (C1).",
                            expense.display_name,
                        )
                    )
        return super().write(vals)

    @api.model
    def _mci_check_lead(self, vals_list):
        """Only a deal that the user reads, whatever id is sent."""
        if not self.env.su:
            lead_ids = {vals.get("mci_lead_id") for vals in vals_list} - {None, False}
            self.env["crm.lead"].browse(lead_ids).check_access("read")

    def _mci_changes(self, vals):
        return any(
            self._fields[name].convert_to_write(self[name], self) != (vals[name] or 0)
            for name in MARKS.intersection(vals)
        )

    # --- Steps ----------------------------------------------------------------

    def action_submit(self):
        # EXTENDS hr_expense: say now what the posting would refuse
        self._mci_check_chargeable()
        return super().action_submit()

    def action_approve(self):
        # EXTENDS hr_expense
        self._mci_check_chargeable()
        return super().action_approve()

    def _mci_check_chargeable(self):
        for expense in self.sudo().filtered("mci_lead_id"):
            if error := expense._mci_get_error():
                raise UserError(
                    self.env._(
                        "%(expense)s cannot be charged to %(deal)s: %(why)s",
                        expense=expense.name,
                        deal=expense.mci_lead_id.display_name,
                        why=error,
                    )
                )

    def _mci_get_error(self):
        self.ensure_one()
        if not self.mci_center_id:
            return self.env._("name the unit that pays.")
        if self.mci_center_id.company_id != self.company_id:
            return self.env._(
                "%s belongs to another company.", self.mci_center_id.display_name
            )
        account = self.mci_lead_id.mci_analytic_account_id
        keys = ",".join(self.analytic_distribution or {}).split(",")
        if account and str(account.id) in keys:
            return self.env._(
                "its analytic account is the deal's own, so the deal would bear it"
                " twice. Leave it on the account of the unit."
            )
        return ""

    # --- Into the journal entry -----------------------------------------------

    def _mci_prepare_marks(self):
        """The entry carries the mark; its posting makes the charge."""
        self.ensure_one()
        return {
            "mci_lead_id": self.mci_lead_id.id,
            "mci_center_id": self.mci_center_id.id,
        }

    def _prepare_move_lines_vals(self):
        # EXTENDS hr_expense: paid by the employee
        return {**super()._prepare_move_lines_vals(), **self._mci_prepare_marks()}

    def _prepare_payments_vals(self):
        # EXTENDS hr_expense: paid by the company; taxes and payment are not marked
        move_vals, payment_vals = super()._prepare_payments_vals()
        for _command, _id, vals in move_vals["line_ids"]:
            if vals.get("expense_id") == self.id and "tax_repartition_line_id" not in (
                vals
            ):
                vals.update(self._mci_prepare_marks())
        return move_vals, payment_vals
