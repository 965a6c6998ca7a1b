from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import LazyTranslate

from ...tools.words import say
from ..match.crm_lead import STAGE_FIELDS

_lt = LazyTranslate(__name__)


class CrmLead(models.Model):
    """Commitments to the customer and the two signatures before the offer (O3)."""

    _inherit = "crm.lead"

    mci_promise_ids = fields.One2many(
        "mci.promise", "lead_id", "Commitments", copy=False
    )
    mci_signoff_ids = fields.One2many("mci.signoff", "lead_id", "Sign-offs", copy=False)
    mci_offer_date = fields.Date(
        "Offer Phase Since",
        copy=False,
        help="First day in the offer phase. Hours up to that day share the overlay"
        " credits (O4).",
    )
    mci_commitment_note = fields.Char(
        "Commitments Before the Offer", compute="_compute_mci_commitment_note"
    )

    mci_signoff_state = fields.Selection(
        [
            ("none", "Not declared"),
            ("declared", "Declared complete"),
            ("signed", "Signed"),
            ("conditional", "Signed with conditions"),
            ("refused", "Refused"),
        ],
        "Delivery Sign-off",
        compute="_compute_mci_signoff_state",
        help="Where the two signatures under the commitments stand (O3).",
    )

    @api.depends("mci_signoff_ids.state", "mci_grade_id", "mci_gate_grade_id")
    @api.depends_context("lang")
    def _compute_mci_commitment_note(self):
        for lead in self:
            gaps = lead.sudo()._mci_commitment_gaps()
            lead.mci_commitment_note = say(self.env, gaps, " ")

    @api.depends("mci_signoff_ids.state")
    def _compute_mci_signoff_state(self):
        for lead in self:
            deal = lead.sudo()
            declared = "declared" if deal._mci_get_signoff("declaration") else "none"
            lead.mci_signoff_state = (
                deal._mci_get_signoff("feasibility").state or declared
            )

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {"mci_offer_date"}

    def write(self, vals):
        if STAGE_FIELDS.isdisjoint(vals):
            return super().write(vals)
        before = {lead: lead.stage_id for lead in self.sudo()}
        result = super().write(vals)
        # Looked at afterwards: the stage also moves with the team or the type.
        moved = self.sudo().filtered(lambda deal: deal.stage_id != before[deal])
        moved._mci_enter_offer()
        return result

    def _mci_enter_offer(self):
        """O3 falls due at every step in or after the offer phase, the win included."""
        get_offer_ids = self.env["crm.stage"]._mci_get_offer_ids
        entering = self.filtered(
            lambda deal: (
                deal.type == "opportunity"
                and deal.stage_id.id in get_offer_ids(deal.team_id.id)
            )
        )
        entering._mci_check_commitments()
        first = entering.filtered(lambda deal: not deal.mci_offer_date)
        if first:
            first._mci_write_plain({"mci_offer_date": fields.Date.context_today(self)})

    def _mci_check_commitments(self):
        """O3: on A and B, declared complete and signed feasible before the offer."""
        RuleLevel = self.env["mci.rule.level"].sudo()
        for lead in self.sudo():
            gaps = lead._mci_commitment_gaps()
            if gaps:
                RuleLevel._mci_enforce(
                    "O3",
                    [lead.display_name, *gaps],
                    lead._mci_get_company(),
                    lead=lead,
                    reason=self.env.context.get("mci_reason"),
                )

    def _mci_commitment_gaps(self):
        """:return: lazy sentences, what is missing before the offer phase"""
        self.ensure_one()
        if not self._mci_has_gate():
            return []
        gaps = []
        if not self._mci_get_signoff("declaration"):
            gaps.append(
                _lt("The owner has not declared the commitments complete (O3).")
            )
        if self._mci_get_signoff("feasibility").state not in ("signed", "conditional"):
            gaps.append(_lt("The delivery lead has not signed the feasibility (O3)."))
        return gaps

    def _mci_get_signoff(self, kind):
        """The valid signature of a kind; empty when there is none."""
        return self.mci_signoff_ids.filtered(
            lambda s: s.kind == kind and s.state != "void"
        )[:1]

    # ---------------------------------------------------------------- signatures

    def mci_declare_promises(self):
        """The owner declares the list of commitments complete, an empty one too (O3).

        :return: id of the ``mci.signoff``
        :raises AccessError: for anybody but the accountable owner
        """
        self.ensure_one()
        self._check_is_owner()
        lead = self.sudo()
        lead._mci_void_signoffs()
        return lead._do_sign("declaration", "signed").id

    def mci_sign_feasibility(self, conditions=None):
        """The delivery lead signs that the declared list can be delivered (O3).

        :param str conditions: under which; the signature is then conditional
        :return: id of the ``mci.signoff``
        :raises AccessError: for anybody but the delivery lead
        :raises UserError: when no list is declared, or it changed since
        """
        conditions = (conditions or "").strip()
        state = "conditional" if conditions else "signed"
        return self._mci_answer_declaration(state, conditions)

    def mci_refuse_feasibility(self, reason):
        """The delivery lead refuses the declared list, with the reason (O3).

        :return: id of the ``mci.signoff``
        """
        if not (reason or "").strip():
            raise UserError(self.env._("Give the reason in a few words (O3)."))
        return self._mci_answer_declaration("refused", reason.strip())

    def _mci_answer_declaration(self, state, conditions):
        self.ensure_one()
        lead = self.sudo()
        if lead.mci_delivery_lead_id != self.env.user:
            raise AccessError(
                self.env._(
                    "Only the delivery lead of %(deal)s signs its feasibility (O3).",
                    deal=lead.display_name,
                )
            )
        declaration = lead._mci_get_signoff("declaration")
        if not declaration or declaration.snapshot != lead._mci_promise_snapshot():
            raise UserError(
                self.env._(
                    "The owner of %(deal)s has to declare the list of commitments"
                    " complete first (O3).",
                    deal=lead.display_name,
                )
            )
        lead._mci_get_signoff("feasibility")._do_void()
        return lead._do_sign("feasibility", state, conditions).id

    def _do_sign(self, kind, state, conditions=None):
        return (
            self.env["mci.signoff"]
            ._mci_unlock()
            .create(
                {
                    "lead_id": self.id,
                    "company_id": self._mci_get_company().id,
                    "kind": kind,
                    "user_id": self.env.uid,
                    "state": state,
                    "conditions": conditions,
                    "snapshot": self._mci_promise_snapshot(),
                }
            )
        )

    def _mci_promise_snapshot(self):
        """The list as text: the same list gives the same text."""
        return "\n".join(
            f"{promise.id}. {promise.name}"
            + (f" [{promise.date_due}]" if promise.date_due else "")
            for promise in self.mci_promise_ids.sorted("id")
            if promise.state != "undeclared"
        )

    def _mci_void_signoffs(self):
        """The list changed: both signatures are void (O3)."""
        self.sudo().mci_signoff_ids.filtered(lambda s: s.state != "void")._do_void()

    # ---------------------------------------------------------------- undeclared

    def mci_report_undeclared(self, name):
        """Record a commitment that was not on the declared list (O3).

        It counts as broken; the signatures under the list stay valid. Delivery lead,
        owner or a manager of the seller.

        :param str name: what the customer says he was promised
        :return: id of the ``mci.promise``
        :raises UserError: without words, or when no list was ever declared
        """
        self.ensure_one()
        name = (name or "").strip()
        if not name:
            raise UserError(self.env._("Say what the customer was promised (O3)."))
        if self.env.user != self.sudo().mci_delivery_lead_id:
            self._check_owner_or_manager()
        lead = self.sudo()
        if "declaration" not in lead.mci_signoff_ids.mapped("kind"):
            raise UserError(
                self.env._(
                    "The list of commitments of %(deal)s was never declared complete:"
                    " add the commitment to the list (O3).",
                    deal=lead.display_name,
                )
            )
        vals = {
            "lead_id": lead.id,
            "name": name,
            "promised_by_id": lead.mci_owner_id.id,
            "state": "undeclared",
            "decided_by_id": self.env.uid,
            "decided_date": fields.Datetime.now(),
        }
        return lead.env["mci.promise"]._mci_unlock().create(vals).id

    def _mci_merge(self, opportunities):
        # EXTENDS match: the tail is deleted after.
        result = super()._mci_merge(opportunities)
        tail = opportunities.sudo().with_context(active_test=False)
        tail._mci_void_signoffs()
        tail.mci_signoff_ids._mci_unlock().write({"lead_id": self.id})
        if tail.mci_promise_ids:
            self._mci_void_signoffs()
            tail.mci_promise_ids._mci_unlock().write({"lead_id": self.id})
        return result
