from odoo import api, fields, models


class MciBookingDay(models.Model):
    """The hours of a booking on one local day of the person.

    One split for all: capacity, load, forecast and the work reported read it. The plan
    stays when the work is done, so that both figures can be compared.
    """

    _name = "mci.booking.day"
    _inherit = ["mci.lock.mixin"]
    _description = "Booked day"
    _order = "date, id"
    _rec_name = "date"
    _mci_locked_fields = frozenset(
        {"booking_id", "date", "hours", "hours_done", "resource_id", "state"}
    )

    booking_id = fields.Many2one(
        "mci.booking", required=True, index=True, ondelete="cascade"
    )
    resource_id = fields.Many2one(
        related="booking_id.resource_id", string="Person", store=True
    )
    state = fields.Selection(related="booking_id.state", store=True)
    date = fields.Date(required=True, help="Local date where the person works.")
    hours = fields.Float("Planned hours", copy=False)
    hours_done = fields.Float(copy=False)
    lead_id = fields.Many2one(related="booking_id.lead_id", string="Opportunity")
    center_id = fields.Many2one(related="booking_id.center_id", string="Provided by")

    _booking_date_uniq = models.UniqueIndex(
        "(booking_id, date)", "A booking has one line per day."
    )
    _resource_date_idx = models.Index("(resource_id, date)")
    _hours_positive = models.Constraint(
        "CHECK(hours >= 0 AND hours_done >= 0)", "Hours cannot be negative."
    )

    @api.model
    @api.private
    def _mci_consuming_domain(self):
        """Days that take capacity now (M8)."""
        return [
            "|",
            ("state", "in", ("confirmed", "done")),
            "&",
            ("state", "=", "held"),
            ("booking_id.hold_until", ">", fields.Datetime.now()),
        ]
