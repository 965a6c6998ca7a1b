from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

TEMPLATE = "/mci_sales_support/static/templates/past_hours.csv"


class MciPastHour(models.Model):
    """Presales hours from before the method, imported from a list (D1).

    They are the baseline of the diagnosis and nothing else: no timesheet, no charge, on
    no statement, no capacity. Import a CSV or XLSX file with Odoo's own import, whose
    button *Test* is the dry run.
    """

    _name = "mci.past.hour"
    _description = "Past presales hours"
    _mci_template = TEMPLATE
    _inherit = ["mci.import.mixin"]
    _order = "date desc, id desc"
    _rec_name = "lead_name"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        "Worked on",
        required=True,
        index=True,
        help="Of what was refused: the day it was needed.",
    )
    lead_name = fields.Char("Opportunity", required=True)
    user_id = fields.Many2one("res.users", "Salesperson", index=True)
    team_id = fields.Many2one("crm.team", "Sales team")
    amount = fields.Monetary(
        "Grading amount",
        help="Of the opportunity, without tax; it gives the grade by the policy in"
        " force today, unless the file names one.",
    )
    partner_led = fields.Boolean("Partner-led")
    grade_id = fields.Many2one(
        "mci.grade", compute="_compute_grade_id", store=True, readonly=False
    )
    tier = fields.Selection(
        selection=lambda self: self.env["mci.booking"]._selection_tier(),
        string="Support tier",
        compute="_compute_tier",
        store=True,
    )
    person = fields.Char(help="Name of who worked, as the old list has it.")
    level_id = fields.Many2one("mci.level", "Resource level")
    department = fields.Char(help="Department of who worked, as the old list has it.")
    hours = fields.Float("Hours worked", help="Zero where nobody came.")
    date_asked = fields.Date("Asked on")
    hours_asked = fields.Float(help="What was asked for; empty where nobody asked.")
    is_planned = fields.Boolean(
        "Was planned", help="Somebody had decided on it before."
    )

    _hours_positive = models.Constraint(
        "CHECK (COALESCE(hours, 0) >= 0 AND COALESCE(hours_asked, 0) >= 0"
        " AND COALESCE(hours, 0) + COALESCE(hours_asked, 0) > 0)",
        "A line of past hours says how many hours were worked or asked for.",
    )
    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "The amount of an opportunity is zero or more."
    )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_figures(vals_list)
        return super().create(vals_list)

    @api.model
    def _check_figures(self, vals_list):
        """Name the line before the database refuses it without a name."""
        for vals in vals_list:
            worked, asked, amount = (
                float(vals.get(name) or 0.0)
                for name in ("hours", "hours_asked", "amount")
            )
            if min(worked, asked, amount) < 0 or not worked + asked:
                raise UserError(
                    self.env._(
                        "%(deal)s, %(date)s: hours were worked or asked for; neither"
                        " they nor the amount are below zero.",
                        deal=vals.get("lead_name") or "",
                        date=vals.get("date") or "",
                    )
                )

    @api.depends("amount", "partner_led", "company_id")
    def _compute_grade_id(self):
        for line in self:
            scheme = self.env["mci.grade.policy"]._mci_get_scheme(line.company_id)
            grade = line._mci_get_grade_id(scheme) if scheme else False
            line.grade_id = grade or line.grade_id

    def _mci_get_grade_id(self, scheme):
        if self.partner_led:
            return scheme.partner_grade_id
        return next((g for floor, g in scheme.bands if self.amount >= floor), False)

    @api.depends("grade_id", "company_id")
    def _compute_tier(self):
        for line in self:
            scheme = self.env["mci.grade.policy"]._mci_get_scheme(line.company_id)
            line.tier = scheme.tiers.get(line.grade_id.id) if scheme else False

    @api.constrains("date", "company_id")
    def _check_past(self):
        for line in self:
            today = line.company_id._mci_today()
            start = line.company_id.mci_start_date
            if line.date >= (start or today):
                raise ValidationError(
                    self.env._(
                        "%(deal)s, %(date)s: past hours are from before %(start)s, when"
                        " sales support started.",
                        deal=line.lead_name,
                        date=line.date,
                        start=start or today,
                    )
                )

    @api.constrains("date", "date_asked", "hours")
    def _check_work(self):
        for line in self:
            if line.date_asked and line.date_asked > line.date:
                raise ValidationError(
                    self.env._(
                        "%(deal)s, %(date)s: asked for after the work.",
                        deal=line.lead_name,
                        date=line.date,
                    )
                )
            if line.hours > 24:
                raise ValidationError(
                    self.env._(
                        "%(deal)s, %(date)s: a line is one person's work of a day, at"
                        " most 24 hours.",
                        deal=line.lead_name,
                        date=line.date,
                    )
                )

    @api.model
    def get_import_templates(self):
        """The file to fill, offered by Odoo's import."""
        return [
            {
                "label": self.env._("Template of past hours"),
                "template": self._mci_get_template_url(),
            },
        ]
