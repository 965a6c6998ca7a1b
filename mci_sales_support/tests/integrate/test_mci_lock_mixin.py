from odoo.exceptions import AccessError
from odoo.tests import tagged

from ...models.integrate.mci_lock_mixin import UNLOCK
from ..common import MciCommon


@tagged("post_install", "-at_install")
class TestMciLockMixin(MciCommon):
    """Locked fields are opened by our methods only, whatever a caller sends (A1)."""

    def _locked_models(self):
        for name, model in self.env.registry.models.items():
            if model._abstract or not hasattr(model, "_mci_locked_fields"):
                continue
            yield self.env[name]

    def _refused(self, records, values):
        with self._mci_quiet(), self.assertRaises(AccessError):
            records.write(values)

    def test_write_is_refused_also_for_the_superuser(self):
        values = {"project_id": self.office.project_id.id}
        self._refused(self.center, values)
        self._refused(self.center.sudo(), values)
        self._refused(self.center.with_user(self.mci_manager), values)

    def test_context_cannot_be_forged(self):
        """Whatever RPC can send is no key: only the object of this process is."""
        values = {"project_id": self.office.project_id.id}
        for forged in (True, 1, "UNLOCK", {}, repr(UNLOCK)):
            self._refused(self.center.with_context(mci_unlock=forged), values)
        self.assertTrue(self.center._mci_unlock()._mci_is_unlocked())

    def test_create_is_refused_with_a_locked_value_or_default(self):
        values = {"name": "Forged", "lead_id": self.center_lead.id}
        project = self.office.project_id.id
        centers = self.env["mci.delivery.center"]
        with self.assertRaises(AccessError):
            centers.create({**values, "project_id": project})
        with self.assertRaises(AccessError):
            centers.with_context(default_project_id=project).create(values)
        with self.assertRaises(AccessError):
            centers.sudo().with_context(default_project_id=project).create(values)
        centers.with_context(default_project_id=False).create(values)

    def test_the_default_a_form_sends_along_is_no_forgery(self):
        """The web client creates a record with the default of its status bar."""
        periods = self.env["mci.score.period"]
        values = {"name": "Q1", "date_from": "2026-01-01", "date_to": "2026-03-31"}
        self.assertEqual(periods.create({**values, "state": "draft"}).state, "draft")
        with self._mci_quiet(), self.assertRaises(AccessError):
            periods.create({**values, "state": "frozen"})

    def test_error_names_the_fields_and_the_record(self):
        with self.assertRaisesRegex(AccessError, "North Delivery Center"):
            self.center.write({"project_id": False})
        with self.assertRaisesRegex(AccessError, "Timesheet project"):
            self.center.write({"project_id": False})

    def test_other_fields_are_free(self):
        self.center.write({"name": "Renamed"})
        self.assertEqual(self.center.name, "Renamed")

    def test_locked_fields_of_every_model_exist_and_are_not_copied(self):
        for model in self._locked_models():
            for name in model._mci_locked_fields:
                with self.subTest(model=model._name, field=name):
                    self.assertIn(name, model._fields)

    def test_every_locked_field_refuses_write_and_default(self):
        """Of an empty recordset of each model: the check comes before the rights."""
        for model in self._locked_models():
            for name in model._mci_locked_fields:
                with self.subTest(model=model._name, field=name):
                    with self._mci_quiet(), self.assertRaises(AccessError):
                        model.sudo().with_context(**{f"default_{name}": 1}).create({})
                    value = 2 if model._mci_is_default(name, 1) else 1
                    with self._mci_quiet(), self.assertRaises(AccessError):
                        model.sudo().create({name: value})
