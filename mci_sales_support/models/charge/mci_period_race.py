from datetime import timedelta

from odoo import api, fields, models

from ...tools.shared_row import write_shared

# The last place on earth where a day begins is this far behind the first one.
WIDEST_ZONE = timedelta(hours=14)


class MciCharge(models.Model):
    """Hours of a day that somebody closes at the same moment (C7).

    Transactions run REPEATABLE READ: who closes does not see the charge that is made
    meanwhile, and who logs does not see that his month is closed. Both write one row:
    that of the person, or of the unit where nobody worked. The second of them collides
    and starts again, with what the first one left.
    """

    _inherit = "mci.charge"

    @api.model
    def _mci_insert(self, stories):
        # EXTENDS
        self._mci_share_days(stories)
        return super()._mci_insert(stories)

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS
        self._mci_share_days(vals_list)
        return super().create(vals_list)

    def _mci_write_story(self, vals, kind, note=False):
        # EXTENDS: what is corrected may move into days that are closed
        events = super()._mci_write_story(vals, kind, note)
        if events and not {"date", "settle_date"}.isdisjoint(vals):
            self._mci_share_days(
                [
                    {
                        "date": self.date,
                        "resource_id": self.resource_id.id,
                        "center_id": self.center_id.id,
                    }
                ]
            )
        return events

    @api.model
    def _mci_share_days(self, vals_list):
        """Write the rows that closing the days of these charges writes, too."""
        closable = self.env["mci.period"]._mci_is_closable
        late = [vals for vals in vals_list if closable(vals.get("date"))]
        people = {vals["resource_id"] for vals in late if vals.get("resource_id")}
        units = {vals["center_id"] for vals in late if not vals.get("resource_id")}
        write_shared(self.env["resource.resource"].browse(people), "mci_booking_seq")
        write_shared(self.env["mci.delivery.center"].browse(units), "charge_seq")


class MciPeriod(models.Model):
    _inherit = "mci.period"

    @api.model
    def _mci_is_closable(self, day):
        """Whether a day may be over, and its period closed, somewhere."""
        day = fields.Date.to_date(day)
        return bool(day) and day < (fields.Datetime.now() + WIDEST_ZONE).date()

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
