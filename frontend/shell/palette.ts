import { element, icon } from "./icon";
import { withViewed } from "./recent";

interface Item {
  label: string;
  sub?: string;
  url: string;
  icon?: string;
  keys?: string;
}
interface Group {
  label: string;
  items: Item[];
}

const waits = 120;

const dialog = document.getElementById("palette") as HTMLDialogElement;
const input = dialog.querySelector("input") as HTMLInputElement;
const list = document.getElementById("palette-list") as HTMLElement;
const status = document.getElementById("palette-status") as HTMLElement;
let shown: Item[] = [];
let at = -1;
let asked: AbortController | undefined;
let timer = 0;

/** The typed words stand out in what was found. */
function marked(text: string): (Node | string)[] {
  const words = input.value.trim().split(/\s+/).filter(Boolean).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  if (words.length === 0) return [text];
  return text.split(new RegExp(`(${words.join("|")})`, "i")).map((part, i) => (i % 2 ? element("mark", "", part) : part));
}

function choose(index: number): void {
  at = shown.length ? (index + shown.length) % shown.length : -1;
  for (const [i, option] of [...list.querySelectorAll<HTMLElement>("[role=option]")].entries()) {
    option.setAttribute("aria-selected", String(i === at));
    if (i === at) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }
  }
  if (at < 0) input.removeAttribute("aria-activedescendant");
}

function option(item: Item, index: number): HTMLElement {
  const words = element("span", "palette-words", element("span", "palette-label", ...marked(item.label)));
  if (item.sub) words.append(element("span", "palette-sub", item.sub));
  const made = element("div", "palette-item", icon(item.icon ?? "arrow-right"), words);
  if (item.keys) made.append(element("kbd", "", item.keys));
  made.setAttribute("role", "option");
  made.id = `palette-${index}`;
  made.addEventListener("mousemove", () => {
    if (at !== index) choose(index);
  });
  made.addEventListener("click", (event) => go(item, event.ctrlKey || event.metaKey));
  return made;
}

function show(groups: Group[]): void {
  shown = [];
  const drawn = groups
    .filter((group) => group.items.length > 0)
    .map((group, number) => {
      const title = element("div", "palette-title", group.label);
      title.id = `palette-group-${number}`;
      const made = element("div", "", title, ...group.items.map((item) => option(item, shown.push(item) - 1)));
      made.setAttribute("role", "group");
      made.setAttribute("aria-labelledby", title.id);
      return made;
    });
  list.replaceChildren(...drawn);
  choose(shown.length ? 0 : -1);
  status.textContent = shown.length ? `${shown.length} found` : "No results. Check the spelling or try fewer words.";
  status.classList.toggle("visually-hidden", shown.length > 0);
}

function go(item: Item, elsewhere: boolean): void {
  if (elsewhere) {
    window.open(item.url, "_blank", "noopener");
    return;
  }
  dialog.close();
  location.assign(item.url);
}

async function ask(): Promise<void> {
  asked?.abort();
  asked = new AbortController();
  const words = input.value.trim();
  const address = words ? new URL(dialog.dataset.url!, location.href) : withViewed(dialog.dataset.url!);
  if (words) address.searchParams.set("q", words);
  try {
    const answer = await fetch(address, { signal: asked.signal, headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const { groups } = (await answer.json()) as { groups: Group[] };
    show(groups);
  } catch (error) {
    if ((error as Error).name === "AbortError") return;
    show([]);
    status.textContent = "Can't reach the server. Try again.";
  }
}

function press(event: KeyboardEvent): void {
  const moves: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 8, PageUp: at - 8 };
  const move = moves[event.key];
  if (move !== undefined) choose(event.key.startsWith("Page") ? Math.max(0, Math.min(shown.length - 1, move)) : move);
  else if (event.key !== "Enter") return;
  const chosen = event.key === "Enter" ? shown[at] : undefined;
  if (chosen) go(chosen, event.ctrlKey || event.metaKey);
  event.preventDefault();
}

input.addEventListener("keydown", press);
input.addEventListener("input", () => {
  clearTimeout(timer);
  timer = window.setTimeout(() => void ask(), waits);
});

export function openPalette(): void {
  if (dialog.open) return;
  input.value = "";
  show([]);
  status.textContent = "";
  dialog.showModal();
  void ask();
}
