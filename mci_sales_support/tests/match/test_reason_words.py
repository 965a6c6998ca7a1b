from odoo.tests import tagged

from .request_common import RequestCommon


@tagged("post_install", "-at_install")
class TestReasonWords(RequestCommon):
    """A dialog that asks for a reason says what will happen."""

    def test_title_and_button_say_what_happens(self):
        booking = self._mci_create_booking()
        context = {
            "default_res_model": "mci.booking",
            "default_res_id": booking.id,
            "default_step": "action_refuse",
        }
        wizard = self.env["mci.booking.reason"].with_user(self.office_lead)
        action = {"res_model": wizard._name, "name": "Reason"}
        self.assertEqual(
            wizard._mci_name_action(action, context)["name"], "Refuse the booking"
        )
        other = {"res_model": "res.partner", "name": "Contacts"}
        self.assertEqual(wizard._mci_name_action(other, context)["name"], "Contacts")
        wizard = wizard.with_context(**context).create({"reason": "No"})
        self.assertEqual((wizard.verb, wizard.question), ("Refuse", "Reason"))

    def test_every_step_exists_and_has_words(self):
        wizard = self.env["mci.booking.reason"]
        for model, steps in wizard._mci_get_steps().items():
            for step in steps:
                title, verb, question = wizard._mci_get_words(model, step, 0)
                with self.subTest(model=model, step=step):
                    self.assertTrue(hasattr(self.env[model], step))
                    self.assertNotEqual(title, "Reason")
                    self.assertTrue(verb and question)

    def test_other_words_and_unknown_steps(self):
        words = self.env["mci.booking.reason"]._mci_get_words
        self.assertEqual(words("crm.lead", "mci_sign_feasibility", 1)[2], "Conditions")
        self.assertEqual(words("res.users", "unlink", 1)[0], "Reason")
        self.assertEqual(words(None, None, None)[0], "Reason")
