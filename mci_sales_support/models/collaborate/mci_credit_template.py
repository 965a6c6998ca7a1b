from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_compare, float_round

ROLES = [
    ("sales", "Sales"),
    ("presales", "Presales"),
    ("delivery_manager", "Delivery manager"),
    ("sales_manager", "Sales manager"),
    ("other", "Other"),
]
KINDS = [("primary", "Primary"), ("overlay", "Overlay")]


class MciCreditTemplate(models.Model):
    """How a won deal is credited: who carries the number, and how often (O4)."""

    _name = "mci.credit.template"
    _description = "Credit template"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(
        default=10, help="The first template that fits a deal is proposed."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Empty: every company."
    )
    grade_ids = fields.Many2many(
        "mci.grade", string="Grades", help="Empty: deals of every grade."
    )
    overlay_cap = fields.Float(
        "Overlay cap (%)",
        default=300.0,
        help="Overlay credits of one deal together are at most this share.",
    )
    line_ids = fields.One2many(
        "mci.credit.template.line", "template_id", string="Credits", copy=True
    )

    @api.constrains("line_ids", "overlay_cap")
    def _check_percent(self):
        for template in self:
            primary = template._mci_get_total("primary")
            if float_compare(primary, 100.0, precision_digits=2):
                raise ValidationError(
                    self.env._(
                        "%(template)s: primary credits are %(percent)s %% together,"
                        " they must be exactly 100 %% (O4).",
                        template=template.display_name,
                        percent=f"{primary:g}",
                    )
                )
            overlay, cap = template._mci_get_total("overlay"), template.overlay_cap
            if float_compare(overlay, cap, precision_digits=2) > 0:
                raise ValidationError(
                    self.env._(
                        "%(template)s: overlay credits are %(percent)s %% together,"
                        " above the cap of %(cap)s %% (O4).",
                        template=template.display_name,
                        percent=f"{overlay:g}",
                        cap=f"{cap:g}",
                    )
                )

    def _mci_get_total(self, kind):
        lines = self.line_ids.filtered(lambda line: line.kind == kind)
        return float_round(sum(lines.mapped("percent")), 2)

    @api.model
    def _mci_get_default(self, lead):
        """The first template that fits company and grade of ``lead``, in sudo."""
        company, grade = lead._mci_get_company(), lead.sudo().mci_grade_id
        return (
            self.sudo()
            .search([("company_id", "in", [company.id, False])])
            .filtered(lambda t: not t.grade_ids or grade in t.grade_ids)[:1]
        )


class MciCreditTemplateLine(models.Model):
    """One credit of a template: a role, its share and how people divide it."""

    _name = "mci.credit.template.line"
    _description = "Credit template line"
    _order = "template_id, sequence, id"

    template_id = fields.Many2one(
        "mci.credit.template", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    role = fields.Selection(ROLES, required=True, default="sales")
    kind = fields.Selection(
        KINDS,
        required=True,
        default="overlay",
        help="Primary credits add up to exactly 100 % of the deal. Overlay credits are"
        " counted besides, per role: all carry the number.",
    )
    percent = fields.Float(
        required=True,
        default=100.0,
        help="Share of the deal's amount for the role; its people divide it.",
    )
    split = fields.Selection(
        [
            ("named", "Named person"),
            ("hours", "By hours before the offer"),
            ("equal", "Equal shares"),
        ],
        required=True,
        default="named",
        help="Named: the salesperson, the delivery lead or the team leader by role,"
        " or whom the owner names. By hours or equal: everybody with at least the"
        " minimum of presales hours done before the offer phase.",
    )
    min_hours = fields.Float(
        "Minimum hours",
        default=4.0,
        help="Fewer hours done on the deal earn no share: nobody rides along.",
    )
    release_percent = fields.Float(
        "Released at the win (%)",
        default=100.0,
        help="The rest is held back until the customer has accepted.",
    )

    _percent_range = models.Constraint(
        "CHECK(percent >= 0 AND percent <= 100 AND release_percent >= 0"
        " AND release_percent <= 100 AND min_hours >= 0)",
        "Percentages are between 0 and 100, hours zero or more.",
    )

    @api.depends("role", "kind", "percent")
    def _compute_display_name(self):
        roles = dict(self._fields["role"]._description_selection(self.env))
        for line in self:
            line.display_name = f"{roles.get(line.role, '')} {line.percent:g} %"
