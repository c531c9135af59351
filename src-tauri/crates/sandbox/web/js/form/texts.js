// Fields that are typed into.

import { h, labelled } from "../dom.js";
import * as drift from "../drift.js";
import { api } from "../net.js";
import { t } from "../page.js";

/** Label, control, errors. */
export function fieldShell(form, { key, label, id, note }, ...control) {
  const errors = form.state.errors.filter((error) => error.field === (ERROR_FIELDS[key] ?? key));
  let node = h("div", { class: `field field--${key} ${errors.length > 0 ? "is-wrong" : ""}` },
    label && h("label", { class: "c-input__title", for: id }, label),
    control,
    note && h("p", { class: "field__note" }, note),
    errors.map((error) =>
      h("div", { class: "web_ui__InputBar__error field__error", role: "alert", testid: `${error.field}--error` }, error.value)));
  for (let depth = drift.wrappers(key); depth > 0; depth -= 1) node = h("div", { class: "wrap" }, node);
  return node;
}

/** The server's name of a field where it differs from the form's. */
const ERROR_FIELDS = { parcel: "package_size" };

/** A text field that keeps its value on every input event. */
export function textField(form, { key, id, testid, label, placeholder, multiline = false, inputmode, left = () => {} }) {
  return {
    build() {
      const control = h(multiline ? "textarea" : "input", {
        id, name: id, testid, class: "c-input__value", type: multiline ? null : "text", placeholder, inputmode,
        rows: multiline ? "6" : null, autocomplete: "off", value: form.state[key], aria: labelled(id, label),
        on: {
          input: (event) => (form.state[key] = event.target.value),
          focusout: () => {
            form.committed(key);
            left(form);
          },
        },
      });
      return fieldShell(form, { key, label, id }, h("div", { class: "c-input__content" }, control));
    },
  };
}

/** Asks what goes with the title, as often as it changed. */
function suggestFor(form) {
  if (form.asked === form.state.title || form.state.title.trim() === "") return;
  form.asked = form.state.title;
  api("POST", "/api/v2/item_upload/suggestions/attributes", { title: form.state.title, upload_session_id: form.session })
    .catch((error) => form.failed(error));
}

export function titleField(form) {
  return textField(form, {
    key: "title", id: "title", testid: "title--input", label: t("form.title"), placeholder: t("form.title_hint"), left: suggestFor,
  });
}

export function descriptionField(form) {
  return textField(form, {
    key: "description", id: "description", testid: "description--input", label: t("form.description"),
    placeholder: t("form.description_hint"), multiline: true,
  });
}

export function isbnField(form) {
  return textField(form, { key: "isbn", id: "isbn", testid: "isbn--input", label: t("form.isbn") });
}

/** Two lengths in centimetres; both optional. */
export function measurementFields(form) {
  const parts = ["length", "width"].map((side) => textField(form, {
    key: `measurement_${side}`, id: `measurement_${side}`, testid: `measurement-${side}--input`,
    label: t(`form.measurement_${side}`), inputmode: "decimal",
  }));
  return { build: () => h("div", { class: "field-pair" }, parts.map((part) => part.build())) };
}

/** A plain checkbox; the site gives it no test id. */
export function unisexField(form) {
  return {
    build() {
      const box = h("input", {
        type: "checkbox", id: "unisex", name: "unisex", checked: form.state.unisex,
        on: { change: (event) => { form.state.unisex = event.target.checked; form.committed("unisex"); } },
      });
      return h("div", { class: "field field--unisex" }, h("label", { class: "check" }, box, t("form.unisex")));
    },
  };
}
