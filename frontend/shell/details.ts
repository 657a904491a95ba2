// Rows of e-mail addresses or telephone numbers in a form: added, removed and numbered as the keyboard or mouse says.

// The empty row for browsers without scripts is hidden, yet there, in a form that came into the drawer.
const rowsOf = (list: HTMLElement) =>
  [...list.querySelectorAll<HTMLElement>("[data-detail-row]")].filter((row) => !row.closest("noscript"));
const valueOf = (row: HTMLElement) => row.querySelector<HTMLInputElement>("input:not([type=radio])")!;
const primaryOf = (row: HTMLElement) => row.querySelector<HTMLInputElement>("input[type=radio]")!;

/** What a row is called to those who cannot see where it stands, and the number by which the server knows its choice. */
function renumber(list: HTMLElement): void {
  const noun = list.dataset.detailRows ?? "";
  const rows = rowsOf(list);
  rows.forEach((row, place) => {
    const named = `${noun} ${place + 1}`;
    const capitalised = named.charAt(0).toUpperCase() + named.slice(1);
    valueOf(row).setAttribute("aria-label", capitalised);
    row.querySelector("select")!.setAttribute("aria-label", `Label of ${named}`);
    row.querySelector("[data-detail-remove]")!.setAttribute("aria-label", `Remove ${named}`);
    primaryOf(row).setAttribute("aria-label", `${capitalised} is primary`);
    primaryOf(row).value = String(place);
  });
  if (!rows.some((row) => primaryOf(row).checked)) primaryOf(rows[0]!).checked = true;
  list.querySelector<HTMLButtonElement>("[data-detail-add]")!.disabled = rows.length >= Number(list.dataset.most);
}

function add(list: HTMLElement): void {
  const last = rowsOf(list).at(-1)!;
  const row = last.cloneNode(true) as HTMLElement;
  valueOf(row).value = valueOf(row).defaultValue = "";
  // Before it stands beside the row it was made from: of one group the browser checks one radio button only.
  primaryOf(row).checked = false;
  last.after(row);
  renumber(list);
  valueOf(row).focus();
}

function remove(list: HTMLElement, row: HTMLElement): void {
  const rows = rowsOf(list);
  if (rows.length === 1) {
    valueOf(row).value = "";
    valueOf(row).focus();
    return;
  }
  const place = rows.indexOf(row);
  row.remove();
  renumber(list);
  valueOf(rowsOf(list)[Math.min(place, rows.length - 2)]!).focus();
}

export function startDetails(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-detail-add], [data-detail-remove]");
    const list = button?.closest<HTMLElement>("[data-detail-rows]");
    if (!button || !list) return;
    const row = button.closest<HTMLElement>("[data-detail-row]");
    if (row) remove(list, row);
    else add(list);
  });
}
