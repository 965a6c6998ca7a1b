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
INITIATED_PHASES = frozenset(dict(PHASES)) - {"verify"}


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
        return self._mci_get_ids_from(team_id, INITIATED_PHASES)

    @api.model
    def _mci_get_ids_from(self, team_id, phases):
        """Ids of a team's stages from the first one with such a phase on."""
        stages = [
            (stage_id, sequence, phase)
            for stage_id, sequence, phase, team_ids in self._mci_get_phases()
            if not team_ids or team_id in team_ids
        ]
        marked = [sequence for _id, sequence, phase in stages if phase in phases]
        if not marked:
            return frozenset()
        start = min(marked)
        return frozenset(
            stage_id for stage_id, sequence, _phase in stages if sequence >= start
        )

    @api.model
    @tools.ormcache()
    def _mci_get_phases(self):
        """All stages, read once: ``((id, sequence, phase, team ids), …)``"""
        return tuple(
            (stage.id, stage.sequence, stage.mci_phase, frozenset(stage.team_ids.ids))
            for stage in self.sudo().search([])
        )
