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
        return self._mci_get_ids_from(team_id, OFFER_PHASES)
