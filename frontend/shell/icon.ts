const svg = "http://www.w3.org/2000/svg";

/** The drawing of that name from the sprite (frontend/icons.txt), hidden from assistive technology. */
export function icon(name: string): SVGSVGElement {
  const drawing = document.createElementNS(svg, "svg");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(svg, "use");
  use.setAttribute("href", `${document.body.dataset.icons}#${name}`);
  drawing.append(use);
  return drawing;
}

/** An element with a class and text or children: enough for the small lists drawn in the browser. */
export function element(tag: string, name: string, ...children: (Node | string)[]): HTMLElement {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...children);
  return made;
}
