import { element, part } from "./dom";

export interface Question {
  name: string;
  label: string;
  type: "text" | "date" | "number" | "choice";
  value: string;
  choices?: [string, string][];
  /** Words to choose from while typing. */
  suggestions?: string[];
  hint?: string;
}

/** A short form over the plan, for actions that need a word more than a key. */
export class Ask {
  private readonly dialog: HTMLDialogElement;

  constructor(root: HTMLElement) {
    this.dialog = part(root, "[data-plan-ask]");
  }

  /** `run` says what is wrong, or nothing when it is done. */
  open(title: string, action: string, questions: Question[], run: (answers: Record<string, string>) => Promise<string>): void {
    const { dialog } = this;
    const form = part<HTMLFormElement>(dialog, "form");
    const problem = part(dialog, "[data-plan-ask-problem]");
    part(dialog, "h2").textContent = title;
    part(dialog, "[data-plan-ask-fields]").replaceChildren(...questions.map(field));
    part(dialog, "[data-plan-ask-action]").textContent = action;
    problem.hidden = true;
    form.onsubmit = (event) => {
      event.preventDefault();
      const given = new FormData(form);
      const answers = Object.fromEntries(questions.map(({ name }) => [name, String(given.get(name) ?? "").trim()]));
      void run(answers).then((wrong) => {
        problem.textContent = wrong;
        problem.hidden = wrong === "";
        if (wrong === "") dialog.close();
        else form.querySelector<HTMLElement>("input, select")?.focus();
      });
    };
    dialog.showModal();
    const first = form.querySelector<HTMLInputElement | HTMLSelectElement>("[data-plan-ask-fields] :is(input, select)");
    first?.focus();
    if (first instanceof HTMLInputElement && first.type === "text") first.select();
  }
}

function field(question: Question): HTMLElement {
  const id = `plan-ask-${question.name}`;
  const parts: HTMLElement[] = [element("label", { for: id }, question.label)];
  const described = { "aria-describedby": question.hint ? `${id}-hint` : null };
  if (question.type === "choice") {
    const options = question.choices!.map(([value, label]) =>
      element("option", { value, selected: value === question.value }, label));
    parts.push(element("select", { id, name: question.name, class: "form-select", ...described }, ...options));
  } else {
    const input = element("input", {
      id,
      name: question.name,
      class: "form-control",
      type: question.type === "date" ? "date" : "text",
      inputmode: question.type === "number" ? "decimal" : "text",
      autocomplete: "off",
      list: question.suggestions ? `${id}-list` : null,
      ...described,
    });
    input.value = question.value;
    parts.push(input);
    if (question.suggestions) {
      const options = question.suggestions.map((value) => element("option", { value }));
      parts.push(element("datalist", { id: `${id}-list` }, ...options));
    }
  }
  if (question.hint) parts.push(element("p", { id: `${id}-hint`, class: "plan-ask-hint" }, question.hint));
  return element("div", { class: "field" }, ...parts);
}
