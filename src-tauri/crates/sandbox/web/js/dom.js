// Elements made in one call. Hooks (test id, id, name) pass through here, so that they can drift or be missing; the
// scripts themselves hold on to elements and never look them up by a hook.

import * as drift from "./drift.js";

const PROPERTIES = new Set(["value", "checked", "disabled", "readOnly", "hidden", "textContent"]);

/**
 * Makes an element.
 * `props`: testid, id, name, class, on {event: handler}, aria {name: value}, fixedId (an id that never drifts), any
 * property or attribute; null and undefined are left out.
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "testid") setIf(element, "data-testid", drift.testId(value));
    else if (key === "id") setIf(element, "id", drift.id(value));
    else if (key === "name") setIf(element, "name", drift.id(value));
    else if (key === "for") setIf(element, "for", drift.id(value));
    else if (key === "fixedId") element.id = value;
    else if (key === "class") element.className = value;
    else if (key === "on") for (const [event, handler] of Object.entries(value)) element.addEventListener(event, handler);
    else if (key === "aria") for (const [name, text] of Object.entries(value)) setIf(element, `aria-${name}`, text);
    else if (PROPERTIES.has(key)) element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function setIf(element, attribute, value) {
  if (value !== null && value !== undefined) element.setAttribute(attribute, value);
}

/** The label's text as an accessible name where no id ties the label to its input. */
export function labelled(id, label) {
  return drift.id(id) === null ? { label } : {};
}

/** A plain drawing, hidden from assistive technology. */
export function icon(path, size = 20) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [name, value] of Object.entries({
    viewBox: "0 0 24 24", width: size, height: size, fill: "none", stroke: "currentColor", "stroke-width": 1.8,
    "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true",
  })) svg.setAttribute(name, value);
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

export const ICONS = {
  close: "M6 6l12 12M18 6L6 18",
  down: "M6 9l6 6 6-6",
  next: "M9 6l6 6-6 6",
  back: "M15 6l-6 6 6 6",
  plus: "M12 5v14M5 12h14",
  search: "M11 4a7 7 0 100 14 7 7 0 000-14zM16 16l4 4",
  tag: "M3 12V4h8l10 10-8 8zM7.5 8.5h.01",
};
