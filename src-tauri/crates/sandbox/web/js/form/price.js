// The price. It counts only when a person leaves the field: real focus in, real focus out. A value set by script with
// an input event looks right and stores 0 (vinted-facts A3, confidence H).

import { h, labelled } from "../dom.js";
import { cents, money } from "../money.js";
import { api } from "../net.js";
import { config, t } from "../page.js";
import { fieldShell } from "./texts.js";

/** The range as this site shows it; how it looks on the real one is not known in its details (vinted-facts A2). */
function shown({ minimum, maximum, midpoint }) {
  const amount = (price) => Math.round(Number(price.amount) * 100);
  const [min, middle, max] = [minimum, midpoint, maximum].map(amount);
  const whole = (cents) => Math.round(cents / 100);
  switch (config.traps.price_suggestion) {
    case "absent":
      return null;
    case "one_figure":
      return money(middle);
    case "three_ranges": {
      const ends = [min, min + (max - min) / 3, min + ((max - min) * 2) / 3, max].map(whole);
      return [0, 1, 2].map((at) => `${ends[at]}–${ends[at + 1]} €`).join(" · ");
    }
    case "pounds":
      return [min, max].map((cents) => new Intl.NumberFormat("en-GB", { style: "currency", currency: "GBP" }).format(cents / 100)).join(" - ");
    default:
      return t("form.price_range", { min: money(min), max: money(max) });
  }
}

export function priceField(form) {
  let focused = false;
  let suggestions = null;
  let asked = "";

  async function suggest() {
    const { brand, category, condition } = form.state;
    const question = JSON.stringify([brand?.title, category?.id, condition?.id]);
    if (!brand || !category || !condition || question === asked) return;
    asked = question;
    const { body } = await api("POST", "/api/v2/item_price_suggestions", {
      brand_id: brand.id, catalog_id: category.id, status_id: condition.id,
    });
    suggestions = shown(body.price_suggestion);
    // Only this line: the input may be in use.
    hint?.replaceChildren(suggestions ?? "");
  }

  let hint = null;

  function build() {
    const input = h("input", {
      id: "price", name: "price", testid: "price-input--input", class: "c-input__value", type: "text", inputmode: "decimal",
      placeholder: money(0), autocomplete: "off", value: form.state.priceText, aria: labelled("price", t("form.price")),
      on: {
        input: (event) => {
          form.state.priceText = input.value;
          if (!event.isTrusted) {
            form.state.priceText = money(cents(input.value));
            input.value = form.state.priceText;
          }
        },
        focusin: (event) => (focused = event.isTrusted),
        focusout: (event) => {
          if (!focused || !event.isTrusted) return;
          focused = false;
          form.state.priceCents = cents(input.value);
          form.state.priceText = input.value.trim() === "" ? "" : money(form.state.priceCents);
          input.value = form.state.priceText;
          form.committed("price");
        },
      },
    });
    hint = h("p", { class: "field__note", testid: "price-suggestions" }, suggestions);
    suggest().catch((error) => form.failed(error));
    return fieldShell(form, { key: "price", label: t("form.price"), id: "price" },
      h("div", { class: "c-input__content", testid: "price-input" }, input), hint);
  }

  return { build, suggest: () => suggest().catch((error) => form.failed(error)) };
}
