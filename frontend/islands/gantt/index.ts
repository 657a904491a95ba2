import "../../styles/gantt.css";

import type { PlanApi } from "./api";
import { Beside } from "./overlay";
import { CellBox } from "./cellbox";
import { PlanChart } from "./chart";
import { COLUMNS, type PlanColumn } from "./columns";
import { Ask } from "./ask";
import { Clipboard } from "./clipboard";
import { Commands } from "./commands";
import { Cursor } from "./cursor";
import { Actions } from "./actions";
import { Details } from "./details";
import { part } from "./dom";
import { Drafts } from "./drafts";
import { FilterBar } from "./filterbar";
import { plural, showDay } from "./format";
import { Gestures } from "./gestures";
import { Keyboard } from "./keyboard";
import { loadPlan } from "./load";
import { keyOf, type PlanModel } from "./model";
import { MovedPanel } from "./moved";
import { Notices } from "./notices";
import { Overlays } from "./overlays";
import { askToPrint } from "./print";
import { PlanSession } from "./session";
import { Settings } from "./settings";
import { Sync } from "./sync";
import { Toolbar } from "./toolbar";
import { View } from "./view";

const NARROW = window.matchMedia("(max-width: 640px)");
const NARROW_GRID = 168;

function columnsFor(settings: Settings): PlanColumn[] {
  if (NARROW.matches) return COLUMNS.filter((column) => column.name === "name");
  return COLUMNS.filter((column) => settings.columns.includes(column.name));
}

/** About half of the page for the grid unless the user has drawn the border elsewhere. */
function gridWidth(host: HTMLElement, settings: Settings, columns: PlanColumn[]): number {
  if (NARROW.matches) return NARROW_GRID;
  const all = columns.reduce((sum, column) => sum + column.width, 0);
  return Math.min(settings.gridWidth || Math.round(host.clientWidth * 0.48), all, Math.max(240, host.clientWidth - 240));
}

async function mount(host: HTMLElement): Promise<void> {
  const root = host.closest<HTMLElement>("[data-plan]");
  if (!root) throw new Error("The chart stands outside of a plan");
  const plan = await loadPlan(root, host.dataset);
  if (!plan) return;
  part(root, "[data-plan-loading]").remove();
  assemble(root, host, plan.model, plan.api, new Notices(root));
}

