// The parcel's size; the category's recommended one is picked already.

import { h } from "../dom.js";
import { t } from "../page.js";
import { fieldShell } from "./texts.js";

export function parcelField(form) {
  return {
    build() {
      const pick = (id) => {
        if (form.state.parcel === id) return;
        form.state.parcel = id;
        form.state.parcelTouched = true;
        form.refresh("parcel");
        form.committed("parcel");
      };
      const cells = form.parcels.map((size) => h("div", {
        class: `parcel ${form.state.parcel === size.id ? "is-chosen" : ""}`, id: `package-size-${size.id}`,
        testid: `${size.id}-package-size--cell`, on: { click: () => pick(size.id) },
      },
        h("label", { class: "parcel__label" },
          h("input", {
            type: "radio", name: "package_type", id: `package_type_selector_${size.id}`, testid: `package_type_selector_${size.id}--input`,
            checked: form.state.parcel === size.id, value: String(size.id), on: { change: () => pick(size.id) },
          }),
          h("span", { class: "parcel__title", testid: `package_type_selector_${size.id}--text` }, size.title)),
        h("span", { class: "parcel__hint" }, size.description),
        size.recommended && h("span", { class: "badge", testid: `package-size-suggestion-badge-id-${size.id}` }, t("form.parcel.recommended"))));
      return fieldShell(form, { key: "parcel" },
        h("div", { role: "radiogroup", aria: { label: t("form.parcel") } },
          h("p", { class: "c-input__title" }, t("form.parcel")),
          h("div", { class: "parcels" }, cells)));
    },
  };
}
