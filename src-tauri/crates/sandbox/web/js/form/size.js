// The size: a grid of options, one tab a system; with photos a suggested group stands first.

import { h } from "../dom.js";
import { t } from "../page.js";
import { dropdown } from "./dropdown.js";

export function sizeField(form, configuration) {
  return dropdown(form, {
    key: "size",
    label: t("form.size"),
    id: "size",
    testid: `category-size-single-${configuration.display_type}-input`,
    read: () => form.state.size,
    write: (size) => (form.state.size = size),
    text: (size) => size?.title ?? "",
    panel: (picker) => sizePanel(form, picker, configuration.options),
  });
}

function sizePanel(form, picker, groups) {
  const holding = groups.findIndex((group) => group.options.some((option) => option.id === picker.value?.id));
  let shown = Math.max(0, holding);

  function option(group, { id, title }) {
    const run = () => picker.choose({ id, title });
    return h("div", {
      class: "chip", role: "checkbox", tabindex: "0", testid: `size-group-${group}-grid-option-${id}`,
      aria: { label: title, checked: String(picker.value?.id === id) },
      on: {
        click: run,
        keydown: (event) => {
          if (event.key === "Enter" || event.key === " ") {
            event.preventDefault();
            run();
          }
        },
      },
    }, title);
  }

  function list() {
    const group = groups[shown];
    const middle = Math.floor(group.options.length / 3);
    const suggested = form.state.photos.length > 0 && h("div", { class: "chips-group", testid: "size-group-suggested" },
      h("p", { class: "row-heading" }, t("form.suggested")),
      h("div", { class: "chips" }, groups[0].options.slice(middle, middle + 2).map((entry) => option("suggested", entry))));
    return h("div", {},
      suggested,
      groups.length > 1 && h("div", { class: "tabs", role: "tablist" }, groups.map((entry, index) => h("button", {
        type: "button", role: "tab", class: "tab", testid: `size-group-tab-${entry.id}`, aria: { selected: String(index === shown) },
        on: { click: () => { shown = index; picker.redraw(); } },
      }, entry.title))),
      h("div", { class: "chips" }, group.options.map((entry) => option(group.id, entry))));
  }

  return { head: null, list };
}
