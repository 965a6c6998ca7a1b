from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    mci_short_form_hours = fields.Float(
        "Short Form Below",
        default=8.0,
        help="Participants with fewer hours on a deal get the short evaluation form,"
        " also on A and B deals (O5).",
    )
    mci_evaluation_days = fields.Integer(
        "Days to Fill a Form",
        default=14,
        help="An evaluation form not submitted this many days after the deal was"
        " closed is overdue (O5).",
    )
