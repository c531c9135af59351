// Clicks that the page does not take.

import { config, fired } from "../page.js";

export function armSwallowedClick(node) {
  const trap = config.traps.swallowed_click;
  if (!trap) return;
  const seen = new Set();
  let done = false;
  const swallow = (event) => {
    const control = event.target.closest("[role],button,input,textarea,a,label");
    if (!control || !(node.contains(control) || control.closest(".ReactModalPortal"))) return;
    // By what it says rather than by the node: nodes are replaced.
    const name = trap.each_control ? `${control.tagName}|${control.getAttribute("role")}|${control.textContent}|${control.name ?? ""}` : "page";
    if (done || seen.has(name)) return;
    seen.add(name);
    done = !trap.each_control;
    event.preventDefault();
    event.stopImmediatePropagation();
    fired("swallowed_click");
  };
  document.addEventListener("click", swallow, true);
}
