from odoo import api, models, tools

OFFER_PHASES = ("bid", "negotiate")


class CrmStage(models.Model):
    _inherit = "crm.stage"

    @api.model
    @tools.ormcache("team_id")
    def _mci_get_offer_ids(self, team_id):
        """Ids of the stages in or after the offer phase for a team (O3).

        Empty when no stage of the team carries such a phase: the rule sleeps.
        """
        stages = self.sudo().search(
            ["|", ("team_ids", "=", False), ("team_ids", "in", [team_id])]
        )
        marked = stages.filtered(lambda stage: stage.mci_phase in OFFER_PHASES)
        if not marked:
            return frozenset()
        start = min(marked.mapped("sequence"))
        return frozenset(stages.filtered(lambda s: s.sequence >= start).ids)
