from datetime import timedelta

import pytz

from odoo import api, fields, models

# Hours of working time proposed by grade: answer, start of the work.
STANDARD = {"A": (4, 16), "B": (8, 24), "C": (8, 40), "D": (16, 40), "E": (16, 40)}


class MciServiceLevel(models.Model):
    """How fast a request is answered and the work begins, by grade and company."""

    _name = "mci.service.level"
    _description = "Time limit of requests"
    _order = "company_id, grade_id"
    _rec_name = "grade_id"

    grade_id = fields.Many2one("mci.grade", required=True, ondelete="cascade")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    respond_hours = fields.Float(
        "Answer within (hours)",
        required=True,
        default=8.0,
        help="Hours of the unit's working time from the request to the first answer:"
        " held, confirmed or refused. After them the request goes up.",
    )
    start_hours = fields.Float(
        "Start within (hours)",
        required=True,
        default=40.0,
        help="Hours of the unit's working time from the request, or from its earliest"
        " date, to the begin of the first booking.",
    )

    _grade_company_uniq = models.Constraint(
        "UNIQUE(company_id, grade_id)", "A grade has one time limit in a company."
    )
    _hours_ordered = models.Constraint(
        "CHECK(respond_hours > 0 AND start_hours >= respond_hours"
        " AND start_hours <= 2000)",
        "The answer takes more than zero hours, the start at least as long and at most"
        " 2000 hours.",
    )

    @api.model
    def _mci_find(self, company, grade):
        """The limit of a grade in a company, in sudo; empty where there is none."""
        return self.sudo().search(
            [("company_id", "=", company.id), ("grade_id", "=", grade.id)], limit=1
        )

    @api.model
    def _mci_find_all(self, companies, grades):
        """``{(company, grade): limit}`` of many cases, in one query."""
        levels = self.sudo().search(
            [("company_id", "in", companies.ids), ("grade_id", "in", grades.ids)]
        )
        return {(level.company_id, level.grade_id): level for level in levels}

    @api.model
    def action_propose(self):
        """Propose limits for the grades of the current company that have none.

        :return: True
        :raise AccessError: for whoever is no Sales Support Administrator
        """
        self.check_access("create")
        self._mci_create_standard(self.env.company)
        return True

    @api.model
    def _mci_create_standard(self, companies):
        known = {
            (level.company_id, level.grade_id)
            for level in self.search([("company_id", "in", companies.ids)])
        }
        grades = self.env["mci.grade"].search([("code", "in", list(STANDARD))])
        return self.create(
            [
                {
                    "company_id": company.id,
                    "grade_id": grade.id,
                    "respond_hours": STANDARD[grade.code][0],
                    "start_hours": STANDARD[grade.code][1],
                }
                for company in companies
                for grade in grades
                if (company, grade) not in known
            ]
        )

    @api.model
    def _mci_plan(self, center, company, start, hours):
        """The moment when ``hours`` of the unit's working time are over.

        :param start: naive UTC
        :return: naive UTC; plain hours where nobody has a calendar
        """
        calendar = (
            center.sudo().resource_calendar_id or company.sudo().resource_calendar_id
        )
        end = calendar and calendar.plan_hours(
            hours, pytz.utc.localize(start), compute_leaves=True
        )
        if not end:
            return start + timedelta(hours=hours)
        return end.astimezone(pytz.utc).replace(tzinfo=None)
