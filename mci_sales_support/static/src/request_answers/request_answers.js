import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {deserializeDate, serializeDate} from "@web/core/l10n/dates";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/**
 * The questions of a request as a form: each with the input that fits its kind.
 */
export class RequestAnswers extends Component {
    static template = "mci_sales_support.RequestAnswers";
    static props = {...standardFieldProps};

    get answers() {
        return this.props.record.data[this.props.name].records;
    }

    get yesNo() {
        return [
            {value: "yes", label: _t("Yes")},
            {value: "no", label: _t("No")},
        ];
    }

    write(answer, ev) {
        return answer.update({text: ev.target.value});
    }

    choose(answer, ev) {
        const choices = answer.data.choices || [];
        const choice = choices.find((item) => item.id === Number(ev.target.value));
        return answer.update({
            choice_id: choice ? {id: choice.id, display_name: choice.name} : false,
        });
    }

    decide(answer, value) {
        return answer.update({yes_no: value});
    }

    date(answer) {
        return answer.data.date ? serializeDate(answer.data.date) : "";
    }

    setDate(answer, ev) {
        const {value} = ev.target;
        return answer.update({date: value ? deserializeDate(value) : false});
    }
}

export const requestAnswers = {
    component: RequestAnswers,
    displayName: _t("Questions of a request"),
    supportedTypes: ["one2many"],
    relatedFields: [
        {
            // Of a new answer it goes to the server with each change.
            name: "question_id",
            type: "many2one",
            relation: "mci.request.question",
            readonly: false,
        },
        {name: "question", type: "char"},
        {name: "hint", type: "char"},
        {name: "required", type: "boolean"},
        {
            name: "kind",
            type: "selection",
            selection: ["text", "choice", "yes_no", "date"].map((key) => [key, key]),
        },
        {name: "choices", type: "json"},
        {name: "text", type: "text", readonly: false},
        {
            name: "choice_id",
            type: "many2one",
            relation: "mci.request.choice",
            readonly: false,
        },
        {
            name: "yes_no",
            type: "selection",
            selection: ["yes", "no"].map((key) => [key, key]),
            readonly: false,
        },
        {name: "date", type: "date", readonly: false},
    ],
};

registry.category("fields").add("mci_request_answers", requestAnswers);
