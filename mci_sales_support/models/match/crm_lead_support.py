from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from ...tools.arguments import (
    arguments,
    check,
    date,
    identifier,
    identifiers,
    mapping,
    mappings,
    number,
    text,
)
from ...tools.shared_row import write_shared

# What may be asked for, and how each value is tested.
ASK_VALUES = {
    "date_needed": date,
    "date_from": date,
    "brief": text,
    "center_id": identifier,
    "lines": mappings,
}
LINE_VALUES = {
    "function_id": identifier,
    "hours": number,
    "skill_id": identifier,
    "skill_level_id": identifier,
    "level_id": identifier,
    "extra_skill_ids": identifiers,
    "extra_level_ids": identifiers,
    "preferred_skill_ids": identifiers,
    "answers": mappings,
}

_lt = LazyTranslate(__name__)
# In the context of somebody who only asks what would be: nothing is written. An object
# of ours, because keys of a context can be forged.
DRY_RUN = object()


class CrmLead(models.Model):
    """Requests and bookings of a deal, and what is missing before it may ask."""

    _inherit = "crm.lead"

    mci_request_ids = fields.One2many(
        "mci.request", "lead_id", string="Support requests", copy=False
    )
    mci_booking_ids = fields.One2many(
        "mci.booking", "lead_id", string="Presales bookings", copy=False
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_supported(self):
        """What was asked and worked for a deal stays readable (M9)."""
        domain = [("lead_id", "in", self.ids)]
        for model in ("mci.request", "mci.booking", "mci.center.proposal"):
            if deal := self.env[model].sudo().search(domain, limit=1).lead_id:
                raise UserError(
                    self.env._(
                        "%s has support requests or bookings and cannot be deleted:"
                        " mark it as lost instead (M9).",
                        deal.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # What is missing
    # ------------------------------------------------------------------

    def _mci_support_facts(self):
        """Facts without which nobody can be asked or booked, whatever the levels say.

        :return: translated sentences, empty when nothing is missing
        """
        self.ensure_one()
        lead = self.sudo()
        checks = (
            (lead.type == "opportunity", self.env._("It is no opportunity yet.")),
            (
                lead.active and lead.won_status != "lost",
                self.env._("The opportunity is lost or archived."),
            ),
            (lead.team_id, self.env._("The sales team that pays is missing (C5).")),
            (lead.mci_owner_id, self.env._("The accountable owner is missing (O1).")),
            (
                lead.mci_grade_id,
                self.env._("It has no grade: no grading policy is active (M1)."),
            ),
            (
                not lead.mci_partner_led or lead.mci_registered_partner_id,
                self.env._("The registered partner of the deal is missing (M1)."),
            ),
        )
        return [message for given, message in checks if not given]

    def _mci_support_gaps(self):
        """What is missing before support may be asked for; for wizard and error alike.

        Other packages add theirs to what ``super()`` returns.

        :return: translated sentences, empty when nothing is missing
        """
        return self._mci_support_facts()

    def _mci_has_gate(self):
        """Whether the deal's grade, the best since initiation, passes a gate (M4)."""
        self.ensure_one()
        grade = self.mci_gate_grade_id or self.mci_grade_id
        policy = self.env["mci.grade.policy"]._mci_get_policy(self._mci_get_company())
        line = policy.sudo()._mci_get_line(grade)
        if line:
            return line.requires_center
        return self.mci_tier == "delivery_center"

    def _mci_gate_gaps(self):
        """:return: lazy words, what an initiated deal lacks to book people (M4)"""
        self.ensure_one()
        lead = self.sudo()
        checks = (
            (lead.mci_center_id, _lt("a delivery center")),
            (lead.mci_delivery_lead_id, _lt("a delivery lead")),
            (lead.mci_owner_id, _lt("an accountable owner")),
            (lead._mci_has_budget(), _lt("a presales budget")),
        )
        return [message for given, message in checks if not given]

    def _mci_get_first_look(self, ignore=None):
        """Hours an office or the hotline may look at the deal before it is initiated.

        :param ignore: bookings that do not count
        :return: (hours allowed, hours used)
        """
        self.ensure_one()
        rows = (
            self.env["mci.booking"]
            .sudo()
            ._read_group(
                [
                    ("lead_id", "=", self.id),
                    ("state", "not in", ("draft", "refused", "cancelled")),
                    ("id", "not in", ignore.ids if ignore else []),
                ],
                aggregates=["hours:sum"],
            )
        )
        return self._mci_get_company().mci_first_look_hours, rows[0][0] or 0.0

    def _mci_bump_first_look(self):
        """Write the row that all first looks at these deals share, but for a try."""
        if self and self.env.context.get("mci_dry_run") is not DRY_RUN:
            write_shared(self, "mci_budget_seq")

    def _mci_check_support_facts(self):
        for lead in self:
            lead._mci_raise_gaps(lead._mci_support_facts())

    def _mci_check_support_gaps(self):
        for lead in self:
            lead._mci_raise_gaps(lead._mci_support_gaps())

    def _mci_raise_gaps(self, gaps):
        if gaps:
            raise UserError(
                self.env._(
                    "%(lead)s cannot get support yet:\n%(gaps)s",
                    lead=self.display_name,
                    gaps="\n".join(f"- {gap}" for gap in gaps),
                )
            )

    def _mci_get_unit_asked(self):
        """The unit asked: the deal's center, else the team's office (M2)."""
        self.ensure_one()
        lead = self.sudo()
        team_office = lead.team_id.mci_office_id
        if lead.mci_tier == "delivery_center" and lead._mci_is_initiated() is not False:
            return lead.mci_center_id or team_office
        return team_office or lead.mci_center_id

    # ------------------------------------------------------------------
    # Asking
    # ------------------------------------------------------------------

    @arguments(vals=mapping)
    def mci_ask_support(self, vals):
        """Ask for people in the name of this deal.

        :param dict vals: ``date_needed`` (YYYY-MM-DD), ``lines`` (list of dicts with
            ``function_id``, ``hours`` and, as needed, ``skill_id``, ``skill_level_id``,
            ``level_id``, lists of ids ``extra_skill_ids``, ``extra_level_ids``,
            ``preferred_skill_ids``, and ``answers``, a list of dicts ``question_id``,
            ``value``); as needed ``date_from``, ``brief``, ``center_id``
        :return: the :class:`mci.request`
        :raise AccessError: for whoever does not decide about the deal
        :raise UserError: lists everything that is missing
        """
        self.ensure_one()
        self.check_access("read")
        self._mci_check_can_manage()
        self._mci_check_ask_values(vals or {})
        self.sudo()._mci_check_support_gaps()
        request = (
            self.env["mci.request"]
            .sudo()
            .create(
                {
                    "lead_id": self.id,
                    "date_needed": vals.get("date_needed"),
                    "date_from": vals.get("date_from"),
                    "brief": vals.get("brief"),
                    "center_id": vals.get("center_id"),
                    "line_ids": [
                        fields.Command.create(self._prepare_ask_line(line))
                        for line in vals.get("lines") or ()
                    ],
                }
            )
        )
        return request.sudo(False)

    def _prepare_ask_line(self, line):
        """Values of a line with its answers, from what the caller gave."""
        vals = {name: line.get(name) for name in LINE_VALUES if name != "answers"}
        answers = self.env["mci.request.answer"].sudo()
        given = answers._prepare_answers(line.get("answers") or ())
        vals["answer_ids"] = [fields.Command.create(answer) for answer in given]
        return vals

    @arguments(function_ids=identifiers)
    def mci_request_form(self, function_ids):
        """The questions that functions ask of this deal.

        :param list function_ids: ids of ``mci.function``
        :return: list of dicts ``question_id``, ``function_id``, ``name``, ``kind``
            (text, choice, yes_no, date), ``required``, ``hint``, ``choices`` (list of
            dicts ``id``, ``name``)
        :raise AccessError: for whoever may not read the deal
        """
        self.ensure_one()
        self.check_access("read")
        functions = self.env["mci.function"].browse(function_ids)
        questions = self.env["mci.request.question"]._mci_find(
            functions, self._mci_get_company()
        )
        return [
            {
                "question_id": question.id,
                "function_id": question.function_id.id,
                "name": question.name,
                "kind": question.kind,
                "required": question.required,
                "hint": question.hint or False,
                "choices": question.choice_ids.read(["name"]),
            }
            for question in questions
        ]

    def _mci_check_ask_values(self, vals):
        check(self.env, vals, ASK_VALUES)
        for line in vals.get("lines") or ():
            check(self.env, line, LINE_VALUES)

    def action_mci_ask_support(self):
        """Open the form to ask for people."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask for support"),
            "res_model": "mci.request.ask",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_lead_id": self.id},
        }

    def action_mci_view_requests(self):
        return self._mci_view_documents("mci_sales_support.mci_request_action")

    def action_mci_view_bookings(self):
        return self._mci_view_documents("mci_sales_support.mci_booking_action")

    def _mci_view_documents(self, xmlid):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        return {
            **action,
            "domain": [("lead_id", "=", self.id)],
            "context": {"default_lead_id": self.id},
        }

    # ------------------------------------------------------------------
    # Merge
    # ------------------------------------------------------------------

    def _mci_merge(self, opportunities):
        # EXTENDS: the merged deals are deleted; their story moves, as it was.
        result = super()._mci_merge(opportunities)
        domain = [("lead_id", "in", opportunities.ids)]
        requests = self.env["mci.request"].sudo().search(domain)
        bookings = self.env["mci.booking"].sudo().search(domain)
        requests._mci_unlock().write({"lead_id": self.id})
        bookings._mci_unlock().write({"lead_id": self.id})
        return result
