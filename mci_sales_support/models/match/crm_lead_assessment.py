from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import LazyTranslate

from ...tools.words import say

_lt = LazyTranslate(__name__)


class CrmLead(models.Model):
    """What the reviewed assessment says about a deal (M5).

    Plain columns, written when a version is reviewed: the pipeline pays no query.
    """

    _inherit = "crm.lead"

    mci_assessment_ids = fields.One2many(
        "mci.assessment", "lead_id", string="Assessments", copy=False
    )
    mci_assessment_id = fields.Many2one(
        "mci.assessment",
        string="Assessment in force",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The latest reviewed version. It orders the queue and never sets the"
        " grade (M5).",
    )
    mci_assessment_score = fields.Float(
        string="Assessment score",
        readonly=True,
        copy=False,
        aggregator="avg",
        digits=(6, 2),
        help="0 to 100, of the latest reviewed version (M5).",
    )
    mci_assessment_event = fields.Selection(
        [("named", "Known"), ("missing", "None known")],
        string="Compelling event",
        readonly=True,
        copy=False,
        help="Without one no win rate is shown, and more spending asks for a reason"
        " (M5). Empty until a version was reviewed.",
    )
    mci_assessment_veto = fields.Boolean(string="Vetoed", readonly=True, copy=False)
    mci_win_rate = fields.Float(
        string="Win rate",
        compute="_compute_mci_win_rate",
        aggregator=None,
        help="Odoo's probability; shown only for a deal with a compelling event (M5).",
    )

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {
            "mci_assessment_id",
            "mci_assessment_score",
            "mci_assessment_event",
            "mci_assessment_veto",
        }

    @api.depends("probability", "mci_assessment_event")
    def _compute_mci_win_rate(self):
        for lead in self:
            named = lead.mci_assessment_event == "named"
            lead.mci_win_rate = lead.probability if named else 0.0

    # ------------------------------------------------------------
    # Assessing
    # ------------------------------------------------------------

    def mci_assess(self):
        """Start the next assessment of this deal, or take up one's unfinished one.

        It comes with the answers of the last version. Write ``rating`` on its lines
        (4 to 1, or ``na``), then call ``action_submit`` on it.

        :return: the :class:`mci.assessment`
        :raise AccessError: for whoever neither decides about the deal nor works on it
        :raise UserError: no opportunity, a closed one, or no template
        """
        self.ensure_one()
        self.check_access("read")
        self._mci_check_can_assess()
        return self.env["mci.assessment"]._do_start(self).with_env(self.env)

    def _mci_check_can_assess(self):
        lead = self.sudo()
        if lead.type != "opportunity" or lead.won_status != "pending":
            raise UserError(self.env._("Only open opportunities are assessed (M5)."))
        works = self.env.user in (
            lead.mci_booking_ids.filtered(
                lambda b: b.state in ("held", "confirmed", "done")
            ).resource_user_id
            | lead.mci_center_id.lead_id
        )
        if not works and not self._mci_can_manage():
            raise AccessError(
                self.env._(
                    "Only the deal's side and the people who work on %s assess it"
                    " (M5).",
                    lead.display_name,
                )
            )

    def action_mci_assess(self):
        """Open the next assessment of this deal."""
        return {
            "type": "ir.actions.act_window",
            "res_model": "mci.assessment",
            "res_id": self.mci_assess().id,
            "views": [(False, "form")],
        }

    def action_mci_view_assessments(self):
        return self._mci_view_documents("mci_sales_support.mci_assessment_action")

    def _mci_open_form(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lead",
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def _mci_apply_assessment(self):
        """Take over the latest reviewed version of each deal."""
        for lead in self.sudo():
            forms = lead.mci_assessment_ids.filtered(lambda f: f.state == "reviewed")
            last = forms.sorted(lambda f: (f.submitted_date, f.id))[-1:]
            event = ("named" if last.has_event else "missing") if last else False
            lead._mci_write_plain(
                {
                    "mci_assessment_id": last.id,
                    "mci_assessment_score": last.score,
                    "mci_assessment_event": event,
                    "mci_assessment_veto": last.is_vetoed,
                }
            )

    # ------------------------------------------------------------
    # Spending without a compelling event
    # ------------------------------------------------------------

    def _mci_justify_spending(self, reason, record):
        """Ask why more is spent on deals without a compelling event, and count it (M5).

        :param reason: what was given, or nothing
        :param record: request, booking or budget request the deal asks for
        :raise UserError: no reason, unless the company only observes the rule
        """
        levels = self.env["mci.rule.level"]
        for lead in self.sudo():
            if lead.mci_assessment_event != "missing":
                continue
            company = lead._mci_get_company()
            level = levels._mci_get_level("M5", company)
            message = _lt(
                "%s has no compelling event: nothing forces the customer to decide"
                " (M5).",
                lead.name,
            )
            if level != "observe" and not (reason or "").strip():
                raise UserError(
                    self.env._(
                        "%s\nSay why more is spent on it now.",
                        say(self.env, message),
                    )
                )
            self.env["mci.rule.event"]._mci_log(
                "M5", level, company, message, lead, record, reason, False
            )

    # ------------------------------------------------------------
    # Merge
    # ------------------------------------------------------------

    def _mci_merge(self, opportunities):
        # EXTENDS: assessments of the deals that are deleted move, as they were
        result = super()._mci_merge(opportunities)
        forms = self.env["mci.assessment"].sudo()
        moved = forms.search([("lead_id", "in", opportunities.ids)])
        drafts = moved.filtered(lambda form: form.state == "draft")._mci_unlock()
        drafts.line_ids.unlink()
        drafts.unlink()
        (moved - drafts)._mci_unlock().write({"lead_id": self.id})
        self._mci_apply_assessment()
        return result
