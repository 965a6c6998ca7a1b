from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class MciCredit(models.Model):
    """Later changes of credits: naming, release, adjustment, claw-back (O4)."""

    _inherit = "mci.credit"

    # ---------------------------------------------------------------- naming

    def action_name_person(self, user_id):
        """Name who carries a credit, while it is only agreed.

        :param int user_id: an active internal user
        :raises AccessError: unless the caller agrees on the credits of the deal
        :raises UserError: after the win, or where hours decide
        """
        self.ensure_one()
        self.lead_id._mci_check_can_agree()
        credit = self.sudo()
        if credit.state not in ("provisional", "agreed") or credit.adjusts_id:
            raise UserError(
                self.env._("%s is frozen: adjust it instead (O4).", self.display_name)
            )
        if credit.template_line_id.split != "named":
            raise UserError(
                self.env._(
                    "%s is shared by hours, nobody is named (O4).", self.display_name
                )
            )
        user = self.env["res.users"].sudo().browse(user_id).exists()
        if not user.active or user.share:
            raise UserError(self.env._("Choose an active internal user."))
        credit._mci_unlock().write({"user_id": user.id})
        return True

    # ---------------------------------------------------------------- release

    def action_release(self):
        """Release what is held back, when the customer has accepted (O4).

        :raises AccessError: for anybody but an accountant or a sales manager, and for
            the person credited
        """
        self._check_can_settle()
        held = self.sudo().filtered(lambda credit: credit.state == "frozen")
        for credit in held:
            credit._mci_unlock().write(
                {"released_amount": credit.amount, "state": "released"}
            )
        return True

    def _check_can_settle(self):
        self.check_access("read")
        user = self.env.user
        if not user.has_groups(
            "account.group_account_invoice,sales_team.group_sale_manager"
        ):
            raise AccessError(
                self.env._("An accountant or a sales manager releases credits (O4).")
            )
        if user in self.user_id:
            raise AccessError(self.env._("Nobody releases his own credits (O4)."))

    # ---------------------------------------------------------------- adjust

    def action_adjust(self, amount, reason, counterpart_id=None):
        """Ask for a later change of a counted credit; an accountant approves it (O4).

        :param float amount: to add, negative to take away; currency of the credit
        :param str reason: why
        :param int counterpart_id: the primary credit of the same deal that gives the
            amount; a primary credit needs one, so that they stay 100 % together
        :return: id of the adjusting ``mci.credit``, provisional until approved
        :raises AccessError: unless the caller agrees on the credits of the deal or is
            an accountant
        """
        self.ensure_one()
        self._check_can_adjust()
        reason = (reason or "").strip()
        if not reason or not amount:
            raise UserError(self.env._("Give an amount and the reason in a few words."))
        credit = self.sudo()
        other = credit._mci_get_counterpart(counterpart_id)
        rows = [credit._prepare_adjust_vals(amount, reason)]
        if other:
            rows.append(other._prepare_adjust_vals(-amount, reason))
        adjusting = credit._mci_unlock().create(rows)
        if other:
            adjusting[1]._mci_unlock().write({"counterpart_id": adjusting[0].id})
        return adjusting[0].id

    def _check_can_adjust(self):
        if not self.env.user.has_group("account.group_account_invoice"):
            self.lead_id._mci_check_can_agree()
        self.check_access("read")
        if self.sudo().state not in ("frozen", "released") or self.sudo().adjusts_id:
            raise UserError(
                self.env._("%s is not counted: agree anew.", self.display_name)
            )

    def _mci_get_counterpart(self, counterpart_id):
        other = (
            self.browse(counterpart_id).exists() if counterpart_id else self.browse()
        )
        if self.kind == "primary":
            fits = other.kind == "primary" and other.lead_id == self.lead_id
            if not fits or other == self or other.state not in ("frozen", "released"):
                raise UserError(
                    self.env._(
                        "Primary credits stay 100 %% together: name the primary credit"
                        " of %s the amount comes from (O4).",
                        self.lead_id.display_name,
                    )
                )
            return other
        return self.browse()

    def _prepare_adjust_vals(self, amount, reason):
        base = self.base_amount
        return {
            **self._prepare_follow_up_vals(),
            "percent": amount / base * 100.0 if base else 0.0,
            "amount": self.currency_id.round(amount),
            "state": "provisional",
            "reason": reason,
            "requester_id": self.env.uid,
        }

    def _prepare_follow_up_vals(self):
        """A new row of today that changes this one."""
        return {
            "lead_id": self.lead_id.id,
            "lead_key": self.lead_key,
            "lead_name": self.lead_name,
            "company_id": self.company_id.id,
            "team_id": self.team_id.id,
            "template_line_id": self.template_line_id.id,
            "user_id": self.user_id.id,
            "role": self.role,
            "kind": self.kind,
            "base_amount": self.base_amount,
            "basis": self.basis,
            "date": fields.Date.context_today(self),
            "adjusts_id": self.id,
        }

    def action_approve_adjustment(self):
        """Approve an asked change: from now on it counts (O4).

        :raises AccessError: unless an accountant or whom the approval rule *Sales
            credit* names; never the one who asked, the person credited or somebody
            below the one who asked
        """
        for credit in self:
            pair = credit._mci_get_asked()
            pair.with_env(self.env)._check_can_approve()
            pair._mci_unlock().write({"state": "adjusted", "approver_id": self.env.uid})
            for row in pair:
                row._mci_unlock().write({"released_amount": row.amount})
        return True

    def action_refuse_adjustment(self):
        """Refuse an asked change; nothing is counted and the row goes away."""
        for credit in self:
            pair = credit._mci_get_asked()
            pair.with_env(self.env)._check_can_approve()
            pair._mci_unlock().unlink()
        return True

    def _mci_get_asked(self):
        """The adjusting row and its other half, in sudo."""
        self.check_access("read")
        first = self.sudo().counterpart_id or self.sudo()
        pair = first | first.search([("counterpart_id", "=", first.id)])
        if not first.adjusts_id or set(pair.mapped("state")) != {"provisional"}:
            raise UserError(self.env._("%s waits for no approval.", self.display_name))
        return pair

    def _check_can_approve(self):
        first = self[0].sudo()
        Rule, user = self.env["mci.approval.rule"], self.env.user
        company = first.company_id
        rule = Rule._mci_find("credit", company, amount=abs(first.amount))
        if rule or not user.has_group("account.group_account_invoice"):
            Rule._mci_check_approver(
                "credit",
                company,
                requester=first.requester_id,
                amount=abs(first.amount),
                lead=first.lead_id,
            )
        if user in (self.sudo().user_id | first.requester_id):
            raise AccessError(
                self.env._(
                    "Who asked for a change of credits, or gains by it, does not"
                    " approve it (O4)."
                )
            )
        if first.requester_id in user._mci_get_superiors():
            raise AccessError(
                self.env._(
                    "%s is your superior: somebody else has to decide.",
                    first.requester_id.display_name,
                )
            )

    # ---------------------------------------------------------------- claw back

    def _mci_claw_back(self):
        """The deal is no longer won: a negative row takes each credit back."""
        rows = []
        for credit in self:
            rows.append(
                {
                    **credit._prepare_follow_up_vals(),
                    "percent": -credit.percent,
                    "amount": -credit.amount,
                    "released_amount": -credit.released_amount,
                    "state": "clawed_back",
                    "reason": self.env._("The deal is no longer won"),
                }
            )
        self._mci_unlock().write({"state": "clawed_back"})
        return self._mci_unlock().create(rows)
