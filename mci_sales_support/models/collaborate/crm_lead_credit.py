from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.retry import retry_serialization
from ...tools.share import share
from .mci_credit import LIVE_STATES


class CrmLead(models.Model):
    """Credits of a deal: agreed at initiation, frozen at the win (O4)."""

    _inherit = "crm.lead"

    mci_credit_ids = fields.One2many(
        "mci.credit", "lead_id", string="Sales credits", copy=False
    )

    # ---------------------------------------------------------------- rights

    def _mci_check_can_agree(self):
        """Owner, leader or deputy of the team, or a sales manager agree on credits."""
        user = self.env.user
        for lead in self.sudo():
            allowed = (
                self.env.su
                or user == lead.mci_owner_id
                or lead.team_id._mci_is_leader(user)
                or (
                    user.has_group("sales_team.group_sale_manager")
                    and lead.with_user(user).has_access("read")
                )
            )
            if not allowed:
                raise AccessError(
                    self.env._(
                        "The owner, the team leader or a sales manager agree on the"
                        " credits of %(deal)s (O4).",
                        deal=lead.display_name,
                    )
                )

    # ---------------------------------------------------------------- agree

    def mci_agree_credits(self, template_id=None):
        """Agree who carries the number of this deal, before it is won (O4).

        Agreed again, the earlier agreement is replaced.

        :param int template_id: a ``mci.credit.template``; default: the first that fits
            company and grade of the deal
        :return: ids of the ``mci.credit`` rows
        :raises AccessError: unless owner, team leader, deputy or sales manager
        :raises UserError: after the win, or without a template
        """
        self.ensure_one()
        self._mci_check_can_agree()
        lead = self.sudo()
        if lead.mci_credit_ids.filtered(lambda c: c.state in LIVE_STATES):
            raise UserError(
                self.env._(
                    "The credits of %(deal)s are frozen: adjust them instead (O4).",
                    deal=lead.display_name,
                )
            )
        template = self._mci_get_credit_template(template_id)
        return lead._do_agree_credits(template).ids

    def _mci_get_credit_template(self, template_id=None):
        Template = self.env["mci.credit.template"].sudo()
        template = Template.browse(template_id or []).exists()
        if not template_id:
            template = Template._mci_get_default(self)
        if not template or template.company_id not in (
            self._mci_get_company(),
            template.company_id.browse(),
        ):
            raise UserError(
                self.env._(
                    "No credit template fits %(deal)s: ask the Sales Support"
                    " Administrator (O4).",
                    deal=self.display_name,
                )
            )
        return template

    def _do_agree_credits(self, template):
        Credit = self.env["mci.credit"]._mci_unlock()
        self._mci_get_agreed_credits()._mci_unlock().unlink()
        # Where gates sleep there is no initiation to wait for.
        waits = self._mci_is_initiated() is False
        return Credit.create(
            [
                {
                    **self._prepare_credit_vals(line),
                    "template_line_id": line.id,
                    "user_id": self._mci_get_named_user(line).id,
                    "percent": line.percent,
                    "state": "provisional" if waits else "agreed",
                }
                for line in template.line_ids
            ]
        )

    def _mci_get_agreed_credits(self):
        return self.mci_credit_ids.filtered(
            lambda c: c.state in ("provisional", "agreed") and not c.adjusts_id
        )

    def _mci_get_named_user(self, line):
        """Who holds the role of a template line by his place in the deal."""
        if line.split != "named":
            return self.env["res.users"]
        return {
            "sales": self.user_id or self.mci_owner_id,
            "delivery_manager": self.mci_delivery_lead_id,
            "sales_manager": self.team_id.user_id,
        }.get(line.role, self.env["res.users"])

    def _prepare_credit_vals(self, source):
        return {
            "lead_id": self.id,
            "lead_key": self.id,
            "lead_name": self.name,
            "company_id": self._mci_get_company().id,
            "team_id": self.team_id.id,
            "role": source.role,
            "kind": source.kind,
        }

    def _mci_on_event(self, event):
        # EXTENDS match: what was agreed before initiation is agreed now.
        result = super()._mci_on_event(event)
        if event == "initiated":
            self.sudo().mci_credit_ids.filtered(
                lambda c: c.state == "provisional" and not c.adjusts_id
            )._mci_unlock().write({"state": "agreed"})
        return result

    # ---------------------------------------------------------------- the win

    def _mci_on_won(self):
        # EXTENDS collaborate
        result = super()._mci_on_won()
        self._mci_freeze_credits()
        return result

    def _mci_on_win_lapsed(self):
        # EXTENDS collaborate
        result = super()._mci_on_win_lapsed()
        self._mci_claw_back_credits()
        return result

    def _mci_claw_back_credits(self):
        self.env["mci.credit"].search(
            [("lead_id", "in", self.ids), ("state", "in", LIVE_STATES)]
        )._mci_claw_back()

    def _mci_freeze_credits(self):
        """Count the credits of won deals that have none yet, in one batch (O4)."""
        leads = self._mci_filter_judged()
        frozen = self.env["mci.credit"].search(
            [("lead_id", "in", leads.ids), ("state", "in", LIVE_STATES)]
        )
        leads -= frozen.lead_id
        templates = leads._mci_get_credit_templates()
        hours = leads._mci_get_credit_hours()
        rows = []
        for lead in leads:
            agreement = lead._mci_get_agreement(templates[lead])
            rows += lead._mci_prepare_frozen(agreement, hours[lead])
        leads._mci_get_agreed_credits()._mci_unlock().unlink()
        return self.env["mci.credit"]._mci_unlock().create(rows)

    def _mci_get_credit_templates(self):
        """Template of each deal nobody agreed on: as credited before, else default."""
        Template = self.env["mci.credit.template"]
        templates, defaults = {}, {}
        for lead in self:
            template = lead.mci_credit_ids.template_line_id.template_id[:1]
            key = (lead._mci_get_company(), lead.mci_grade_id)
            if not template and key not in defaults:
                defaults[key] = Template._mci_get_default(lead)
            templates[lead] = template or defaults[key]
        return templates

    def _mci_get_agreement(self, template):
        """What to freeze: ``[(agreed credit or template line, line, user), …]``."""
        agreed = self._mci_get_agreed_credits()
        if agreed:
            return [(c, c.template_line_id, c.user_id) for c in agreed]
        return [
            (line, line, self._mci_get_named_user(line)) for line in template.line_ids
        ]

    def _mci_get_credit_hours(self):
        """Hours done before the offer, by deal and user, which share overlay credits.

        :return: ``{lead: {user: hours}}``; users without login share nothing
        """
        domain = [("booking_id.lead_id", "in", self.ids), ("hours_done", ">", 0)]
        hours = defaultdict(lambda: defaultdict(float))
        for lead, user, date, done in (
            self.env["mci.booking.day"]
            .with_context(active_test=False)
            ._read_group(
                domain,
                ["booking_id.lead_id", "resource_id.user_id", "date:day"],
                ["hours_done:sum"],
            )
        ):
            offer = lead.mci_offer_date
            if user and (not offer or fields.Date.to_date(date) <= offer):
                hours[lead][user] += done
        return hours

    def _mci_prepare_frozen(self, agreement, hours):
        """Rows of one deal: every agreed credit, divided among its people."""
        rows = []
        for source, line, named in agreement:
            shared = line.split in ("hours", "equal")
            shares = self._mci_share_credit(source, line, named, hours)
            for user, percent in shares.items():
                rows.append(
                    {
                        **self._prepare_credit_vals(source),
                        "template_line_id": line.id,
                        "user_id": user.id,
                        "percent": percent,
                        "hours": hours[user] if shared else 0.0,
                        **self._prepare_amount_vals(percent),
                        "release": line.release_percent if line else 100.0,
                    }
                )
        self._mci_round_primary([row for row in rows if row["kind"] == "primary"])
        return [self._prepare_release_vals(row) for row in rows]

    def _mci_share_credit(self, source, line, named, hours):
        """``{user: percent}`` of one agreed credit; empty when nobody earned it."""
        shares = {}
        if line.split in ("hours", "equal"):
            equal = line.split == "equal"
            weights = {
                user: 1 if equal else done
                for user, done in hours.items()
                if done >= line.min_hours
            }
            shares = share(source.percent, weights)
        elif user := named or self._mci_get_named_user(line):
            shares = {user: source.percent}
        if not shares and source.kind == "primary":
            # Primary credits are 100 % always: what nobody took is the salesperson's.
            user = self.user_id or self.mci_owner_id or self.team_id.user_id
            shares = {user: source.percent} if user else {}
        return shares

    def _prepare_amount_vals(self, percent):
        signed = self.mci_signed_amount
        base = self.company_currency.round(signed or self.expected_revenue or 0.0)
        return {
            "base_amount": base,
            "basis": "signed" if signed else "expected",
            "amount": self.company_currency.round(base * percent / 100.0),
            "date": fields.Date.context_today(self, self.date_closed),
        }

    def _mci_round_primary(self, rows):
        """The last primary credit takes the rounding rest: booked is booked once."""
        if rows:
            total = sum(row["amount"] for row in rows)
            rest = rows[-1]["base_amount"] - total
            rows[-1]["amount"] = self.company_currency.round(rows[-1]["amount"] + rest)

    def _prepare_release_vals(self, row):
        percent = row.pop("release")
        released = self.company_currency.round(row["amount"] * percent / 100.0)
        state = "released" if released == row["amount"] else "frozen"
        return {**row, "released_amount": released, "state": state}

    # ---------------------------------------------------------------- reconcile

    @api.model
    def _cron_reconcile_credits(self):
        """Freeze what a win missed and claw back what is no longer won.

        The stage of a deal may change without a write of the deal (T14).
        """
        Credit = self.env["mci.credit"].with_context(active_test=False)
        since = self._mci_get_first_start()
        won = self.with_context(active_test=False).search(
            [
                ("won_status", "=", "won"),
                ("date_closed", ">=", since),
                ("mci_credit_ids", "not any", [("state", "in", LIVE_STATES)]),
            ]
        )
        lapsed = Credit.search(
            [("state", "in", LIVE_STATES), ("lead_id.won_status", "!=", "won")]
        ).lead_id
        for lead in won:
            retry_serialization(self.env, lead._mci_freeze_credits)
            self.env["ir.cron"]._commit_progress(1)
        for lead in lapsed:
            retry_serialization(self.env, lead._mci_claw_back_credits)
            self.env["ir.cron"]._commit_progress(1)

    # ---------------------------------------------------------------- merge

    def _mci_merge(self, opportunities):
        # EXTENDS match: the tail is deleted after; what was counted stays counted.
        result = super()._mci_merge(opportunities)
        credits_ = self.env["mci.credit"].sudo()
        credits_ = credits_.search([("lead_id", "in", opportunities.ids)])
        agreed = credits_.filtered(
            lambda c: c.state in ("provisional", "agreed") and not c.adjusts_id
        )
        (credits_ - agreed)._mci_unlock().write({"lead_id": self.id})
        agreed._mci_unlock().unlink()
        return result
