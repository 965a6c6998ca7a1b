from odoo import models
from odoo.exceptions import AccessError, UserError

from ...tools.arguments import arguments, identifier, text
from ..integrate.mci_lock_mixin import UNLOCK

# What the company of a deal follows from.
PAYER_FIELDS = frozenset({"company_id", "team_id", "user_id", "partner_id"})
SETTLING = ("sent", "disputed", "accepted")


class CrmLead(models.Model):
    """The deal's company bears its charges; when it changes, they follow (C6, C7).

    Open charges and bookings simply follow. Sent, disputed and accepted ones are
    settled first. Posted ones are taken back and charged anew, by an accountant of
    both companies: see :meth:`mci_change_company`.
    """

    _inherit = "crm.lead"

    def write(self, vals):
        if PAYER_FIELDS.isdisjoint(vals):
            return super().write(vals)
        before = {lead: lead._mci_get_company() for lead in self}
        self._check_posted_stay(vals.get("company_id"))
        result = super().write(vals)
        for lead, company in before.items():
            if lead._mci_get_company() != company:
                lead._mci_on_company_changed(company)
        return result

    def _check_posted_stay(self, company_id):
        """Say it before Odoo complains that team and salesperson do not fit."""
        going = self.filtered(
            lambda lead: company_id and lead._mci_get_company().id != company_id
        )
        if not going:
            return
        found = (
            self.env["mci.charge"]
            .sudo()
            .search([("lead_id", "in", going.ids), ("state", "!=", "reversed")])
        )
        for lead, charges in found.grouped("lead_id").items():
            company = lead._mci_get_company()
            borne = charges.filtered(
                lambda charge, company=company: charge.payer_company_id == company
            )
            lead._check_nothing_settling(borne)
            lead._check_recharged(borne._mci_get_to_recharge(), company)

    def _check_recharged(self, posted, before):
        if posted and self.env.context.get("mci_recharge") is not UNLOCK:
            raise UserError(
                self.env._(
                    "%(deal)s has %(count)s posted charges in %(company)s and cannot"
                    " simply change its company: an accountant of both companies uses"
                    " Reverse and re-charge (C7).",
                    deal=self.display_name,
                    count=len(posted),
                    company=before.name,
                )
            )

    # --- Reverse and re-charge ------------------------------------------------

    def action_mci_change_company(self):
        """Action menu of a deal: the dialog *Reverse and re-charge* (C7).

        It reads all companies of the accountant, selected at the moment or not.

        :raises AccessError: no accountant
        :raises UserError: he works in one company only
        """
        self.ensure_one()
        self.check_access("read")
        self._check_accountant_of_companies()
        companies = self.env.user.company_ids
        if len(companies) < 2:
            raise UserError(
                self.env._(
                    "A deal goes to another company by the hand of an accountant of"
                    " both; you work in %s only (C7).",
                    companies.name,
                )
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mci_sales_support.mci_company_change_action"
        )
        context = {"active_id": self.id, "allowed_company_ids": companies.ids}
        return {**action, "context": context}

    @arguments(
        company_id=identifier, reason=text, team_id=identifier, user_id=identifier
    )
    def mci_change_company(self, company_id, reason, team_id=None, user_id=None):
        """Give the deal to another company and charge what was posted anew (C7).

        Each posted charge is taken back from the company that bore it and charged to
        the new one with the same hours, at the price for that payer; both go to the
        next statements, in an open period. Open charges and bookings follow.

        :param int company_id: the company that bears the deal from now on
        :param str reason: kept with the deal
        :param int team_id: sales team that pays, default the team of the deal
        :param int user_id: salesperson, default the one of the deal when he may work in
            the new company, else nobody
        :return: number of posted charges that were taken back
        :raises AccessError: no accountant, or not of both companies
        :raises UserError: a charge is sent, disputed or accepted: settle it first
        """
        self.ensure_one()
        self.check_access("read")
        self._check_accountant_of_companies()
        reason = self.env["mci.charge"]._mci_need_text(reason)
        company = self.env["res.company"].browse(company_id).sudo().exists()
        lead = self.sudo()
        before = lead._mci_get_company()
        self._check_can_change_company(before, company)
        charged = lead._mci_get_borne_charges(before)._mci_get_to_recharge()
        lead._check_nothing_settling(lead._mci_get_borne_charges(before))
        vals = lead._prepare_company_vals(company, team_id, user_id)
        lead._check_team_of_company(vals["team_id"], company)
        lead.with_context(mci_recharge=UNLOCK).write(vals)
        if lead._mci_get_company() != company:
            raise UserError(
                self.env._(
                    "%(deal)s would not belong to %(company)s: give it a sales team and"
                    " a salesperson of that company.",
                    deal=lead.display_name,
                    company=company.name,
                )
            )
        lead._mci_note_company_change(before, company, charged, reason)
        return len(charged)

    def _check_can_change_company(self, before, company):
        if not company or company == before:
            raise UserError(self.env._("Choose another company for the deal."))
        self.env["mci.statement"]._check_company_right(before | company)

    def _check_accountant_of_companies(self):
        if not self.env["mci.statement"]._mci_is_accountant():
            raise AccessError(
                self.env._(
                    "Posted charges are reversed and charged again by an accountant of"
                    " both companies (C7)."
                )
            )

    def _prepare_company_vals(self, company, team_id, user_id):
        team = self.env["crm.team"].browse(team_id or self.team_id.id).exists()
        user = self.env["res.users"].browse(user_id or self.user_id.id).exists()
        if not user_id and company not in user.company_ids:
            user = user.browse()
        return {"company_id": company.id, "team_id": team.id, "user_id": user.id}

    def _check_team_of_company(self, team_id, company):
        team = self.env["crm.team"].browse(team_id)
        if team.company_id not in (company, company.browse()):
            raise UserError(
                self.env._(
                    "%(team)s is a sales team of another company: say which team of"
                    " %(company)s bears the charges from now on.",
                    team=team.name,
                    company=company.name,
                )
            )

    def _mci_note_company_change(self, before, company, charged, reason):
        self.message_post(
            body=self.env._(
                "The deal went from %(before)s to %(after)s: %(count)s posted charges"
                " are taken back and charged again. %(reason)s",
                before=before.name,
                after=company.name,
                count=len(charged),
                reason=reason,
            ),
            author_id=self.env.user.partner_id.id,
        )

    # --- What follows ---------------------------------------------------------

    def _mci_get_borne_charges(self, company):
        """Live charges of the deal that ``company`` bears."""
        return (
            self.env["mci.charge"]
            .sudo()
            .search(
                [
                    ("lead_id", "in", self.ids),
                    ("payer_company_id", "=", company.id),
                    ("state", "!=", "reversed"),
                ]
            )
        )

    def _mci_on_company_changed(self, before):
        """The company that bears the deal is another one now."""
        self.ensure_one()
        lead = self.sudo().with_context(active_test=False)
        charges = lead._mci_get_borne_charges(before)
        lead._check_nothing_settling(charges)
        posted = charges._mci_get_to_recharge()
        lead._check_recharged(posted, before)
        lead._mci_move_bookings(before)
        lead._mci_move_account(before)
        charges.filtered(lambda charge: charge.state == "open")._mci_follow_payer(lead)
        posted._mci_recharge(lead)

    @staticmethod
    def _mci_get_settling(charges):
        return charges.filtered(
            lambda charge: charge.state in SETTLING
            and not charge.statement_id.is_showback
        )

    def _mci_get_settling_statements(self, charges):
        settling = self._mci_get_settling(charges)
        return settling.statement_id | settling.disputed_statement_id

    def _check_nothing_settling(self, charges):
        """What the payer was asked about is answered before it goes elsewhere."""
        settling = self._mci_get_settling(charges)
        if settling:
            statements = self._mci_get_settling_statements(settling)
            raise UserError(
                self.env._(
                    "%(deal)s cannot change its company while %(count)s of its charges"
                    " are being settled: %(statements)s. Post them or decide the"
                    " disputes first (C7).",
                    deal=self.display_name,
                    count=len(settling),
                    statements=", ".join(statements.mapped("name")),
                )
            )

    def _mci_move_bookings(self, before):
        """Running bookings are for the new payer, at the price for that company."""
        company = self._mci_get_company()
        bookings = self.env["mci.booking"].search(
            [
                ("lead_id", "=", self.id),
                ("payer_company_id", "=", before.id),
                ("state", "not in", ("refused", "cancelled")),
            ]
        )
        bookings._mci_unlock().write(
            {"payer_company_id": company.id, "team_id": self.team_id.id}
        )
        running = bookings.filtered(lambda booking: booking.state != "done")
        running.day_ids.filtered("rate_id")._mci_fix_price()

    def _mci_move_account(self, before):
        """An account of the old company stays there; the next posting makes one."""
        company = self._mci_get_company()
        account = self.mci_analytic_account_id
        vals = {}
        if account.company_id and account.company_id != company:
            vals["mci_analytic_account_id"] = False
        if self.mci_budget_approved and before.currency_id != company.currency_id:
            vals["mci_budget_approved"] = before.currency_id._convert(
                self.mci_budget_approved,
                company.currency_id,
                company,
                company._mci_today(),
            )
        if vals:
            self._mci_write_plain(vals)

    def _mci_merge_account(self, tail):
        # EXTENDS: the account of another company is no account of this deal.
        company = self._mci_get_company()
        return super()._mci_merge_account(
            tail.filtered(
                lambda lead: lead.mci_analytic_account_id.company_id
                in (company, company.browse())
            )
        )
