from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..charge.common import ChargeCommon
from .view_checks import ActionOpener


@tagged("post_install", "-at_install")
class TestMenus(ChargeCommon):
    """Whoever sees a menu can work with it: no menu ends in an access error."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._work(8.0)
        cls._work(
            4.0, role="engineer_2", project_id=cls.office.project_id.id, lead=cls.lead
        )
        cls._generate()
        cls.env["mci.approval.rule"].create(
            {"kind": "budget", "approver_id": cls.sales_manager.id}
        )
        cls.root = cls.env.ref("mci_sales_support.mci_menu_root")

    def _menus(self, user):
        """Our menus that ``user`` reaches, in the order of the screen."""
        menus = self.env["ir.ui.menu"].with_user(user)
        visible = menus.browse(menus._visible_menu_ids()).sudo()
        return self._below(self.root & visible, visible)

    def _below(self, menus, visible):
        result = menus.browse()
        for menu in menus.sorted(lambda menu: (menu.sequence, menu.id)):
            result += menu + self._below(menu.child_id & visible, visible)
        return result

    def _actions(self, user):
        return [menu for menu in self._menus(user) if menu.action]

    def _names(self, user):
        return {
            menu.get_external_id()[menu.id].split(".")[1] for menu in self._menus(user)
        }

    def test_every_menu_opens_for_every_role_that_sees_it(self):
        users = [getattr(self, role) for role in self.ROLES] + [
            self.env.ref("base.user_admin")
        ]
        for user in users:
            self.env.invalidate_all()
            env = self.env(user=user, context={"lang": "en_US", "tz": user.tz})
            for menu in self._actions(user):
                with self.subTest(user=user.login, menu=menu.complete_name):
                    self._open(env, menu)

    # What the screens of our own ask the server for.
    CLIENT_CALLS = {"mci_load_board": ("mci.load.board", "get_board")}

    def _open(self, env, menu):
        try:
            if menu.action._name == "ir.actions.client":
                model, method = self.CLIENT_CALLS[menu.action.tag]
                getattr(env[model], method)()
            else:
                ActionOpener(env, menu.action).open()
        except AccessError as error:
            self.fail(f"{env.user.login}, {menu.complete_name}: {error}")

    def test_menus_of_the_roles(self):
        """Everybody sees what he works with, configuration is the administrator's."""
        for role in set(self.ROLES) - {"mci_manager"}:
            names = self._names(getattr(self, role))
            self.assertNotIn("mci_menu_configuration", names, role)
            self.assertIn("mci_delivery_center_menu", names, role)
        self.assertIn("mci_function_menu", self._names(self.mci_manager))
        self.assertIn("mci_approval_rule_menu", self._names(self.mci_manager))
        self.assertNotIn("mci_settings_menu", self._names(self.mci_manager))
        self.assertIn("mci_settings_menu", self._names(self.env.ref("base.user_admin")))
        self.assertNotIn("mci_menu_charge", self._names(self.plain_user))
        self.assertNotIn("mci_menu_reporting", self._names(self.plain_user))
        self.assertIn("mci_rate_menu", self._names(self.seller))
        self.assertNotIn("mci_month_end_menu", self._names(self.seller))
        self.assertIn("mci_month_end_menu", self._names(self.accountant))

    def test_first_menu_of_an_engineer_is_his_week(self):
        for user in (self.engineer, self.center_lead):
            first = next(iter(self._actions(user)))
            self.assertEqual(
                first, self.env.ref("mci_sales_support.mci_booking_menu_my_week")
            )
        self.assertNotIn("mci_booking_menu_my_week", self._names(self.seller))

    def test_actions_tell_what_to_do_when_empty(self):
        """Every list of ours has a text for the empty state."""
        for menu in self._actions(self.env.ref("base.user_admin")):
            action = menu.action
            if action._name != "ir.actions.act_window":
                continue
            if action.view_mode.split(",")[0] == "form":
                continue
            with self.subTest(action=action.name):
                self.assertTrue(action.help)
