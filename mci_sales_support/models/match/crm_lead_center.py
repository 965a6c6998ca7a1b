from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.arguments import arguments, identifier

OPEN_PROPOSALS = ("proposed", "declining")


class CrmLead(models.Model):
    """The center proposed from industry and solution, and asked for its answer (M4)."""

    _inherit = "crm.lead"

    mci_center_proposal_ids = fields.One2many(
        "mci.center.proposal", "lead_id", string="Centers proposed", copy=False
    )

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {"mci_center_proposal_ids"}

    def mci_propose_center(self):
        """The delivery center that fits the deal best by industry and solutions (M4).

        A key solution or industry of the deal that the center covers counts double.

        :return: id of the center, False when none covers anything of the deal
        """
        self.ensure_one()
        self.check_access("read")
        best, _why = self.sudo()._mci_find_center()
        return best.id or False

    @arguments(center_id=identifier)
    def mci_ask_center(self, center_id=None):
        """Ask a delivery center to take the deal; its head answers in time (M4).

        :param int center_id: default the one that fits best
        :return: id of the ``mci.center.proposal``
        :raise AccessError: for whoever does not decide about the deal
        :raise UserError: no center fits, one is asked already or set, or the deal is
            closed
        """
        self.ensure_one()
        self.check_access("read")
        self._mci_check_can_manage()
        lead = self.sudo()
        lead._mci_check_support_facts()
        lead._mci_check_may_ask_center()
        if center_id:
            center = self.env["mci.delivery.center"].sudo().browse(center_id).exists()
            self._mci_check_is_center(center)
            why = lead._mci_get_center_score(center)[1]
        else:
            center, why = lead._mci_find_center()
            if not center:
                self._mci_raise_no_center()
        return lead._mci_create_proposal(center, why, self.env.user).id

    def action_mci_propose_center(self):
        """Button: ask the center that fits best."""
        self.mci_ask_center()
        return True

    def _mci_raise_no_center(self):
        raise UserError(
            self.env._(
                "No delivery center covers the industry or the solutions of %(deal)s.",
                deal=self.display_name,
            )
        )

    def _mci_check_is_center(self, center):
        if not center.active or center.tier != "delivery_center":
            raise UserError(
                self.env._(
                    "%(unit)s is not a delivery center and cannot command %(deal)s"
                    " (M4).",
                    unit=center.display_name or "–",
                    deal=self.display_name,
                )
            )

    def _mci_check_may_ask_center(self):
        asked = self.mci_center_proposal_ids.filtered(
            lambda proposal: proposal.state in OPEN_PROPOSALS
        )
        if asked:
            raise UserError(
                self.env._(
                    "%(unit)s is asked for %(deal)s already.",
                    unit=asked[:1].center_id.name,
                    deal=self.display_name,
                )
            )

    def _mci_find_center(self, ignore=None):
        """Best center and why; an empty one where none covers anything."""
        self.ensure_one()
        company = self._mci_get_company()
        centers = self.env["mci.delivery.center"].search(
            [
                ("tier", "=", "delivery_center"),
                ("company_id", "in", [company.id, False]),
                ("id", "not in", ignore.ids if ignore else []),
            ]
        )
        scores = {center: self._mci_get_center_score(center) for center in centers}
        best = max(scores, key=lambda center: scores[center][0], default=None)
        if not best or not scores[best][0]:
            return centers.browse(), ""
        return best, scores[best][1]

    def _mci_get_center_score(self, center):
        """(points, what the center covers of the deal)"""
        partner = self.partner_id
        industry = partner.industry_id or partner.commercial_partner_id.industry_id
        solutions = center.solution_ids & self.mci_solution_ids
        points = sum(2 if covered.is_key else 1 for covered in solutions)
        parts = solutions.mapped("name")
        if industry and industry in center.industry_ids:
            points += 2 if industry.mci_is_key else 1
            parts.insert(0, industry.name)
        return points, ", ".join(parts)

    def _mci_create_proposal(self, center, why, user):
        self.ensure_one()
        levels = self.env["mci.service.level"]
        company = self._mci_get_company()
        level = levels._mci_find(company, self.mci_grade_id)
        now = fields.Datetime.now()
        # The answer to the one before is in the database: one is open at a time.
        self.mci_center_proposal_ids.flush_recordset()
        proposal = (
            self.env["mci.center.proposal"]
            ._mci_unlock()
            .create(
                {
                    "lead_id": self.id,
                    "lead_name": self.name,
                    "grade_id": self.mci_grade_id.id,
                    "team_id": self.team_id.id,
                    "partner_id": self.partner_id.id,
                    "company_id": company.id,
                    "center_id": center.id,
                    "why": why,
                    "user_id": user.id,
                    "date": now,
                    "due": level
                    and levels._mci_plan(center, company, now, level.respond_hours),
                }
            )
        )
        proposal._mci_ask_head()
        return proposal

    def _mci_propose_next(self, user):
        """After a decline: the next center that fits and has not declined."""
        for lead in self.sudo():
            declined = lead.mci_center_proposal_ids.filtered(
                lambda proposal: proposal.state == "declined"
            )
            center, why = lead._mci_find_center(ignore=declined.center_id)
            if center:
                lead._mci_create_proposal(center, why, user)

    def _mci_take_delivery_lead(self, user):
        """The center that took the deal names who leads the delivery; a hook."""
        self.sudo()._mci_write_plain({"mci_delivery_lead_id": user.id})

    @api.model
    def _mci_get_open_proposals(self, leads):
        return leads.sudo().mci_center_proposal_ids.filtered(
            lambda proposal: proposal.state in OPEN_PROPOSALS
        )

    def _mci_end_requests(self, is_won):
        # EXTENDS: a closed deal asks no center any more
        self._mci_get_open_proposals(self)._mci_unlock().write(
            {"state": "withdrawn", "answer_date": fields.Datetime.now()}
        )
        return super()._mci_end_requests(is_won)

    def _mci_merge(self, opportunities):
        # EXTENDS: the story of the merged deals moves; one open question is enough.
        result = super()._mci_merge(opportunities)
        tail = opportunities.sudo()
        self._mci_get_open_proposals(tail)._mci_unlock().write(
            {"state": "withdrawn", "answer_date": fields.Datetime.now()}
        )
        for model in ("mci.center.proposal", "mci.escalation"):
            records = self.env[model].sudo().search([("lead_id", "in", tail.ids)])
            records._mci_unlock().write({"lead_id": self.id})
        return result
