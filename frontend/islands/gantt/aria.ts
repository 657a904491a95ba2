import { columnNamed } from "./columns";
import { escape } from "./format";
import type { ChartLibrary, ChartTask } from "./library";
import type { PlanModel } from "./model";

export const rowId = (key: string): string => `plan-row-${key}`;
export const cellId = (key: string, column: string): string => `plan-cell-${key}-${column}`;

/**
 * Roles and names of the grid, after the ARIA treegrid pattern. The library names things in its own
 * way (resizers as column headers, cells named by their markup, retired attributes), so the few
 * functions that do it are replaced. The bars repeat the grid and are hidden as a whole.
 */
export function nameForScreenReaders(gantt: ChartLibrary, model: PlanModel, selected: (key: string) => boolean): void {
  const names = gantt._waiAria;
  const nothing = (): string => "";
  const replace = (name: string, spoken: (...given: never[]) => unknown): void => {
    names[name] = spoken;
  };

  replace("gridAttrString", () => {
    const readonly = model.editable ? "" : " aria-readonly='true'";
    return ` role='treegrid' aria-label='${escape(`Tasks of ${model.project.name}`)}' aria-multiselectable='true' aria-rowcount='${model.tasks.size + 1}'${readonly} `;
  });
  replace("gridScaleRowAttrString", () => "role='row' aria-rowindex='1'");
  replace("gridScaleCellAttrString", () => " role='columnheader' ");
  replace("taskRowAttr", (task: ChartTask, row: HTMLElement) => {
    row.id = rowId(task.id);
    row.setAttribute("role", "row");
    row.setAttribute("aria-rowindex", String((model.grouped ? gantt.getGlobalTaskIndex(task.id) + 1 : model.number(task.id)) + 1));
    row.setAttribute("aria-level", String((task.$level ?? 0) + 1));
    row.setAttribute("aria-selected", String(selected(task.id)));
    if (gantt.hasChild(task.id)) row.setAttribute("aria-expanded", String(Boolean(task.$open)));
  });
  replace("gridCellAttrString", (column: { name: string }, _text: string, task: ChartTask) => {
    const readonly = columnNamed(column.name)?.editor && model.editable ? "" : " aria-readonly='true'";
    return ` role='gridcell' id='${cellId(task.id, column.name)}'${readonly} `;
  });
  replace("setTaskBarAttr", nothing);
  replace("linkAttr", nothing);
  replace("reorderMarkerAttr", nothing);
  replace("gridSeparatorAttr", (node: HTMLElement) => node.setAttribute("role", "presentation"));
  replace("rowResizerAttr", (node: HTMLElement) => node.setAttribute("role", "presentation"));
}
