// A dialog that closes by its own buttons only: Escape and clicks beside it do nothing.

import { h, icon, ICONS } from "./dom.js";
import { t } from "./page.js";

/** Shows a dialog; `buttons` are {label, testid, kind, run}; each closes it first. Returns a function that closes it. */
export function dialog({ title, text, testid, closeTestid, buttons = [], onClose }) {
  const close = () => portal.remove();
  const closing = (run) => () => {
    close();
    run?.();
  };
  const portal = h("div", { class: "dialog-portal" },
    h("div", { class: "dialog-overlay", testid: testid && `${testid}--overlay` },
      h("div", { class: "web_ui__Dialog__content dialog", role: "dialog", testid, aria: { modal: "true", label: title } },
        h("div", { class: "dialog__head" },
          h("h2", {}, title),
          closeTestid && h("button", {
            type: "button", class: "icon-button", testid: closeTestid, aria: { label: t("form.close") },
            on: { click: closing(onClose) },
          }, icon(ICONS.close))),
        text && h("p", {}, text),
        h("div", { class: "dialog__buttons" }, buttons.map((button) =>
          h("button", {
            type: "button", class: `button ${button.kind ?? ""}`, testid: button.testid,
            on: { click: closing(button.run) },
          }, button.label))))));
  document.body.append(portal);
  return close;
}
