import {registry} from "@web/core/registry";
import {kanbanView} from "@web/views/kanban/kanban_view";
import {KanbanController} from "@web/views/kanban/kanban_controller";
import {MultiRecordViewButton} from "@web/views/view_button/multi_record_view_button";

/**
 * On a phone the buttons above the cards are in a sheet: it closes when one is
 * tapped, so that the answer and the cards are not left behind it.
 */
class MyWeekButton extends MultiRecordViewButton {
    async onClick(...args) {
        await super.onClick(...args);
        this.dropdownControl.close();
    }
}

class MyWeekController extends KanbanController {
    static components = {
        ...KanbanController.components,
        MultiRecordViewButton: MyWeekButton,
    };
}

registry.category("views").add("mci_my_week", {
    ...kanbanView,
    Controller: MyWeekController,
});
