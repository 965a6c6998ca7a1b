from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain


class MciCenterSeat(models.Model):
    """A position in a unit: who does what there, from when to when (rule I1).

    The holder keeps his home department: the position says only for whom he works.
    """

    _name = "mci.center.seat"
    _inherit = ["mci.known.mixin"]
    _description = "Position in a unit"
    _order = "center_id, function_id, date_from DESC, id"
    _rec_names_search = ["resource_id", "center_id"]

    center_id = fields.Many2one(
        "mci.delivery.center",
        string="Unit",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="center_id.company_id", store=True, index=True)
    resource_id = fields.Many2one(
        "resource.resource",
        string="Member",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('resource_type', '=', 'user'), ('company_id', '=', company_id)]",
    )
    # The web client reads it to show the avatar of a resource.
    resource_type = fields.Selection(related="resource_id.resource_type")
    user_id = fields.Many2one(related="resource_id.user_id")
    function_id = fields.Many2one(
        "mci.function",
        required=True,
        index=True,
        ondelete="restrict",
    )
    level_id = fields.Many2one(
        "mci.level",
        string="Resource level",
        compute="_compute_level_id",
        inverse="_inverse_level_id",
        help="Level of the person, the same in all units. It gives the internal rate"
        " (C2), so only a Sales Support Administrator or HR may change it.",
    )
    is_head = fields.Boolean(
        string="Head of function",
        help="Speaks for the people of this function in the unit.",
    )
    date_from = fields.Date(
        string="From", required=True, default=fields.Date.context_today
    )
    date_to = fields.Date(string="To", help="Last day; empty while the position holds.")
    is_current = fields.Boolean(
        compute="_compute_is_current",
        search="_search_is_current",
        string="Held today",
    )

    _date_order = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)",
        "A position ends on the day it begins or later.",
    )
    # Ranges of integers need no extension of PostgreSQL, unlike `=` in EXCLUDE.
    _no_overlap = models.Constraint(
        """EXCLUDE USING gist (
            int4range(center_id, center_id, '[]') WITH &&,
            int4range(resource_id, resource_id, '[]') WITH &&,
            int4range(function_id, function_id, '[]') WITH &&,
            daterange(date_from, COALESCE(date_to, 'infinity'), '[]') WITH &&
        )""",
        "A person holds the same position in a unit only once at a time.",
    )

    @api.depends("resource_id", "function_id", "center_id")
    def _compute_display_name(self):
        for seat in self:
            seat.display_name = self.env._(
                "%(person)s, %(function)s (%(unit)s)",
                person=seat.resource_id.display_name or "",
                function=seat.function_id.display_name or "",
                unit=seat.center_id.display_name or "",
            )

    @api.depends("resource_id.mci_level_id")
    def _compute_level_id(self):
        for seat in self:
            seat.level_id = seat.resource_id.mci_level_id

    def _inverse_level_id(self):
        changed = self.filtered(lambda s: s.level_id != s.resource_id.mci_level_id)
        if not changed:
            return
        if not self.env.su and not self.env.user.has_groups(
            "mci_sales_support.group_manager,hr.group_hr_user"
        ):
            raise AccessError(
                self.env._(
                    "The level of %(people)s gives the price of their hours: only a"
                    " Sales Support Administrator or HR may change it.",
                    people=", ".join(changed.resource_id.mapped("display_name")),
                )
            )
        for seat in changed:
            seat.resource_id.sudo().mci_level_id = seat.level_id

    @api.depends("date_from", "date_to")
    @api.depends_context("tz")
    def _compute_is_current(self):
        current = self._mci_current()
        for seat in self:
            seat.is_current = bool(seat.date_from and seat.filtered_domain(current))

    def _search_is_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._mci_current()

    @api.model
    def _mci_current(self, date_from=None, date_to=None):
        """Domain of the positions held on every day of a span.

        :param date_from: first day, default today in the user's time zone
        :param date_to: last day, default ``date_from``
        """
        date_from = date_from or fields.Date.context_today(self)
        date_to = date_to or date_from
        return Domain("date_from", "<=", date_from) & (
            Domain("date_to", "=", False) | Domain("date_to", ">=", date_to)
        )

    @api.constrains("resource_id", "center_id")
    def _check_employee(self):
        """Hours need exactly one active employee in the unit's company (B18)."""
        for seat in self.sudo():
            company = seat.center_id.company_id
            employees = seat.resource_id.employee_id.filtered(
                lambda employee, company=company: employee.active
                and employee.company_id == company
            )
            if len(employees) != 1:
                raise ValidationError(
                    self.env._(
                        "%(person)s cannot hold a position in %(unit)s: the person"
                        " needs exactly one active employee in %(company)s to record"
                        " hours.",
                        person=seat.resource_id.display_name,
                        unit=seat.center_id.display_name,
                        company=company.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        seats = super().create(vals_list)
        seats.center_id._mci_sync_followers()
        return seats

    def write(self, vals):
        result = super().write(vals)
        if "center_id" in vals:
            # Odoo asks for the right before the write only: not into a foreign unit.
            self.check_access("write")
        if {"resource_id", "center_id"}.intersection(vals):
            self.center_id._mci_sync_followers()
        return result
