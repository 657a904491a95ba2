/** In a table of fields (`data-grid`) Enter, ↑ and ↓ go to the same column of the next row. */
export function startGrids(): void {
  document.addEventListener("keydown", (event) => {
    const field = event.target as HTMLElement;
    const way = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!way || !(field instanceof HTMLInputElement) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (field.list && event.key !== "Enter") return; // there the arrows choose from the list
    const cell = field.closest<HTMLTableCellElement>("table[data-grid] td");
    if (!cell) return;
    const row = cell.parentElement as HTMLTableRowElement;
    const next = (way > 0 !== event.shiftKey ? row.nextElementSibling : row.previousElementSibling) as HTMLTableRowElement | null;
    const wanted = next?.cells[cell.cellIndex]?.querySelector("input");
    event.preventDefault();
    wanted?.focus();
    wanted?.select();
  });
}
