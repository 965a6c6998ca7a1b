from odoo import api, fields, models
from odoo.exceptions import UserError

from .mci_charge_correct import CORRECT

# What a charge rests on: frozen with it. Columns of analytic plans are added at run
# time by name.
FROZEN_FIELDS = frozenset(
    {
        "unit_amount",
        "date",
        "employee_id",
        "user_id",
        "project_id",
        "task_id",
        "company_id",
        "amount",
        "product_uom_id",
        "mci_lead_id",
        "mci_booking_id",
    }
)
# What an open charge follows.
FOLLOWED_FIELDS = frozenset(
    {"unit_amount", "date", "employee_id", "project_id", "task_id", "mci_lead_id"}
)
# Of the items of a posted statement: amount, hours, accounts.
ITEM_FIELDS = frozenset(
    {
        "unit_amount",
        "date",
        "amount",
        "company_id",
        "general_account_id",
        "move_line_id",
        "product_uom_id",
    }
)


class AccountAnalyticLine(models.Model):
    """Presales timesheets: charged to a deal, frozen with their charge (C3)."""

    _name = "account.analytic.line"
    _inherit = ["account.analytic.line", "mci.lock.mixin"]

    _mci_locked_fields = frozenset({"mci_booking_id"})

    mci_lead_id = fields.Many2one(
        "crm.lead",
        string="Opportunity",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        domain="[('type', '=', 'opportunity')]",
        help="Deal these presales hours are charged to (C1). Hours of a unit without a"
        " deal are the unit's own time.",
    )
    mci_booking_id = fields.Many2one(
        "mci.booking",
        string="Booking",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
        copy=False,
    )
    mci_charge_ids = fields.One2many(
        "mci.charge", "timesheet_id", string="Internal charges", readonly=True
    )

    def _compute_display_name(self):
        # EXTENDS hr_timesheet: a line is called as its project, and a unit's project is
        # private; accounting reads the hours behind a charge all the same.
        units = self.filtered(lambda line: line.sudo().project_id.mci_center_id)
        super(AccountAnalyticLine, units.sudo())._compute_display_name()
        return super(AccountAnalyticLine, self - units)._compute_display_name()

    def _mci_get_locked_fields(self):
        locked = super()._mci_get_locked_fields()
        if any(line.mci_booking_id for line in self.sudo()):
            # The work was booked for a deal: it cannot be charged to another one.
            locked |= {"mci_lead_id"}
        return locked

    # --- CRUD -----------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        presales = lines.filtered("mci_lead_id")
        if presales:
            self.env["mci.charge"]._mci_make(presales)
        return lines

    def write(self, vals):
        self._mci_check_frozen(vals)
        self._mci_check_items(vals)
        result = super().write(vals)
        if not FOLLOWED_FIELDS.isdisjoint(vals):
            self._mci_sync_charges()
        return result

    def unlink(self):
        self._mci_drop_charges()
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_charged(self):
        self._mci_check_frozen({"unit_amount"})
        self._mci_check_items({"amount"})
        self._mci_check_taken_back()

    # --- Frozen with the charge -----------------------------------------------

    def _mci_get_frozen(self):
        """Timesheets whose charge was sent: nobody changes them, nor deletes them."""
        presales = self.sudo().filtered("mci_lead_id")
        if not presales:
            return presales
        return presales.filtered(
            lambda line: any(
                charge._mci_is_frozen()
                for charge in line.mci_charge_ids
                if charge.state != "reversed"
            )
        )

    def _mci_check_frozen(self, names):
        if self.env.context.get("mci_correct") is CORRECT:
            return
        if FROZEN_FIELDS.isdisjoint(names) and not self._mci_moves_account(names):
            return
        for line in self._mci_get_frozen()[:1]:
            raise UserError(
                self.env._(
                    "The hours of %(person)s on %(date)s for %(deal)s are on a"
                    " statement and frozen (C3). Dispute the charge, or reverse the"
                    " statement, to change them.",
                    person=line.employee_id.name or "",
                    date=line.date,
                    deal=line.mci_lead_id.display_name,
                )
            )

    def _mci_check_items(self, names):
        """Analytic items of a statement's entry carry the ledger of the deal (C6)."""
        if not ITEM_FIELDS.isdisjoint(names) or self._mci_moves_account(names):
            self.sudo().move_line_id.move_id._mci_check_items_stay()

    def _mci_check_taken_back(self):
        """A charge reversed, or moved to another deal, stays and needs its hours."""
        for line in self.sudo().filtered("mci_charge_ids")[:1]:
            raise UserError(
                self.env._(
                    "The hours of %(person)s on %(date)s were charged to %(deal)s, and"
                    " the charge taken back stays as evidence (C3). Set them to 0"
                    " instead of deleting them.",
                    person=line.employee_id.name or "",
                    date=line.date,
                    deal=line.mci_charge_ids[0].lead_name or "",
                )
            )

    def _mci_moves_account(self, names):
        return not set(self._get_plan_fnames()).isdisjoint(names)

    def _is_readonly(self):
        # EXTENDS hr_timesheet
        return super()._is_readonly() or bool(self._mci_get_frozen())

    # --- Charges follow -------------------------------------------------------

    def _mci_sync_charges(self):
        """After a correction: charges follow, appear or go, as the line says now."""
        lines = self.sudo()
        charges = lines.mci_charge_ids.filtered(lambda charge: charge.state == "open")
        presales = lines.filtered(
            lambda line: line.mci_lead_id and line.project_id.mci_center_id
        )
        (charges.filtered(lambda c: c.timesheet_id in presales))._mci_follow()
        (lines - presales)._mci_drop_charges()
        uncharged = (
            presales
            - lines.mci_charge_ids.filtered(
                lambda charge: charge.state != "reversed"
            ).timesheet_id
        )
        if uncharged:
            self.env["mci.charge"]._mci_make(uncharged)

    def _mci_drop_charges(self):
        """Open charges go with their line; frozen ones hold the line back."""
        if not any(line.mci_lead_id or line.mci_booking_id for line in self.sudo()):
            # Also lines whose deal has just been taken away: they may have had one.
            if not self.sudo().filtered("project_id.mci_center_id"):
                return
        charges = self.sudo().mci_charge_ids.filtered(
            lambda charge: not charge._mci_is_frozen()
        )
        charges._mci_unlock().unlink()
