/** Buttons marked `data-copy` copy the field of that id. Plain HTTP has no clipboard API: there the field is selected and copied. */
export function startCopy(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest?.<HTMLElement>("[data-copy]");
    if (!button) return;
    const field = document.getElementById(button.dataset.copy ?? "") as HTMLInputElement | null;
    if (field) void copy(field).then((done) => say(button, done));
  });
}

async function copy(field: HTMLInputElement): Promise<boolean> {
  field.select();
  try {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(field.value);
      return true;
    }
  } catch {
    // Refused by the browser: the older way may still be allowed.
  }
  return document.execCommand("copy");
}

function say(button: HTMLElement, done: boolean): void {
  const label = button.querySelector<HTMLElement>("[data-copy-label]");
  if (!label) return;
  const before = label.dataset.copyLabel || label.textContent || "Copy";
  label.dataset.copyLabel = before;
  label.textContent = done ? "Copied" : "Press Ctrl+C";
  window.setTimeout(() => (label.textContent = before), 3000);
}

/** A select marked `data-here` starts with the browser's own time zone, if it is offered. */
export function startTimeZones(): void {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const select of document.querySelectorAll<HTMLSelectElement>("select[data-here]")) {
    if (select.value === "UTC" && [...select.options].some((option) => option.value === here)) select.value = here;
  }
}
