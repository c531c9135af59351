// Choices from a plain list: condition, colours, materials, and the few lists that only some categories have.

import { h } from "../dom.js";
import { api } from "../net.js";
import { t } from "../page.js";
import { dropdown } from "./dropdown.js";
import { heading, row } from "./rows.js";

export function conditionField(form, configuration) {
  return dropdown(form, {
    key: "condition",
    label: t("form.condition"),
    id: "condition",
    testid: "category-condition-single-list-input",
    read: () => form.state.condition,
    write: (condition) => (form.state.condition = condition),
    text: (condition) => condition?.title ?? "",
    panel: (picker) => ({
      head: null,
      list: () => h("ul", { class: "rows" }, configuration.options.map((option) => row({
        id: `condition-${option.id}`, testid: `condition-${option.id}`, role: "radio", title: option.title,
        titleTestid: `condition-${option.id}--title`, body: option.description, checked: picker.value?.id === option.id,
        input: `condition-radio-${option.id}`, run: () => picker.choose({ id: option.id, title: option.title }),
      }))),
    }),
  });
}

/** Adds or removes an option; past the limit the oldest choice goes without a word (vinted-facts A2, confidence H). */
function toggled(chosen, option, limit) {
  if (chosen.some((entry) => entry.id === option.id)) return chosen.filter((entry) => entry.id !== option.id);
  return [...chosen, { id: option.id, title: option.title }].slice(-limit);
}

const titles = (chosen) => chosen.map((entry) => entry.title).join(", ");

export function colourField(form) {
  return dropdown(form, {
    key: "color",
    label: t("form.color"),
    id: "color",
    testid: "color-select-dropdown-input",
    multiple: true,
    read: () => form.state.colours,
    write: (colours) => (form.state.colours = colours),
    text: titles,
    panel: (picker) => colourPanel(form, picker),
  });
}

function colourPanel(form, picker) {
  const colourRow = (colour, hook) => row({
    id: `${hook}-${colour.id}`, role: "checkbox", title: colour.title, input: `${hook}-checkbox-${colour.id}`,
    prefix: h("span", { class: `swatch ${colour.hex ? "" : "swatch--none"}`, style: colour.hex ? `background:#${colour.hex}` : null }),
    checked: picker.value.some((entry) => entry.id === colour.id), run: () => picker.choose(toggled(picker.value, colour, 2)),
  });

  function list() {
    if (!form.colours) return h("p", { class: "loading", role: "status" }, "…");
    const suggested = form.state.photos.length > 0 && [
      heading(t("form.suggested")),
      form.colours.slice(0, 2).map((colour) => colourRow(colour, "suggested-color")),
    ];
    return h("ul", { class: "rows" }, suggested, heading(t("form.colors_max")), form.colours.map((colour) => colourRow(colour, "color")));
  }

  async function opened() {
    if (form.colours) return;
    form.colours = (await api("GET", "/api/v2/item_upload/colors")).body.colors;
    picker.redraw();
  }

  return { head: null, list, opened: () => opened().catch((error) => form.failed(error)) };
}

export function materialField(form, configuration) {
  // Shown in the list's order, whatever the order of clicks.
  const inListOrder = (chosen) => configuration.options.filter((option) => chosen.some((entry) => entry.id === option.id));
  return dropdown(form, {
    key: "material",
    label: t("form.material"),
    id: "material",
    testid: "category-material-multi-list-input",
    multiple: true,
    read: () => form.state.materials,
    write: (materials) => (form.state.materials = materials),
    text: (chosen) => titles(inListOrder(chosen)),
    panel: (picker) => ({
      head: h("p", { class: "row-heading" }, t("form.materials_max")),
      list: () => h("ul", { class: "rows" }, configuration.options.map((option) => row({
        id: `material-${option.id}`, role: "checkbox", title: option.title, input: `material-checkbox-${option.id}`,
        checked: picker.value.some((entry) => entry.id === option.id),
        run: () => picker.choose(toggled(picker.value, option, configuration.selection_limit)),
      }))),
    }),
  });
}

/** A single choice that only some categories have, such as the length of a skirt. */
export function extraField(form, { code, configuration }) {
  return dropdown(form, {
    key: code,
    label: configuration.title,
    id: code,
    testid: `category-${code}-single-list-input`,
    read: () => form.state.extras[code] ?? null,
    write: (option) => (form.state.extras[code] = option),
    text: (option) => option?.title ?? "",
    panel: (picker) => ({
      head: null,
      list: () => h("ul", { class: "rows" }, configuration.options.map((option) => row({
        id: `${code}-${option.id}`, role: "radio", title: option.title, input: `${code}-radio-${option.id}`,
        checked: picker.value?.id === option.id, run: () => picker.choose({ id: option.id, title: option.title }),
      }))),
    }),
  });
}
