import { toast } from "./toasts";

const SETTLED = 50; // milliseconds until htmx has put an answer in its place

/** The card that takes files, of the drawer before that of the page behind it. */
function openCard(): HTMLElement | null {
  const within = document.querySelector<HTMLDialogElement>("#drawer")?.open ? "#drawer " : "main ";
  const cards = document.querySelectorAll<HTMLElement>(`${within}[data-files-open]`);
  return cards.length === 1 ? cards[0]! : null;
}

/** The form around `target` that is sent with files, as a comment or an email; else the card of files around it. */
function taker(target: EventTarget | null): HTMLElement | null {
  const element = target instanceof Element ? target : null;
  const form = element?.closest<HTMLElement>("form:has(input[data-collects-files])");
  return form ?? element?.closest<HTMLElement>("[data-files-open]") ?? null;
}

/** Into a form the files are put beside those it has already; a card sends them at once. */
function give(to: HTMLElement, files: File[]): void {
  const collects = to.querySelector<HTMLInputElement>("input[data-collects-files]");
  const form = to.querySelector<HTMLFormElement>("form.files-form");
  const input = collects ?? form?.querySelector<HTMLInputElement>("input[type=file]");
  if (!input || files.length === 0) return;
  if (form?.classList.contains("htmx-request")) {
    // What is sent already comes back with a new card: this goes into that one.
    const again = (): void => give(document.getElementById(to.id) ?? to, files);
    document.addEventListener("htmx:afterRequest", () => setTimeout(again, SETTLED), { once: true });
    return;
  }
  const chosen = new DataTransfer();
  for (const file of [...(collects?.files ?? []), ...files]) chosen.items.add(file);
  input.files = chosen.files;
  if (collects) collects.dispatchEvent(new Event("change", { bubbles: true }));
  else form!.requestSubmit();
}

const holdsFiles = (data: DataTransfer | null): boolean => data?.types.includes("Files") ?? false;

/** A screenshot comes without a name of its own. */
export function named(file: File, now: Date): File {
  if (!/^image\.\w+$/.test(file.name)) return file;
  const at = new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString();
  const ending = file.name.split(".").pop()!;
  const name = `Screenshot ${at.slice(0, 10)} ${at.slice(11, 19).replaceAll(":", ".")}.${ending}`;
  return new File([file], name, { type: file.type });
}

function markOver(over: HTMLElement | null): void {
  for (const each of document.querySelectorAll(".is-over")) if (each !== over) each.classList.remove("is-over");
  over?.classList.add("is-over");
}

/**
 * Files are dropped on a card or a form, or pasted: into the form in which one types, else into the page's card.
 * The forms in them do the same without scripts.
 */
export function startFiles(): void {
  const hint = (): void => {
    for (const text of document.querySelectorAll<HTMLElement>("[data-files-hint]")) text.hidden = false;
  };
  hint();
  document.addEventListener("htmx:afterSettle", hint);
  for (const kind of ["dragenter", "dragover"] as const) {
    document.addEventListener(kind, (event) => {
      if (!holdsFiles(event.dataTransfer)) return;
      const over = taker(event.target);
      if (over) event.preventDefault();
      markOver(over);
    });
  }
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) markOver(null);
  });
  document.addEventListener("drop", (event) => {
    markOver(null);
    const over = taker(event.target);
    if (!over || !holdsFiles(event.dataTransfer)) return;
    event.preventDefault();
    // A folder has neither type nor content that a form could send.
    const items = [...event.dataTransfer!.items].filter((item) => item.kind === "file");
    const folders = items.filter((item) => item.webkitGetAsEntry()?.isDirectory).length;
    const files = items.filter((item) => !item.webkitGetAsEntry()?.isDirectory).map((item) => item.getAsFile());
    if (folders) toast("Folders can't be attached. Compress the folder, or choose its files.", "warning");
    give(over, files.filter((file) => file !== null));
  });
  document.addEventListener("paste", (event) => {
    const data = event.clipboardData;
    const over = taker(event.target) ?? openCard();
    if (!over || !data?.files.length) return;
    // Cells of a spreadsheet come with a picture of themselves: into a text goes the text.
    const isText = (event.target as Element | null)?.closest("input, textarea, [contenteditable]");
    if (isText && data.types.some((type) => type.startsWith("text/"))) return;
    event.preventDefault();
    give(over, [...data.files].map((file) => named(file, new Date())));
  });
  // What was chosen is told where the input itself is not seen.
  document.addEventListener("change", (event) => {
    const input = event.target as HTMLInputElement;
    const told = input.dataset?.collectsFiles && document.getElementById(input.dataset.collectsFiles);
    if (told) told.textContent = [...(input.files ?? [])].map((file) => file.name).join(", ");
  });
}
