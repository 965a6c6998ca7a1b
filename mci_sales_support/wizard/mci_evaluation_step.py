from odoo import Command, api, fields, models


class MciEvaluationStep(models.TransientModel):
    """Asks for the words an answer to a form needs; the step checks the right."""

    _name = "mci.evaluation.step"
    _description = "Answer to an evaluation form"

    evaluation_id = fields.Many2one("mci.evaluation", required=True, ondelete="cascade")
    step = fields.Selection(
        [
            ("appeal", "Appeal"),
            ("arbiter", "Name the arbiter"),
            ("decide", "Decide"),
        ],
        required=True,
    )
    text = fields.Text("Reason")
    arbiter_id = fields.Many2one("res.users", domain="[('share', '=', False)]")
    decision = fields.Selection(
        [("upheld", "Appeal upheld"), ("dismissed", "Appeal dismissed")],
        default="dismissed",
    )
    line_ids = fields.One2many("mci.evaluation.step.line", "step_id", "New points")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        form = self.env["mci.evaluation"].browse(values.get("evaluation_id"))
        if values.get("step") == "decide" and form:
            values["line_ids"] = [
                Command.create({"line_id": line.id, "points": line.final_points})
                for line in form.line_ids
                if line.rating != "na"
            ]
        return values

    def action_apply(self):
        """Take the step with these words."""
        self.ensure_one()
        form = self.evaluation_id
        if self.step == "appeal":
            form.action_appeal(self.text)
        elif self.step == "arbiter":
            form.action_name_arbiter(self.arbiter_id.id)
        else:
            changed = self.line_ids.filtered(lambda r: r.points != r.original_points)
            points = {row.line_id.id: row.points for row in changed}
            form.action_decide(self.decision, self.text, points)
        return {"type": "ir.actions.act_window_close"}


class MciEvaluationStepLine(models.TransientModel):
    _name = "mci.evaluation.step.line"
    _description = "New points of an answer"

    step_id = fields.Many2one("mci.evaluation.step", required=True, ondelete="cascade")
    line_id = fields.Many2one("mci.evaluation.line", required=True, ondelete="cascade")
    criterion_id = fields.Many2one(related="line_id.criterion_id")
    original_points = fields.Float(related="line_id.points")
    points = fields.Float("New points", help="0 to 100.")
