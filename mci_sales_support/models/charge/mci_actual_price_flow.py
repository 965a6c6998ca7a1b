from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...tools.arguments import arguments, date, text


class MciActualPrice(models.Model):
    """Confirm, post the difference exactly once, reverse (I4, C6, C7)."""

    _inherit = "mci.actual.price"

    # --- Confirm --------------------------------------------------------------

    def action_confirm(self):
        """Compute once more and freeze the figures for ever (invariant 7).

        :raises AccessError: the user is no accountant
        :raises UserError: the period is not over yet
        """
        self._check_accountant()
        prices = self.sudo().filtered(lambda price: price.state == "draft")
        prices._check_can_confirm()
        for period, members in prices.grouped("period_id").items():
            members._mci_generate(period, members.center_id.ids)
        prices.exists()._do_confirm()
        return True

    def _check_can_confirm(self):
        for price in self:
            if price.date_to >= price.company_id._mci_today():
                raise UserError(
                    self.env._(
                        "%(price)s is confirmed after the last day of its period,"
                        " %(date)s.",
                        price=price.display_name,
                        date=format_date(self.env, price.date_to),
                    )
                )

    def _do_confirm(self):
        self._mci_unlock().write(
            {
                "state": "confirmed",
                "confirmed_date": fields.Datetime.now(),
                "confirmed_by_id": self.env.uid,
            }
        )

    # --- Post -----------------------------------------------------------------

    def action_post(self):
        """Move the difference of confirmed prices off the accounts of the units.

        One entry for each unit and period, on the accounting date. What is posted stays
        as it is, whatever is clicked twice (C6).

        :raises AccessError: the user is no accountant
        :raises UserError: not confirmed, only shown by the company, showback, charges
            of the period are not posted yet, the date is in a closed period or locked
        """
        self._check_accountant()
        for price in self.sudo():
            if price.state != "posted":
                price._check_can_post()
                price._do_post()
        return True

    def _check_can_post(self):
        self._check_state("confirmed")
        if not self._mci_is_to_post():
            raise UserError(
                self.env._(
                    "%(price)s is only shown: by the settings of %(company)s, or"
                    " because its period is showback.",
                    price=self.display_name,
                    company=self.company_id.name,
                )
            )
        self._check_charges_posted()
        self._check_open_date(self.company_id, self.accounting_date or self.date_to)

    def _check_charges_posted(self):
        """The income must lie on the unit's account before the difference leaves it.

        A disputed line does not hold it up, nor what goes with a later statement.
        """
        waiting = self.env["mci.charge"].search_count(
            [
                ("company_id", "=", self.company_id.id),
                ("center_id", "=", self.center_id.id),
                ("date", ">=", self.date_from),
                ("date", "<=", self.date_to),
                ("state", "in", ("open", "sent", "accepted")),
                ("consent", "!=", "asked"),
                "|",
                ("statement_id", "=", False),
                ("statement_id.date_to", "<=", self.date_to),
            ]
        )
        if waiting:
            raise UserError(
                self.env._(
                    "%(price)s cannot be posted: %(count)s charges of the period are"
                    " not posted yet. Post their statements first (I4).",
                    price=self.display_name,
                    count=waiting,
                )
            )

    def _do_post(self):
        self.ensure_one()
        if not self._mci_claim():
            return
        self._mci_unlock().write(
            {
                "move_id": self._create_move().id,
                "posted_date": fields.Datetime.now(),
                "posted_by_id": self.env.uid,
            }
        )

    def _mci_claim(self):
        # EXTENDS: the lines keep the state of their document
        claimed = super()._mci_claim()
        self.modified(["state"])
        return claimed

    def _create_move(self):
        """The posted entry; none when income and cost are equal."""
        if self.currency_id.is_zero(self.absorption):
            return self.env["account.move"]
        day = self.accounting_date or self.date_to
        return self._post_move(self._prepare_move_vals(day), day)

    def _prepare_move_vals(self, day):
        """Both sides on one general account: the trial balance does not move.

        Quantities are zero: hours stay where the charges brought them (invariant 4).
        """
        company = self.company_id
        unit = self.center_id.project_id._get_distribution_key()
        sides = (
            (self.absorption, unit),
            (-self.absorption, company._mci_get_absorption_key()),
        )
        account = company._mci_get_charge_account()
        name = self._mci_describe_move()
        return {
            "move_type": "entry",
            "journal_id": company._mci_get_charge_journal().id,
            "company_id": company.id,
            "date": day,
            "ref": name,
            "mci_actual_price_id": self.id,
            "line_ids": [
                fields.Command.create(
                    {
                        "name": name,
                        "account_id": account.id,
                        "balance": balance,
                        "quantity": 0.0,
                        "analytic_distribution": {key: 100},
                    }
                )
                for balance, key in sides
            ],
        }

    def _mci_describe_move(self):
        if self.absorption > 0:
            return self.env._("Over-absorption of %s", self.name)
        return self.env._("Under-absorption of %s", self.name)

    # --- Reverse --------------------------------------------------------------

    @arguments(date=date, reason=text)
    def action_reverse(self, date=None, reason=None):
        """Take back what was confirmed or posted; the next computation makes a new one.

        The figures of the reversed document stay as they were.

        :param date: date of the mirror entry, ``YYYY-MM-DD``, not before that of the
            entry; default today where the company works
        :param str reason: kept with the document
        :raises AccessError: the user is no accountant
        :raises UserError: a draft or reversed already; the settlement period is closed;
            the date is in a closed period, locked, or before the entry
        """
        self._check_accountant()
        for price in self.sudo():
            today = price.company_id._mci_today()
            day = fields.Date.to_date(date) or self._mci_get_entry_day(
                today, price.move_id
            )
            price._check_state("confirmed", "posted")
            price._check_period_open()
            price._do_reverse(day, reason)
        return True

    def _check_period_open(self):
        """A closed period's figures give the same bytes for ever (invariant 7)."""
        if self.period_id.state == "closed":
            raise UserError(
                self.env._(
                    "%(price)s belongs to a closed settlement period: reopen it before"
                    " the actual price is reversed (C7).",
                    price=self.display_name,
                )
            )

    def _do_reverse(self, day, reason=None):
        self.ensure_one()
        if reason:
            self._mci_unlock().write({"reverse_reason": reason.strip()})
        if not self.move_id:
            self._mci_on_reversed(self.move_id)
            return
        self._check_mirror_date(day)
        move = self.move_id._reverse_moves(
            [{"date": day, "ref": self.env._("Reversal of %s", self.move_id.ref)}],
            cancel=True,
        )
        self._check_move_date(move, day)

    def _check_mirror_date(self, day):
        """Open, not locked, and not before the entry (C7)."""
        self._check_open_date(self.company_id, day)
        self._check_not_before_entry(day, self.move_id)

    def _mci_on_reversed(self, move):
        """The mirror entry is posted, by our button or by Odoo's own."""
        self._check_state("confirmed", "posted")
        self._mci_unlock().write({"state": "reversed", "reversal_move_id": move.id})

    @api.model
    def _mci_close(self, period):
        """With the close of a period its figures are frozen, and posted if they are.

        :raises UserError: the company posts and something holds an entry back
        """
        prices = self._mci_generate(period)
        drafts = prices.filtered(lambda price: price.state == "draft")
        drafts._do_confirm()
        for price in prices.filtered(lambda price: price._mci_is_to_post()):
            price._check_can_post()
            price._do_post()
