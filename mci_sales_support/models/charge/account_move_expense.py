from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

# Of an item whose charge was sent: what the charge rests on.
FROZEN_FIELDS = frozenset(
    {
        "mci_lead_id",
        "mci_center_id",
        "balance",
        "debit",
        "credit",
        "amount_currency",
        "quantity",
        "price_unit",
        "discount",
        "account_id",
        "tax_ids",
        "date",
    }
)
MARKS = frozenset({"mci_lead_id", "mci_center_id"})
# Payables and money are no cost.
NO_COST = (
    "asset_receivable",
    "liability_payable",
    "asset_cash",
    "liability_credit_card",
)


class AccountMove(models.Model):
    """Bills follow into charges and back: posted, reset, cancelled, refunded (C1)."""

    _inherit = "account.move"

    mci_expense_charge_count = fields.Integer(
        string="Number of charges", compute="_compute_mci_expense_charge_count"
    )

    def _compute_mci_expense_charge_count(self):
        rows = self.env["mci.charge"]._read_group(
            [("expense_line_id.move_id", "in", self.ids)],
            ["expense_line_id"],
            ["__count"],
        )
        counts = defaultdict(int)
        for line, count in rows:
            counts[line.move_id.id] += count
        for move in self:
            move.mci_expense_charge_count = counts[move._origin.id]

    def action_mci_view_charges(self):
        """The charges that marked lines of this bill have made."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mci_sales_support.mci_charge_action"
        )
        domain = [("expense_line_id.move_id", "=", self.id)]
        return {**action, "domain": domain, "context": {}}

    def _post(self, soft=True):
        # EXTENDS account
        marked = self.line_ids.filtered("mci_lead_id")
        if marked:
            marked._mci_check_expenses()
            marked._mci_place_expenses()
        posted = super()._post(soft)
        if marked:
            marked.filtered(
                lambda line: line.parent_state == "posted"
            )._mci_sync_expenses()
        return posted

    def write(self, vals):
        # EXTENDS account: as the buttons, whoever writes the state from where
        if vals.get("state") in ("draft", "cancel"):
            posted = self.filtered(lambda move: move.state == "posted")
            posted.line_ids._mci_drop_expenses()
        return super().write(vals)

    def _mci_is_charging(self):
        # EXTENDS charge: its posting makes the charges
        return super()._mci_is_charging() or bool(self.line_ids.mci_lead_id)

    def button_draft(self):
        # EXTENDS account: an open charge goes, a sent one holds the bill back.
        self.line_ids._mci_drop_expenses()
        return super().button_draft()

    def button_cancel(self):
        # EXTENDS account
        self.line_ids._mci_drop_expenses()
        return super().button_cancel()


class AccountMoveLine(models.Model):
    """A line of a bill marked with a deal is charged to it at cost."""

    _inherit = "account.move.line"

    mci_lead_id = fields.Many2one(
        "crm.lead",
        string="Opportunity charged",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('type', '=', 'opportunity')]",
        help="Deal that bears this cost: with the posting it is charged to it, at cost"
        " (C1). The bill itself stays on the account of the unit.",
    )
    mci_center_id = fields.Many2one(
        "mci.delivery.center",
        string="Provided by",
        ondelete="restrict",
        help="Unit that paid and is credited; by default the center or the office of"
        " the deal.",
    )
    mci_charge_ids = fields.One2many(
        "mci.charge", "expense_line_id", string="Internal charges", readonly=True
    )

    @api.onchange("mci_lead_id")
    def _onchange_mci_lead_id(self):
        for line in self:
            if not line.mci_lead_id:
                line.mci_center_id = False
            elif not line.mci_center_id:
                line.mci_center_id = line._mci_get_expense_center()
            if line.mci_center_id and not line.analytic_distribution:
                line.analytic_distribution = line._mci_get_unit_distribution()

    def write(self, vals):
        if not FROZEN_FIELDS.isdisjoint(vals):
            self.filtered(
                lambda line: line.mci_lead_id and line._mci_changes(vals)
            )._mci_check_expense_frozen()
        result = super().write(vals)
        if not MARKS.isdisjoint(vals):
            posted = self.filtered(lambda line: line.parent_state == "posted")
            posted.filtered("mci_lead_id")._mci_check_expenses()
            posted._mci_sync_expenses()
        elif "analytic_distribution" in vals:
            self.filtered(
                lambda line: line.mci_lead_id and line.parent_state == "posted"
            )._mci_check_expenses()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_charged_expense(self):
        self._mci_drop_expenses()

    # --- What may be charged --------------------------------------------------

    def _mci_get_expense_center(self):
        lead = self.mci_lead_id.sudo()
        centers = lead.mci_center_id | lead.team_id.mci_office_id
        return centers.filtered(lambda center: center.company_id == self.company_id)[:1]

    def _mci_get_unit_distribution(self):
        key = self.mci_center_id.sudo().project_id._get_distribution_key()
        return {key: 100} if key else False

    def _mci_place_expenses(self):
        """Cost without an account lies on the unit, which passes it on."""
        for line in self.filtered(lambda line: not line.analytic_distribution):
            line.analytic_distribution = line._mci_get_unit_distribution()

    def _mci_check_expenses(self):
        """Refuse a mark that cannot be charged, by name."""
        for line in self.sudo():
            if not line.mci_center_id:
                line.mci_center_id = line._mci_get_expense_center()
            if error := line._mci_get_expense_error():
                raise UserError(
                    self.env._(
                        "%(line)s of %(move)s cannot be charged to %(deal)s: %(why)s",
                        line=line.name or line.account_id.display_name,
                        move=line.move_id.display_name,
                        deal=line.mci_lead_id.display_name,
                        why=error,
                    )
                )

    def _mci_get_expense_error(self):
        self.ensure_one()
        if self.move_id.is_sale_document(include_receipts=True):
            return self.env._("what the customer pays is no cost of presales.")
        if self.move_id.mci_statement_id:
            return self.env._("it belongs to a chargeback statement.")
        if self.account_id.account_type in NO_COST or self.display_type not in (
            False,
            "product",
        ):
            return self.env._("it is no line of cost.")
        if not self.mci_center_id:
            return self.env._("name the unit that paid.")
        if self.mci_center_id.company_id != self.company_id:
            return self.env._(
                "%s belongs to another company.", self.mci_center_id.display_name
            )
        if self._mci_hits_deal():
            return self.env._(
                "its analytic account is the deal's own, so the deal would bear it"
                " twice. Leave it on the account of the unit."
            )
        return ""

    def _mci_hits_deal(self):
        account = self.mci_lead_id.mci_analytic_account_id
        keys = ",".join(self.analytic_distribution or {}).split(",")
        return bool(account) and str(account.id) in keys

    # --- Charges follow -------------------------------------------------------

    def _mci_get_live_expenses(self):
        return self.sudo().mci_charge_ids.filtered(lambda c: c.state != "reversed")

    def _mci_sync_expenses(self):
        """Charges appear, follow or go, as the posted items say now."""
        lines = self.sudo()
        charges = {c.expense_line_id: c for c in lines._mci_get_live_expenses()}
        wanted = lines.filtered(
            lambda line: line.mci_lead_id
            and not line.company_currency_id.is_zero(line.balance)
        )
        (lines - wanted)._mci_drop_expenses()
        # What was sent stays as it is: a change would have been refused.
        wanted = wanted.filtered(
            lambda line: line not in charges or not charges[line]._mci_is_frozen()
        )
        model = self.env["mci.charge"].sudo()
        stories = {line: model._mci_prepare_expense_vals(line) for line in wanted}
        events = []
        for line in wanted.filtered(lambda line: line in charges):
            vals = charges[line]._mci_keep_zero_rate(stories.pop(line))
            events += charges[line]._mci_write_story(vals, "follow")
            charges[line]._mci_leave_statement()
        model._mci_log(events)
        model._mci_unlock().create(list(stories.values()))

    def _mci_drop_expenses(self):
        """Open charges go with the posting; a sent one holds the document back."""
        marked = self.filtered(lambda line: line.mci_lead_id or line.mci_charge_ids)
        if marked:
            marked._mci_check_expense_frozen()
            marked._mci_get_live_expenses()._mci_unlock().unlink()

    def _mci_check_expense_frozen(self):
        """A charge that was sent holds its item as it is (C3)."""
        if not self:
            return
        for charge in self._mci_get_live_expenses():
            if charge._mci_is_frozen():
                statement = charge.statement_id or charge.disputed_statement_id
                raise UserError(
                    self.env._(
                        "%(line)s is charged to %(deal)s on statement %(statement)s and"
                        " frozen (C3). Correct it by a credit note, or have the"
                        " statement reversed.",
                        line=charge.expense_line_id.display_name,
                        deal=charge.lead_name,
                        statement=statement.display_name or "",
                    )
                )

    def _mci_changes(self, vals):
        """Whether values change the item: forms write back what they read."""
        self.ensure_one()
        for name in FROZEN_FIELDS.intersection(vals):
            field, value = self._fields[name], vals[name]
            if field.type in ("float", "monetary"):
                if abs(self[name] - (value or 0.0)) > 1e-6:
                    return True
            elif field.type == "many2many":
                return True
            elif field.convert_to_write(self[name], self) != (value or False):
                return True
        return False
