import { element, icon } from "./icon";

export type Level = "success" | "info" | "warning" | "error";

const icons: Record<Level, string> = {
  success: "circle-check",
  info: "info-circle",
  warning: "alert-triangle",
  error: "alert-circle",
};
const lingers = 6000;

/** Good news leaves by itself (not while pointed at or focused); a warning stays until it is dismissed. */
function arm(toast: HTMLElement): void {
  const leave = (): void => toast.remove();
  toast.querySelector("[data-dismiss]")?.addEventListener("click", leave);
  if (toast.dataset.level === "warning" || toast.dataset.level === "error") return;
  let timer = setTimeout(leave, lingers);
  for (const held of ["mouseenter", "focusin"]) toast.addEventListener(held, () => clearTimeout(timer));
  for (const free of ["mouseleave", "focusout"]) {
    toast.addEventListener(free, () => {
      timer = setTimeout(leave, lingers);
    });
  }
}

export function toast(text: string, level: Level = "info"): void {
  const dismiss = element("button", "toast-close", icon("x"));
  dismiss.setAttribute("type", "button");
  dismiss.setAttribute("aria-label", "Dismiss");
  dismiss.dataset.dismiss = "";
  const shown = element("div", "note", icon(icons[level]), element("p", "", text), dismiss);
  shown.dataset.level = level;
  arm(shown);
  document.getElementById("toasts")?.append(shown);
}

export function startToasts(): void {
  for (const shown of document.querySelectorAll<HTMLElement>("#toasts > .note")) arm(shown);
  // Any island, and the server by HX-Trigger: {"accord:toast": {"text": "…", "level": "success"}}
  document.addEventListener("accord:toast", (event) => {
    const { text, level } = (event as CustomEvent<{ text: string; level?: Level }>).detail;
    toast(text, level);
  });
}
