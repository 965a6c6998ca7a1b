from odoo import api, fields, models
from odoo.fields import Domain


class MciFunction(models.Model):
    """What a person does for a deal: presales, test, delivery… (rule I1)."""

    _name = "mci.function"
    _description = "Function"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        copy=False,
        help="Short key for imports and other systems; never shown to customers.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    seat_ids = fields.One2many("mci.center.seat", "function_id", string="Positions")
    member_count = fields.Integer(
        string="Members",
        compute="_compute_member_count",
        help="People who hold a position of this function today, in all units you"
        " may see.",
    )

    _code_uniq = models.Constraint(
        "UNIQUE(code)", "Another function already has this code."
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_member_count(self):
        seats = self.env["mci.center.seat"]
        counts = dict(
            seats._read_group(
                seats._mci_current() & Domain("function_id", "in", self.ids),
                ["function_id"],
                ["resource_id:count_distinct"],
            )
        )
        for function in self:
            function.member_count = counts.get(function._origin, 0)

    def action_view_members(self):
        """Open the positions of this function that are held today."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "mci_sales_support.mci_center_seat_action"
        )
        action["context"] = {
            "search_default_current": 1,
            "search_default_function_id": self.id,
            "default_function_id": self.id,
        }
        return action
