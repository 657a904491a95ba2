import { PlanApi } from "./api";
import { part } from "./dom";
import { PlanModel } from "./model";

/** The plan that `settings` name, loaded; null where that failed, which is then said in place of "Loading". */
export async function loadPlan(root: HTMLElement, settings: DOMStringMap): Promise<{ api: PlanApi; model: PlanModel } | null> {
  const model = new PlanModel();
  const api = new PlanApi(settings.planUrl ?? "", settings.csrf ?? "");
  try {
    model.load(await api.load());
  } catch (error) {
    const loading = part(root, "[data-plan-loading]");
    loading.textContent = (error as Error).message || "Can't load the plan. Reload the page.";
    loading.setAttribute("role", "alert");
    loading.classList.add("plan-failed");
    return null;
  }
  if (settings.canEdit === "false") model.project.can_edit = false;
  return { api, model };
}
