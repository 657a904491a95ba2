import { element } from "./icon";

interface Person {
  name: string;
  email: string;
}

const waits = 120;
const asked = /(?:^|[\s(])@([\p{L}\p{N}.+-]*(?: [\p{L}\p{N}.-]*)?)$/u;

let list: HTMLElement | undefined;
let box: HTMLTextAreaElement | undefined;
let people: Person[] = [];
let at = 0;
let timer = 0;
let request: AbortController | undefined;

/** What stands behind the @ before the cursor; nothing where no name is being written. */
const words = (field: HTMLTextAreaElement): string | undefined =>
  asked.exec(field.value.slice(0, field.selectionStart))?.[1];

function close(): void {
  request?.abort();
  clearTimeout(timer);
  list?.remove();
  for (const name of ["aria-expanded", "aria-controls", "aria-activedescendant"]) box?.removeAttribute(name);
  list = box = undefined;
  people = [];
}

function choose(index: number): void {
  at = (index + people.length) % people.length;
  [...list!.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
  box!.setAttribute("aria-activedescendant", `mention-${at}`);
  list!.children[at]!.scrollIntoView({ block: "nearest" });
}

function take(person: Person): void {
  const field = box!;
  const before = field.value.slice(0, field.selectionStart);
  const start = before.length - (words(field) ?? "").length;
  // The address names one person only; a full name may be that of two.
  field.setRangeText(`${person.email} `, start, before.length, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  close();
  field.focus();
}

function show(field: HTMLTextAreaElement, found: Person[]): void {
  close();
  if (found.length === 0) return;
  [box, people] = [field, found];
  list = element("ul", "mentions", ...found.map((person, index) => {
    const made = element("li", "", element("strong", "", person.name), element("span", "muted small", person.email));
    made.id = `mention-${index}`;
    made.setAttribute("role", "option");
    // Before the field loses the focus, which closes the list.
    made.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      take(person);
    });
    return made;
  }));
  list.id = "mention-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "People to mention");
  field.setAttribute("aria-expanded", "true");
  field.setAttribute("aria-controls", list.id);
  field.after(list);
  choose(0);
}

async function ask(field: HTMLTextAreaElement, q: string): Promise<void> {
  request?.abort();
  request = new AbortController();
  const address = new URL(field.dataset.mentions!, location.href);
  address.searchParams.set("q", q);
  try {
    const answer = await fetch(address, { signal: request.signal, headers: { Accept: "application/json" } });
    if (!answer.ok) return close();
    const found = ((await answer.json()) as { people: Person[] }).people;
    if (words(field) === q && document.activeElement === field) show(field, found);
  } catch (error) {
    if ((error as Error).name !== "AbortError") close();
  }
}

function press(event: KeyboardEvent): void {
  if (!list || event.target !== box) return;
  if (event.key === "ArrowDown") choose(at + 1);
  else if (event.key === "ArrowUp") choose(at - 1);
  else if (event.key === "Enter" || event.key === "Tab") take(people[at]!);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** In a field with `data-mentions`, an @ offers the colleagues who may see the record. */
export function startMentions(): void {
  document.addEventListener("input", ({ target }) => {
    if (!(target instanceof HTMLTextAreaElement) || !target.dataset.mentions) return;
    const q = words(target);
    clearTimeout(timer);
    if (q === undefined) close();
    else timer = window.setTimeout(() => void ask(target, q), waits);
  });
  document.addEventListener("keydown", press, { capture: true });
  document.addEventListener("focusout", ({ target }) => {
    if (target === box) close();
  });
}
