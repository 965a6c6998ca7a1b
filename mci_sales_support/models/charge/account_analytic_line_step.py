from odoo import api, fields, models
from odoo.tools.float_utils import float_compare


class AccountAnalyticLine(models.Model):
    """Hours typed on a unit's project are rounded to the company's step.

    Never refused (C7): what was entered is kept beside it.
    """

    _inherit = "account.analytic.line"

    mci_hours_entered = fields.Float(
        "Hours entered",
        readonly=True,
        copy=False,
        help="What was typed, where the company's step rounded it.",
    )

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {"mci_hours_entered"}

    @api.model_create_multi
    def create(self, vals_list):
        projects = self._mci_get_stepped_projects(vals_list)
        vals_list = [
            self._prepare_stepped_vals(vals, projects.get(vals.get("project_id")))
            for vals in vals_list
        ]
        lines = super().create([vals for vals, _entered in vals_list])
        for line, (_vals, entered) in zip(lines, vals_list, strict=True):
            if entered:
                line._mci_keep_entered(entered)
        return lines

    def write(self, vals):
        if not vals.get("unit_amount"):
            return super().write(vals)
        for company, lines in self._mci_group_by_step().items():
            stepped, entered = self._prepare_stepped_vals(vals, company)
            super(AccountAnalyticLine, lines).write(stepped)
            if company:
                lines._mci_keep_entered(entered)
        return True

    def _mci_group_by_step(self):
        """Lines by the company whose step rounds them; the empty one for others."""
        companies = {
            line.id: line.sudo().project_id.mci_center_id.company_id for line in self
        }
        none = self.env["res.company"].sudo()
        return self.grouped(
            lambda line: companies[line.id].filtered("mci_hours_step") or none
        )

    @api.model
    def _mci_get_stepped_projects(self, vals_list):
        """``{project id: company}`` of the units' projects that round hours."""
        ids = {vals["project_id"] for vals in vals_list if vals.get("project_id")}
        if not ids:
            return {}
        projects = self.env["project.project"].sudo().browse(ids)
        return {
            project.id: project.mci_center_id.company_id
            for project in projects
            if project.mci_center_id.company_id.mci_hours_step
        }

    @api.model
    def _prepare_stepped_vals(self, vals, company):
        """:return: values with rounded hours, and the hours entered if they differ"""
        entered = vals.get("unit_amount")
        if not company or not entered:
            return vals, 0.0
        hours = company._mci_round_hours(entered)
        if not float_compare(hours, entered, precision_digits=2):
            return vals, 0.0
        return {**vals, "unit_amount": hours}, entered

    def _mci_keep_entered(self, entered):
        """Keep it beside the rounded hours, and on the charge."""
        lines = self.filtered(lambda line: line.mci_hours_entered != entered)
        lines.sudo()._mci_unlock().write({"mci_hours_entered": entered})
        charges = lines.sudo().mci_charge_ids
        charges.filtered(lambda c: c.state == "open")._mci_note_rounding()
