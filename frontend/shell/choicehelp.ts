/** A field whose help depends on a choice: `data-help-of` is the id of the select, `data-helps` the help by its value. */
export function startChoiceHelp(): void {
  document.addEventListener("change", ({ target }) => {
    if (!(target instanceof HTMLSelectElement)) return;
    for (const field of document.querySelectorAll<HTMLElement>(`[data-help-of="${CSS.escape(target.id)}"]`)) {
      const helps = JSON.parse(field.dataset.helps ?? "{}") as Record<string, string>;
      helpBelow(field).textContent = helps[target.value] ?? "";
    }
  });
}

function helpBelow(field: HTMLElement): HTMLElement {
  const id = `${field.id}_helptext`;
  const there = document.getElementById(id);
  if (there) return there;
  const made = Object.assign(document.createElement("div"), { id, className: "field-help" });
  field.setAttribute("aria-describedby", id);
  field.after(made);
  return made;
}
