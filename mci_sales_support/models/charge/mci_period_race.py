from datetime import date

from odoo import api, fields, models

from ...tools.shared_row import write_shared


class MciPeriod(models.Model):
    """Hours of a day that somebody closes at the same moment (C7).

    Transactions run REPEATABLE READ: who closes does not see the charge that is made
    meanwhile, and who logs does not see that his month is closed. Both write one row:
    that of the person, or of the unit where nobody worked. The second of them collides
    and starts again, with what the first one left.
    """

    _inherit = "mci.period"

    @api.model
    def _mci_get_over_by_company(self, vals_list, days):
        # EXTENDS: a period that can be closed now is only as open as it is when the
        # transaction ends. Who logs the hours of a running month writes nothing.
        over = super()._mci_get_over_by_company(vals_list, days)
        last = {
            company_id: max(
                (last for _first, last, closed in rows if not closed), default=date.min
            )
            for company_id, rows in over.items()
        }
        self._mci_share_days(
            [
                vals
                for vals, day in zip(vals_list, days, strict=True)
                if day and day <= last.get(vals.get("company_id"), date.min)
            ]
        )
        return over

    @api.model
    def _mci_share_days(self, vals_list):
        """Write the rows that closing the days of these charges writes, too."""
        people = {vals.get("resource_id") for vals in vals_list} - {False, None}
        units = {v["center_id"] for v in vals_list if not v.get("resource_id")}
        write_shared(self.env["resource.resource"].browse(people), "mci_booking_seq")
        write_shared(self.env["mci.delivery.center"].browse(units), "charge_seq")

    def action_close(self):
        # EXTENDS: before anything is checked, so that few have to start again
        self._check_can_manage()
        companies = self.sudo().company_id
        units = self.env["mci.delivery.center"].sudo().with_context(active_test=False)
        units = units.search([("company_id", "in", companies.ids)])
        people = self.env["resource.resource"].sudo().with_context(active_test=False)
        people = people.search(
            [
                ("resource_type", "=", "user"),
                "|",
                ("company_id", "in", [False, *companies.ids]),
                ("mci_seat_ids.center_id", "in", units.ids),
            ]
        )
        write_shared(people, "mci_booking_seq")
        write_shared(units, "charge_seq")
        return super().action_close()


class MciStatement(models.Model):
    _inherit = "mci.statement"

    def _mci_open_again(self):
        # EXTENDS: fresh charges of old days
        write_shared(self.center_id, "charge_seq")
        return super()._mci_open_again()


class MciDeliveryCenter(models.Model):
    _inherit = "mci.delivery.center"

    charge_seq = fields.Integer(
        string="Charge counter", copy=False, export_string_translation=False
    )