function assemble(root: HTMLElement, host: HTMLElement, model: PlanModel, api: PlanApi, notices: Notices): void {
  const settings = new Settings();
  const columns = columnsFor(settings);
  const chart = new PlanChart(host, model, columns, gridWidth(host, settings, columns));
  const cursor = new Cursor(chart, model);
  const session = new PlanSession(api, model, chart, notices);
  const view = new View(model);
  const drafts = new Drafts(model, chart, cursor, (key) => {
    view.keep([key]);
    refilter();
    showTotals();
  });
  const cellBox = new CellBox(part(root, "[data-plan-boxes]"), model, chart, cursor, session, drafts, notices);
  session.onSettle((draft, key) => cursor.rename(draft, key));
  const commands = new Commands(drafts, model, chart, session, cursor, cellBox, notices);
  const ask = new Ask(root);
  const actions = new Actions(model, session, cursor, ask, notices);
  const clipboard = new Clipboard(model, chart, cursor, session, notices);
  const details = new Details(root, model, session, cursor, notices);
  const moved = new MovedPanel(root, model, chart, cursor, notices);
  const overlays = new Overlays(chart, model, settings.shown);
  const keys = part<HTMLDialogElement>(root, "[data-plan-keys]");

  new Gestures(model, chart, session, notices, part(root, "[data-plan-hint]"), {
    point(key, column, reach) {
      // The number is the head of the row: a click on it selects the whole, as in a spreadsheet.
      cursor.moveTo(key, column === "number" ? null : column, reach);
      if (!cellBox.isOpen) cursor.focus();
    },
    edit: (key, column) => cellBox.open(key, column),
    details: (key) => {
      cursor.moveTo(key);
      details.open(cursor.task);
    },
  });
  cursor.selection.onChange(() => {
    const { size } = cursor.selection;
    part(root, "[data-plan-selected]").textContent = size > 1 ? `${plural(size, "row")} selected · ` : "";
    if (size > 1) notices.say(`${plural(size, "row")} selected.`);
  });

  const showMarks = (): void => {
    for (const [mark, on] of Object.entries(settings.shown)) root.classList.toggle(`plan-shows-${mark}`, on);
    overlays.schedule();
  };
  const showColumns = (): void => {
    const wanted = columnsFor(settings);
    chart.setColumns(wanted, gridWidth(host, settings, wanted));
  };
  const showRows = (): void => {
    chart.setView(view.visible(), view.groups());
    overlays.schedule();
  };
  const toolbar = new Toolbar(root, model, chart, cursor, settings, { commands, actions, clipboard }, {
    details: () => details.open(cursor.task),
    help: () => keys.showModal(),
    print: () => askToPrint(ask, settings, host.dataset.printUrl ?? ""),
    marks: showMarks,
    columns: showColumns,
  });

  const showTotals = (): void => {
    const { start, finish } = model.project;
    part(root, "[data-plan-total]").textContent =
      `${plural(model.tasks.size, "row")} · ${showDay(start)} to ${showDay(finish)}`;
    part(root, "[data-plan-empty]").hidden = model.tasks.size > 0;
  };

  chart.open(settings.zoom);
  const filterBar = new FilterBar(root, model, view, settings, () => {
    showRows();
    toolbar.show();
  });
  const refilter = (): void => {
    filterBar.show();
    if (view.isFiltered || view.grouping !== "outline") showRows();
  };
  new Keyboard(root, chart, cursor, cellBox, commands, actions, {
    details: () => details.open(cursor.task),
    help: () => keys.showModal(),
    zoom: (step) => toolbar.zoom(step),
    toggle: (mark) => toolbar.toggle(mark),
    today: () => toolbar.today(),
    find: () => filterBar.find(),
    escape: () => {
      notices.clearRefusal();
      if (details.holdsFocus) details.close();
      else if (moved.isOpen) moved.dismiss();
      else if (cursor.selection.size > 1) cursor.moveTo(cursor.key);
      else details.close();
    },
  });
  session.onAnswer((answer, own) => {
    view.keep(Object.values(answer.created).map(keyOf));
    refilter();
    toolbar.show();
    showTotals();
    overlays.schedule();
    moved.show(answer, own);
  });
  new Sync(model, chart, session, notices, () => {
    refilter();
    toolbar.show();
    showTotals();
    overlays.schedule();
    details.refresh();
  });
  const refit = (): void => {
    if (chart.level.filled) chart.fit();
  };
  chart.gantt.attachEvent("onGridResizeEnd", (_old: number, width: number) => {
    if (!NARROW.matches) settings.save("gridWidth", (settings.gridWidth = Math.round(width)));
    window.setTimeout(refit);
    return true;
  });
  new ResizeObserver(refit).observe(host);
  // Ctrl and the wheel: closer or further, around the date under the pointer.
  let turned = 0;
  host.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    // The chart library would scroll with it.
    event.stopPropagation();
    turned += event.deltaY;
    if (Math.abs(turned) < 60) return;
    toolbar.zoom(turned < 0 ? 1 : -1, event.clientX - chart.gantt.$task.getBoundingClientRect().left);
    turned = 0;
  }, { capture: true, passive: false });
  NARROW.addEventListener("change", showColumns);

  showMarks();
  showTotals();
  refilter();
  toolbar.show();
  const showTask = (key: string): boolean => {
    if (!chart.gantt.isTaskExists(key)) return false;
    chart.reveal(key);
    cursor.moveTo(key);
    chart.flash([key]);
    if (!chart.gantt.isTaskVisible(key)) notices.toast("The task is hidden by the current filter. Clear the filter to see it.");
    return true;
  };
  /** Other pages link to a task: `#task-12` shows it; `#task-12/open` and `?task=12` open its details too. */
  const showLinked = (): void => {
    const [, key = "", open] = /^#task-(\d+)(\/open)?$/.exec(location.hash) ?? [];
    if (showTask(key) && open) details.open(key);
  };
  window.addEventListener("hashchange", showLinked);
  showLinked();
  const asked = new URLSearchParams(location.search).get("task");
  if (asked !== null) {
    if (showTask(asked)) details.open(asked);
    else notices.toast("This task no longer exists, or it belongs to another plan.");
  }
  const beside = new Beside(root, model, chart, api, notices, () => {
    if (!settings.shown.baseline) toolbar.toggle("baseline");
    overlays.schedule();
  });
  void beside.openLinked();
  // For the suggestions of the resource cells and the owners; without them, names are still completed from the plan.
  if (model.project.can_edit) void api.people().then((people) => details.offer(people), () => undefined);
  // Keys work at once: on the first row that is seen, unless a link has led to another or the user is elsewhere already.
  if (document.activeElement === document.body) {
    const [first] = chart.visibleRange();
    const row = chart.gantt.getTaskByIndex(first);
    if (!cursor.key && row) cursor.moveTo(row.id, "name");
    cursor.focus();
  }
  root.dataset.plan = "ready";
}

const host = document.getElementById("gantt");
if (host) void mount(host);
