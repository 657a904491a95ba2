import "../../styles/task.css";

import { Details } from "../gantt/details";
import { part } from "../gantt/dom";
import { loadPlan } from "../gantt/load";
import { Notices } from "../gantt/notices";
import { PlanSession } from "../gantt/session";

/** The Gantt's editor of a task without the Gantt: in the drawer of the board and of lists, or as a page. */
async function open(root: HTMLElement): Promise<void> {
  const plan = await loadPlan(root, root.dataset);
  if (!plan) return;
  const { api, model } = plan;
  const key = root.dataset.taskEditor ?? "";
  const notices = new Notices(root);
  const nothing = (): void => undefined;
  const session = new PlanSession(api, model, { paint: nothing, restore: nothing, rename: nothing, flash: nothing, markPending: nothing }, notices);
  const place = { task: key, onMove: nothing, focus: nothing };
  const details = new Details(root, model, session, place, notices, true);
  const loading = part(root, "[data-plan-loading]");
  if (!model.tasks.has(key)) {
    loading.textContent = "This task no longer exists.";
    return;
  }
  loading.remove();
  details.open(key);
  if (model.editable) void api.people().then((people) => details.offer(people), () => undefined);
  for (const node of root.querySelectorAll<HTMLElement>("[data-plan-editing]")) node.hidden = !model.editable;
  const drawer = root.closest("#drawer-body");
  const settled = (): void => {
    if (drawer) document.dispatchEvent(new CustomEvent("accord:drawer-filled"));
  };
  session.onAnswer(() => {
    // The page behind shows dates and people, too.
    if (drawer) document.dispatchEvent(new CustomEvent("accord:refresh"));
    window.setTimeout(settled);
  });
  root.dataset.ready = "yes";
  settled();
  document.getElementById("plan-name")?.focus();
}

function start(): void {
  for (const root of document.querySelectorAll<HTMLElement>("[data-task-editor]:not([data-begun])")) {
    root.dataset.begun = "yes";
    void open(root);
  }
}

start();
document.addEventListener("htmx:afterSettle", start);
