import htmx from "htmx.org";

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  // Pages hold client data: none of it is kept in the browser's storage for the back button.
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  scrollIntoViewOnBoost: false,
  // A form sent back with its faults (422) or with a conflict (409) is an answer to show, not an error.
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "409|422", swap: true },
    { code: "...", swap: false, error: true },
  ],
});

// An unset filter says nothing, so it stays out of the address.
document.addEventListener("htmx:configRequest", (event) => {
  const { detail } = event as CustomEvent<{ verb: string; formData: FormData; elt: Element }>;
  if (detail.verb !== "get" || !detail.elt.closest("[data-filters]")) return;
  for (const [name, value] of [...detail.formData.entries()]) if (value === "") detail.formData.delete(name);
});

export default htmx;
