import TomSelect from "tom-select/base";
import removeButton from "tom-select/plugins/remove_button/plugin.js";

TomSelect.define("remove_button", removeButton);

export function makeSearchable(list: HTMLSelectElement): void {
  const made = new TomSelect(list, {
    allowEmptyOption: true,
    maxOptions: 200,
    plugins: list.multiple ? ["remove_button"] : [],
  });
  // The list itself stays in the form, unseen; its label now names the control that is seen.
  list.setAttribute("aria-hidden", "true");
  const described = list.getAttribute("aria-describedby");
  if (described) made.control_input.setAttribute("aria-describedby", described);
  if (list.getAttribute("aria-invalid") === "true") made.control_input.setAttribute("aria-invalid", "true");
}
