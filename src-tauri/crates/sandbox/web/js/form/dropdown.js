// The picker that all choices share: a read-only input that shows the chosen label, and a panel. Wide windows have the
// panel in the page: a single choice closes it, the chevron toggles it. Narrow windows have it in a modal that nothing
// closes but Done, which keeps, and the cross, which discards (vinted-facts A2, panels).

import { h, icon, ICONS, labelled } from "../dom.js";
import { config, fired, t } from "../page.js";
import { fieldShell } from "./texts.js";

const NARROW_BELOW_PX = 768;

export function isNarrow() {
  if (config.traps.layout === "narrow") {
    fired("narrow");
    return true;
  }
  return config.traps.layout === "auto" && window.innerWidth < NARROW_BELOW_PX;
}

/**
 * `spec`: key, label, id, testid (of the input, ending in -input), read(), write(value), text(value), multiple,
 * panel(picker) → {head, list()}. `picker` gives `value` (the choice as it stands), `choose(value)`, `redraw()`.
 */
export function dropdown(form, spec) {
  const base = spec.testid.replace(/-input$/, "");
  const closeTestid = `${base}-close-button`;
  let open = false;
  let panel = null;
  let tentative;
  let input;
  let host;
  let listHost = null;
  let portal = null;

  const byHand = () => isNarrow() || config.traps.done_button_when_wide;

  const picker = {
    get value() {
      return open && byHand() ? tentative : spec.read();
    },
    choose(value) {
      if (byHand()) {
        tentative = value;
        picker.redraw();
        return;
      }
      commit(value);
      if (spec.multiple) picker.redraw();
      else hide();
    },
    redraw() {
      if (!listHost) return;
      const top = listHost.scrollTop;
      listHost.replaceChildren(panel.list());
      listHost.scrollTop = top;
    },
    scrollToTop() {
      if (listHost) listHost.scrollTop = 0;
    },
  };

  function commit(value) {
    spec.write(value);
    input.value = spec.text(spec.read());
    form.committed(spec.key);
  }

  function show() {
    if (open) return;
    open = true;
    tentative = spec.read();
    panel = spec.panel(picker);
    place();
    panel.opened?.();
  }

  function hide() {
    open = false;
    panel = null;
    listHost = null;
    portal?.remove();
    portal = null;
    host.replaceChildren();
  }

  function keep() {
    const value = tentative;
    hide();
    commit(value);
  }

  function place() {
    listHost = h("div", { class: "picker__list" }, panel.list());
    const done = byHand() && h("div", { class: "picker__foot" },
      h("button", { type: "button", class: "button wide", testid: "input-dropdown-save-button", on: { click: keep } }, t("form.done")));
    if (!isNarrow()) {
      host.replaceChildren(h("div", { class: "picker input-dropdown__content", testid: `${base}-content` }, panel.head, listHost, done));
      return;
    }
    portal = h("div", { class: "ReactModalPortal" },
      h("div", { class: "ReactModal__Overlay" },
        h("div", { class: "ReactModal__Content", role: "dialog", aria: { modal: "true", label: spec.label } },
          h("div", { class: "picker__head" },
            h("h2", {}, spec.label),
            h("button", { type: "button", class: "icon-button", testid: closeTestid, aria: { label: t("form.close") }, on: { click: hide } }, icon(ICONS.close))),
          h("div", { class: "picker", testid: `${base}-content` }, panel.head, listHost),
          done)));
    document.body.append(portal);
  }

  function build() {
    input = h("input", {
      id: spec.id, name: spec.id, testid: spec.testid, class: "c-input__value", type: "text", readOnly: true,
      placeholder: t("form.select"), autocomplete: "off", value: spec.text(spec.read()),
      aria: labelled(spec.id, spec.label), on: { click: show },
    });
    const chevron = h("button", {
      type: "button", class: "c-input__icon", tabindex: "-1", aria: { hidden: "true" }, testid: `${base}-chevron`,
      on: { click: () => (open && !byHand() ? hide() : show()) },
    }, icon(ICONS.down));
    host = h("div", { class: "picker-host" });
    const node = fieldShell(form, spec, h("div", { class: "c-input__content" }, input, chevron), host);
    if (open && !portal) place();
    return node;
  }

  return { build, hide, destroy: () => portal?.remove() };
}
