import { toast } from "./toasts";

/** The card that takes files, of the drawer before that of the page behind it. */
function openCard(): HTMLElement | null {
  const within = document.querySelector<HTMLDialogElement>("#drawer")?.open ? "#drawer " : "main ";
  const cards = document.querySelectorAll<HTMLElement>(`${within}[data-files-open]`);
  return cards.length === 1 ? cards[0]! : null;
}

function send(card: HTMLElement, files: File[]): void {
  const form = card.querySelector<HTMLFormElement>("form.files-form");
  const input = form?.querySelector<HTMLInputElement>("input[type=file]");
  if (!form || !input || files.length === 0) return;
  const chosen = new DataTransfer();
  for (const file of files) chosen.items.add(file);
  input.files = chosen.files;
  form.requestSubmit();
}

const holdsFiles = (data: DataTransfer | null): boolean => data?.types.includes("Files") ?? false;

/** A screenshot comes without a name of its own. */
function named(file: File): File {
  if (!/^image\.\w+$/.test(file.name)) return file;
  const at = new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString();
  const ending = file.name.split(".").pop()!;
  const name = `Screenshot ${at.slice(0, 10)} ${at.slice(11, 19).replaceAll(":", ".")}.${ending}`;
  return new File([file], name, { type: file.type });
}

/** Files are dropped on the card or pasted anywhere on its page; the form in it does the same without scripts. */
export function startFiles(): void {
  const card = (event: Event): HTMLElement | null =>
    (event.target as Element | null)?.closest<HTMLElement>("[data-files-open]") ?? null;
  const hint = (): void => {
    for (const text of document.querySelectorAll<HTMLElement>("[data-files-hint]")) text.hidden = false;
  };
  hint();
  document.addEventListener("htmx:afterSettle", hint);
  for (const kind of ["dragenter", "dragover"] as const) {
    document.addEventListener(kind, (event) => {
      const over = card(event);
      if (!holdsFiles(event.dataTransfer)) return;
      if (over) event.preventDefault();
      for (const each of document.querySelectorAll("[data-files-open]")) each.classList.toggle("is-over", each === over);
    });
  }
  const leave = (): void => {
    for (const each of document.querySelectorAll("[data-files-open]")) each.classList.remove("is-over");
  };
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) leave();
  });
  document.addEventListener("drop", (event) => {
    leave();
    const over = card(event);
    if (!over || !holdsFiles(event.dataTransfer)) return;
    event.preventDefault();
    // A folder has neither type nor content that a form could send.
    const items = [...event.dataTransfer!.items].filter((item) => item.kind === "file");
    const folders = items.filter((item) => item.webkitGetAsEntry()?.isDirectory).length;
    const files = items.filter((item) => !item.webkitGetAsEntry()?.isDirectory).map((item) => item.getAsFile());
    if (folders) toast("Folders can't be attached. Compress the folder, or choose its files.", "warning");
    send(over, files.filter((file) => file !== null));
  });
  document.addEventListener("paste", (event) => {
    const data = event.clipboardData;
    const over = openCard();
    if (!over || !data?.files.length) return;
    // Cells of a spreadsheet come with a picture of themselves: into a text goes the text.
    const isText = (event.target as Element | null)?.closest("input, textarea, [contenteditable]");
    if (isText && data.types.some((type) => type.startsWith("text/"))) return;
    event.preventDefault();
    send(over, [...data.files].map(named));
  });
}
