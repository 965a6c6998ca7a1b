from odoo import fields, models
from odoo.tools import SQL


class MciFunctionGap(models.Model):
    """Functions that a delivery center should offer and nobody holds today (I1)."""

    _name = "mci.function.gap"
    _description = "Function without a member"
    _auto = False
    _order = "center_id, function_id"
    _depends = {
        "mci.delivery.center": ["tier", "active", "company_id", "lead_id"],
        "mci.center.seat": [
            "center_id",
            "function_id",
            "resource_id",
            "date_from",
            "date_to",
        ],
        "mci.function": ["active"],
        "resource.resource": ["active"],
    }

    center_id = fields.Many2one("mci.delivery.center", string="Unit", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    lead_id = fields.Many2one("res.users", string="Head", readonly=True)
    function_id = fields.Many2one("mci.function", readonly=True)
    last_date = fields.Date(
        string="Last held on", readonly=True, help="Empty: nobody has ever held it."
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT ROW_NUMBER() OVER (ORDER BY center.id, function.id) AS id,
                   center.id AS center_id,
                   center.company_id,
                   center.lead_id,
                   function.id AS function_id,
                   MAX(seat.date_to) FILTER (WHERE seat.date_to < %(today)s)
                       AS last_date
              FROM mci_delivery_center center
        CROSS JOIN mci_function function
         LEFT JOIN mci_center_seat seat
                ON seat.center_id = center.id AND seat.function_id = function.id
         LEFT JOIN resource_resource resource ON resource.id = seat.resource_id
             WHERE center.active
               AND center.tier = 'delivery_center'
               AND function.active
          GROUP BY center.id, function.id
            HAVING COUNT(*) FILTER (
                       WHERE seat.date_from <= %(today)s
                         AND COALESCE(seat.date_to, 'infinity') >= %(today)s
                         AND resource.active
                   ) = 0
            """,
            today=fields.Date.context_today(self),
        )

    def action_view_center(self):
        """Open the unit, where its head gives the position to somebody."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "mci.delivery.center",
            "res_id": self.center_id.id,
            "view_mode": "form",
        }
