from odoo import api, models


class MciGradePolicy(models.Model):
    """Back-tests of a draft, and the one its activation rests on (M1)."""

    _inherit = "mci.grade.policy"

    @api.depends("simulation_id")
    def _compute_simulation_count(self):
        counts = dict(
            self.env["mci.grade.simulation"]
            .sudo()
            ._read_group([("policy_id", "in", self.ids)], ["policy_id"], ["__count"])
        )
        for policy in self:
            policy.simulation_count = counts.get(policy._origin, 0)

    def _get_stale_reason(self):
        """A back-test of other bands is no ground for an activation."""
        simulation = self.simulation_id.sudo()
        if not simulation:
            return ""
        if simulation.policy_id != self or simulation.state != "done":
            return self.env._(
                "%(simulation)s is no finished simulation of it.",
                simulation=simulation.display_name,
            )
        if simulation.is_stale:
            return self.env._(
                "%(simulation)s is out of date. Run it again, or name none.",
                simulation=simulation.display_name,
            )
        return ""

    def _mci_name_simulation(self):
        """Name the latest back-test that is up to date, where none is named."""
        for policy in self.sudo().filtered(lambda policy: not policy.simulation_id):
            simulations = self.env["mci.grade.simulation"].sudo()
            done = simulations.search(
                [("policy_id", "=", policy.id), ("state", "=", "done")],
                order="run_date desc, id desc",
            )
            if fresh := done.filtered(lambda record: not record.is_stale)[:1]:
                policy.simulation_id = fresh

    def action_simulate(self):
        """Button: the back-tests of the draft, or a new one."""
        self.ensure_one()
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Grading Simulations"),
            "res_model": "mci.grade.simulation",
            "context": {"default_policy_id": self.id},
            "domain": [("policy_id", "=", self.id)],
        }
        if self.simulation_count:
            return {**action, "views": [(False, "list"), (False, "form")]}
        return {**action, "views": [(False, "form")]}
