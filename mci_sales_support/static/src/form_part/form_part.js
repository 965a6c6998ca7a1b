import {Component, onWillStart, onWillUpdateProps, xml} from "@odoo/owl";
import {
    extractFieldsFromArchInfo,
    patchActiveFields,
} from "@web/model/relational_model/utils";
import {FormRenderer} from "@web/views/form/form_renderer";
import {parseXML} from "@web/core/utils/xml";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useService} from "@web/core/utils/hooks";

/**
 * A part of a form that has a view of its own, loaded when it is first shown: inside a
 * page of a notebook, when somebody opens the page. It shows and changes the record of
 * the form around it, so there is one record, one save and one discard.
 *
 *     <widget name="mci_form_part" view="module.xmlid_of_the_view" />
 */
export class FormPart extends Component {
    static template = xml`<FormRenderer
        archInfo="archInfo"
        record="props.record"
        readonly="props.readonly"
        class="'o_mci_form_part'"
    />`;
    static components = {FormRenderer};
    static props = {...standardWidgetProps, view: String};

    setup() {
        this.viewService = useService("view");
        onWillStart(async () => {
            await this.loadView();
            await this.loadFields(this.props.record);
        });
        onWillUpdateProps((nextProps) => this.loadFields(nextProps.record));
    }

    async loadView() {
        const {resModel, context} = this.props.record;
        const {fields, relatedModels, views} = await this.viewService.loadViews({
            resModel,
            views: [[false, "form"]],
            context: {...context, form_view_ref: this.props.view},
        });
        const {ArchParser} = registry.category("views").get("form");
        const arch = parseXML(views.form.arch);
        this.archInfo = new ArchParser().parse(arch, relatedModels, resModel);
        this.archInfo.disableAutofocus = true;
        Object.assign(this, extractFieldsFromArchInfo(this.archInfo, fields));
    }

    /**
     * Add what this part shows to the fields of the record, changes not yet saved kept.
     */
    loadFields(record) {
        return record.model.mutex.exec(async () => {
            const names = Object.keys(this.activeFields);
            const missing = names.filter((name) => !(name in record.activeFields));
            if (!missing.length) {
                return;
            }
            const fields = {...this.fields, ...record.fields};
            const activeFields = {...record.activeFields};
            for (const name of names) {
                if (name in activeFields) {
                    activeFields[name] = {...activeFields[name]};
                    patchActiveFields(activeFields[name], this.activeFields[name]);
                } else {
                    activeFields[name] = this.activeFields[name];
                }
            }
            // Everything is read, as a load of its own: the form may still stand on
            // values from the cache, and their update knows nothing of this part.
            const loadId = `${record.config.loadId}-${this.props.view}`;
            const patch = {fields, activeFields, loadId};
            const [values] = await record.model._loadRecords(
                {...record.config, ...patch},
                record.evalContext,
            );
            record.model._updateConfig(record.config, patch, {reload: false});
            record._applyValues(values);
        });
    }
}

registry.category("view_widgets").add("mci_form_part", {
    component: FormPart,
    extractProps: ({attrs}) => ({view: attrs.view}),
});
