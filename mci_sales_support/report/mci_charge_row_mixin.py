from odoo import models


class MciChargeRowMixin(models.AbstractModel):
    """A row about one internal charge, ``charge_id``, and the way to what is behind."""

    _name = "mci.charge.row.mixin"
    _description = "Row about a charge"

    def action_open_charge(self):
        """Open the charge itself."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "mci.charge",
            "res_id": self.charge_id.id,
            "views": [(False, "form")],
        }

    def action_open_timesheet(self):
        """Open the timesheet line of the charge.

        :raises AccessError: for who may not read it
        :raises UserError: the charge has none
        """
        self.ensure_one()
        return self.charge_id.action_open_timesheet()

    def action_open_journal_item(self):
        """Open the journal item of the charge.

        :raises AccessError: for who does not read accounting
        :raises UserError: the charge is not posted
        """
        self.ensure_one()
        return self.charge_id.action_open_journal_item()
