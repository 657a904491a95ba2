import { escape } from "./format";

/** A table as spreadsheets put it on the clipboard: rows of cells. */
export type Table = string[][];

const SPECIAL = /["\t\n\r]/;

export function writeTabbed(table: Table): string {
  const cell = (text: string): string => (SPECIAL.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return table.map((row) => row.map(cell).join("\t")).join("\n");
}

export function writeMarkup(table: Table): string {
  const rows = table.map((row) => `<tr>${row.map((text) => `<td>${escape(text)}</td>`).join("")}</tr>`);
  return `<table>${rows.join("")}</table>`;
}

/** Tabs between cells, a line a row; a cell in quotes may hold both. */
export function readTabbed(text: string): Table {
  const table: Table = [[]];
  let cell = "";
  let quoted = false;
  const end = (): void => {
    table.at(-1)!.push(cell);
    cell = "";
  };
  for (let index = 0; index < text.length; index += 1) {
    const mark = text[index]!;
    if (quoted) {
      if (mark !== '"') cell += mark;
      else if (text[index + 1] === '"') cell += text[(index += 1)]!;
      else quoted = false;
    } else if (mark === '"' && cell === "") quoted = true;
    else if (mark === "\t") end();
    else if (mark === "\n") {
      end();
      table.push([]);
    } else if (mark !== "\r") cell += mark;
  }
  end();
  return trimmed(table);
}

/** The first table of a page, as spreadsheets and web pages give it. */
export function readMarkup(markup: string): Table {
  // A parsed document that is never shown: nothing in it is loaded or run.
  const found = new DOMParser().parseFromString(markup, "text/html").querySelector("table");
  if (!found) return [];
  const table = [...found.rows].map((row) =>
    [...row.cells].flatMap((cell) => {
      const text = (cell.textContent ?? "").replace(/\s+/g, " ").trim();
      return [text, ...Array<string>(Math.max(0, cell.colSpan - 1)).fill("")];
    }),
  );
  return trimmed(table);
}

/** Without empty rows at the end, which every spreadsheet adds. */
function trimmed(table: Table): Table {
  const rows = table.slice();
  while (rows.length > 0 && rows.at(-1)!.every((cell) => cell.trim() === "")) rows.pop();
  return rows;
}
