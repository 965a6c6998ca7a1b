from odoo import models
from odoo.exceptions import UserError


class MciCharge(models.Model):
    """From a charge to the documents behind it.

    Community hides Odoo's own menus of journal entries from an invoicing user: these
    buttons are the way there, for whoever may read the document.
    """

    _inherit = "mci.charge"

    def action_open_timesheet(self):
        """Open the timesheet line behind the charge (C3).

        :raises AccessError: for who may not read the timesheet line
        :raises UserError: the charge is an expense, an opening or adjusting one
        """
        self.ensure_one()
        self.check_access("read")
        if not self.timesheet_id:
            raise UserError(
                self.env._("%s has no timesheet line.", self.display_name),
            )
        self.timesheet_id.check_access("read")
        return self._mci_get_document_action(self.timesheet_id)

    def action_open_journal_item(self):
        """Open the journal item that the charge was posted with (C6).

        :raises AccessError: for who does not read accounting
        :raises UserError: the charge is not posted
        """
        self.ensure_one()
        self.check_access("read")
        items = self.env["account.move.line"]
        items.check_access("read")
        item = self.move_line_id
        if not item:
            raise UserError(self.env._("%s is not posted.", self.display_name))
        item.check_access("read")
        return self._mci_get_document_action(item)

    def _mci_get_document_action(self, record):
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(self._mci_get_document_view(record), "form")],
        }

    def _mci_get_document_view(self, record):
        names = {
            "account.analytic.line": "hr_timesheet.hr_timesheet_line_form",
            "account.move.line": "account.view_move_line_form",
        }
        return self.env.ref(names[record._name]).id
