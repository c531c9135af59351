// A row of a picker's list. The row itself is the control; the radio or checkbox inside is only drawn.

import { h, icon, ICONS } from "../dom.js";

/**
 * `role`: radio, checkbox or button; `input`: id of the drawn input; `run`: what a click does.
 * A click by script on the drawn input does nothing, as on the site.
 */
export function row({ id, testid, role, title, titleTestid, body, label, checked = false, input, prefix, run }) {
  const key = (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      run();
    }
  };
  return h("li", { class: "row-item" },
    h("div", {
      id, testid, role, tabindex: "0",
      class: `web_ui__Cell__cell web_ui__Cell__default web_ui__Cell__navigating ${role === "button" ? "web_ui__Cell__with-chevron" : ""}`,
      aria: { label, checked: role === "button" ? null : String(checked) },
      on: { click: run, keydown: key },
    },
      prefix && h("div", { class: "web_ui__Cell__prefix" }, prefix),
      h("div", { class: "web_ui__Cell__content" },
        h("div", { class: "web_ui__Cell__title", testid: titleTestid }, title),
        body && h("div", { class: "web_ui__Cell__body" }, body)),
      h("div", { class: "web_ui__Cell__suffix" },
        role === "button"
          ? icon(ICONS.next, 18)
          : h("input", {
              type: role, id: input, checked, tabindex: "-1", aria: { hidden: "true" },
              on: { click: (event) => event.stopPropagation() },
            }))));
}

/** A heading between rows. */
export function heading(text, testid) {
  return h("li", { class: "row-heading", testid }, text);
}
