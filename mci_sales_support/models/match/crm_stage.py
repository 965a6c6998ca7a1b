from odoo import api, fields, models, tools

PHASES = [
    ("verify", "Verify"),
    ("initiate", "Initiate"),
    ("analyse", "Analyse Needs"),
    ("present", "Present Value"),
    ("prepare", "Prepare Tender"),
    ("bid", "Bid"),
    ("negotiate", "Negotiate and Sign"),
]
# Only a deal that is still being verified is before initiation.
_BEFORE_INITIATION = ("verify", False)


class CrmStage(models.Model):
    _inherit = "crm.stage"

    mci_phase = fields.Selection(
        PHASES,
        string="Phase",
        help="Which phase of the sales method the stage stands for. Gates of sales"
        " support fall due by it; while no stage has a phase, gates sleep (M4).",
    )

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env.registry.clear_cache()
        return records

    def write(self, vals):
        result = super().write(vals)
        if {"mci_phase", "sequence", "team_ids"}.intersection(vals):
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    @tools.ormcache("team_id")
    def _mci_get_initiated_ids(self, team_id):
        """Ids of the stages at or after initiation for a team (M4).

        Order is the sequence of the stages; the first one with a phase other than
        *verify* starts it. Empty when no stage of the team has such a phase.
        """
        stages = self.sudo().search(
            ["|", ("team_ids", "=", False), ("team_ids", "in", [team_id])]
        )
        marked = stages.filtered(lambda s: s.mci_phase not in _BEFORE_INITIATION)
        if not marked:
            return frozenset()
        start = min(marked.mapped("sequence"))
        return frozenset(stages.filtered(lambda s: s.sequence >= start).ids)
