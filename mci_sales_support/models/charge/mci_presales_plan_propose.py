from odoo import fields, models
from odoo.exceptions import UserError

# Deals looked at when a similar one is looked for.
SIMILAR_LIMIT = 200


class MciPresalesPlan(models.Model):
    """Lines proposed from the standard of the grade or from a similar deal (C4)."""

    _inherit = "mci.presales.plan"

    def action_propose_standard(self):
        """Add the standard lines of the deal's grade (C4).

        :raises UserError: not a draft, or the grade has no standard plan
        """
        self.check_access("write")
        self._check_step("draft")
        for plan in self:
            plan._mci_add_lines(plan._mci_get_standard_lines())
        return True

    def action_propose_similar(self):
        """Add the lines of the most similar deal of the company and grade (C4).

        Similar: common solutions first, then the same industry, then the amount. Its
        approved plan counts, else the hours it was charged. Which deal it was is not
        told: it may belong to somebody else.

        :raises UserError: not a draft, or there is no similar deal
        """
        self.check_access("write")
        self._check_step("draft")
        for plan in self:
            lines = plan.sudo()._mci_get_similar_lines()
            if not lines:
                raise UserError(
                    self.env._(
                        "No deal of this grade has an approved plan or charged hours"
                        " yet: take the standard, or write the lines."
                    )
                )
            plan._mci_add_lines(lines)
        return True

    def _mci_add_lines(self, vals_list):
        self.write({"line_ids": [fields.Command.create(vals) for vals in vals_list]})

    def _mci_take_lines(self, plan):
        """Add the agreed lines of a merged deal's plan, with their prices."""
        names = ("stage_id", "function_id", "level_id", "center_id", "rate_id")
        self.env["mci.presales.plan.line"]._mci_unlock().create(
            [
                {name: line[name].id for name in names}
                | {
                    "plan_id": self.id,
                    "sequence": line.sequence,
                    "hours": line.hours,
                    "price_unit": line.price_unit,
                    "note": line.note,
                }
                for line in plan.line_ids
            ]
        )

    # --- Standard -------------------------------------------------------------

    def _mci_get_standard_lines(self):
        self.ensure_one()
        standard = self.env["mci.presales.standard"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("grade_id", "=", self.grade_id.id),
            ]
        )
        if not standard:
            raise UserError(
                self.env._(
                    "Deals of grade %s have no standard plan yet: write the lines, or"
                    " ask a Sales Support Administrator for it.",
                    self.grade_id.code or "–",
                )
            )
        stages = self._mci_get_stages()
        unit = self.lead_id.sudo()._mci_get_unit_asked()
        return [
            {
                "stage_id": stages.get(line.phase, self.lead_id.sudo().stage_id).id,
                "function_id": line.function_id.id,
                "level_id": line.level_id.id,
                "center_id": unit.id,
                "hours": line.hours,
                "note": line.note,
                "sequence": line.sequence,
            }
            for line in standard
        ]

    def _mci_get_stages(self):
        """First stage of the deal's team for each phase."""
        stages = self.env["crm.stage"].search(
            [
                ("mci_phase", "!=", False),
                "|",
                ("team_ids", "=", False),
                ("team_ids", "in", self.team_id.ids),
            ],
            order="sequence DESC, id DESC",
        )
        return {stage.mci_phase: stage for stage in stages}

    # --- Similar deal ---------------------------------------------------------

    def _mci_get_similar_lines(self):
        """Lines of the most similar deal, in sudo: hours only, no names."""
        self.ensure_one()
        plans = self.search(
            [
                ("state", "=", "approved"),
                ("company_id", "=", self.company_id.id),
                ("grade_id", "=", self.grade_id.id),
                ("lead_id", "!=", self.lead_id.id),
            ],
            order="id DESC",
            limit=SIMILAR_LIMIT,
        )
        best = max(
            plans, key=lambda plan: self._mci_similarity(plan.lead_id), default=plans
        )
        if best:
            names = ("stage_id", "function_id", "level_id", "center_id")
            return [
                {name: line[name].id for name in names}
                | {"hours": line.hours, "sequence": line.sequence}
                for line in best.line_ids
            ]
        return self._mci_get_charged_lines()

    def _mci_similarity(self, other):
        """Sort key: the greater, the more alike another deal is."""
        lead = self.lead_id
        industry = lead.partner_id.industry_id
        size = max(lead.mci_grading_amount, 1.0)
        ratio = max(other.mci_grading_amount, 1.0) / size
        return (
            len(lead.mci_solution_ids & other.mci_solution_ids),
            bool(industry) and industry == other.partner_id.industry_id,
            min(ratio, 1 / ratio),
            other.id,
        )

    def _mci_get_charged_lines(self):
        """Hours charged to the most similar other deal, by stage, function, level."""
        charges = self.env["mci.charge"]
        domain = self._mci_get_charged_domain()
        groups = charges._read_group(
            domain, ["lead_id"], order="lead_id DESC", limit=SIMILAR_LIMIT
        )
        deals = self.env["crm.lead"].union(*(lead for (lead,) in groups))
        best = max(deals, key=self._mci_similarity, default=deals)
        rows = charges._read_group(
            [*domain, ("lead_id", "=", best.id)],
            ["stage_id", "function_id", "level_id"],
            ["hours:sum"],
        )
        unit = self.lead_id._mci_get_unit_asked()
        return [
            {
                "stage_id": stage.id,
                "function_id": function.id,
                "level_id": level.id,
                "center_id": unit.id,
                "hours": hours,
                "sequence": stage.sequence,
            }
            for stage, function, level, hours in rows
        ]

    def _mci_get_charged_domain(self):
        """Priced work for other deals of the company and grade."""
        return [
            ("state", "!=", "reversed"),
            ("payer_company_id", "=", self.company_id.id),
            ("grade_id", "=", self.grade_id.id),
            ("lead_id", "!=", self.lead_id.id),
            ("stage_id", "!=", False),
            ("function_id", "!=", False),
            ("level_id", "!=", False),
            ("hours", ">", 0),
        ]
