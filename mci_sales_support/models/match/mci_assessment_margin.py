from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.float_utils import float_compare


class MciGradePolicy(models.Model):
    _inherit = "mci.grade.policy"

    margin_floor = fields.Float(
        string="Margin Floor %",
        help="Lowest margin after presales, in percent of the amount, with which the"
        " company takes a deal. An assessment that expects less is vetoed; 0: no figure"
        " is compared (M5).",
    )

    _margin_floor_range = models.Constraint(
        "CHECK (margin_floor >= 0 AND margin_floor < 100)",
        "The floor of the margin is at least 0 and below 100 percent.",
    )

    def _mci_get_locked_fields(self):
        locked = super()._mci_get_locked_fields()
        return locked | {"margin_floor"} if "buffer_percent" in locked else locked


class MciAssessmentCriterion(models.Model):
    _inherit = "mci.assessment.criterion"

    _mci_frozen_fields = frozenset(
        {"name", "weight", "template_id", "question", "is_event", "is_margin"}
    )

    is_margin = fields.Boolean(
        "Asks for the margin",
        help="Whoever answers this criterion says how many percent are expected: under"
        " the floor of the grading policy the deal is vetoed (M5).",
    )


class MciAssessment(models.Model):
    """The expected margin beside the floor of the grading policy (M5).

    ``expected_margin`` is a percentage of the amount after presales, as the author
    expects it. It is compared as soon as the criterion of the margin is answered by
    anything but *not known yet*, with the floor of the day of submission.
    """

    _inherit = "mci.assessment"

    expected_margin = fields.Float(
        "Expected margin (%)",
        digits=(6, 1),
        aggregator="avg",
        help="After presales, in percent of the amount without tax. Under the floor of"
        " the grading policy the deal is vetoed (M5).",
    )
    margin_floor = fields.Float(
        "Margin floor (%)",
        digits=(6, 1),
        aggregator=None,
        help="Of the grading policy in force, 0 where it has none.",
    )
    asks_margin = fields.Boolean(compute="_compute_asks_margin")

    _margin_range = models.Constraint(
        "CHECK (expected_margin <= 100)",
        "The expected margin is at most 100 percent.",
    )

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() - {"expected_margin"}

    @api.depends("line_ids.rating")
    def _compute_asks_margin(self):
        for form in self:
            form.asks_margin = bool(form._mci_get_margin_answers())

    def _mci_get_margin_answers(self):
        """Lines that say something of the margin."""
        self.ensure_one()
        return self.line_ids.filtered(
            lambda line: line.criterion_id.sudo().is_margin
            and line.rating not in (False, "na")
        )

    def _mci_is_under_floor(self):
        self.ensure_one()
        return (
            self.margin_floor > 0
            and bool(self._mci_get_margin_answers())
            and float_compare(
                self.expected_margin, self.margin_floor, precision_digits=1
            )
            < 0
        )

    @api.depends("expected_margin", "margin_floor")
    def _compute_score(self):
        # EXTENDS: a figure under the floor is a veto, whatever anchor was chosen
        result = super()._compute_score()
        for form in self:
            form.is_vetoed = form.is_vetoed or form._mci_is_under_floor()
        return result

    @api.depends("line_ids.rating", "expected_margin", "margin_floor")
    def _compute_veto_reason(self):
        # EXTENDS
        result = super()._compute_veto_reason()
        for form in self.filtered(lambda form: form._mci_is_under_floor()):
            sentence = self.env._(
                "Expected margin %(margin)s %%, the floor is %(floor)s %%",
                margin=f"{form.expected_margin:g}",
                floor=f"{form.margin_floor:g}",
            )
            form.veto_reason = "\n".join(filter(None, (form.veto_reason, sentence)))
        return result

    def _mci_get_floor(self, company):
        return self.env["mci.grade.policy"]._mci_get_policy(company).sudo().margin_floor

    def _prepare_vals(self, lead):
        # EXTENDS: what was expected last, beside the floor of today
        vals = super()._prepare_vals(lead)
        last = lead.mci_assessment_ids.filtered("version").sorted("submitted_date")[-1:]
        return {
            **vals,
            "expected_margin": last.expected_margin,
            "margin_floor": self._mci_get_floor(lead._mci_get_company()),
        }

    def _prepare_submit_vals(self):
        # EXTENDS
        vals = super()._prepare_submit_vals()
        return {**vals, "margin_floor": self._mci_get_floor(self.company_id)}

    def action_submit(self):
        """As before; the margin needs its figure where the policy has a floor.

        :raises UserError: the margin was answered without a figure
        """
        self.check_access("read")
        for form in self.sudo():
            answers = form._mci_get_margin_answers()
            floor = form._mci_get_floor(form.company_id)
            # Zero percent is under every floor: then the answer says so.
            said = all(answers.mapped("is_veto"))
            if floor and not form.expected_margin and not said:
                raise UserError(
                    self.env._(
                        "%s: enter the expected margin in percent, or answer that it is"
                        " not known yet (M5).",
                        form.display_name,
                    )
                )
        return super().action_submit()
