// The brand: popular ones at first, then what the server finds; or none, or a name of one's own.

import { h, icon, ICONS } from "../dom.js";
import { dialog } from "../modal.js";
import { api } from "../net.js";
import { t } from "../page.js";
import { dropdown } from "./dropdown.js";
import { heading, row } from "./rows.js";

const SEARCH_AFTER_MS = 200;

export function brandField(form) {
  return dropdown(form, {
    key: "brand",
    label: t("form.brand"),
    id: "brand",
    testid: "brand-select-dropdown-input",
    read: () => form.state.brand,
    write: (brand) => {
      form.state.brand = brand;
      askAuthenticity(form, brand).catch((error) => form.failed(error));
    },
    text: (brand) => brand?.title ?? "",
    panel: (picker) => brandPanel(form, picker),
  });
}

async function askAuthenticity(form, brand) {
  if (!brand?.id) return;
  const { body } = await api("POST", "/api/v2/offline_verification/eligibility", {
    brand_id: brand.id, catalog_id: form.state.category?.id,
  });
  if (!body.show_authenticity_modal) return;
  dialog({
    title: t("form.authenticity"), text: t("form.authenticity_hint"), testid: "authenticity-modal",
    closeTestid: "authenticity-modal-close-button",
    buttons: [{ label: t("form.close"), testid: "authenticity-modal-dismiss" }],
  });
}

function brandPanel(form, picker) {
  let query = "";
  let brands = null;
  let timer = null;

  async function load() {
    const asked = query;
    const category = form.state.category?.id ?? "";
    const { body } = await api("GET", `/api/v2/item_upload/brands?category_id=${category}&keyword=${encodeURIComponent(asked)}`);
    if (asked !== query) return;
    brands = { keyword: asked, rows: body.brands };
    picker.redraw();
    picker.scrollToTop();
  }
  const reload = () => load().catch((error) => form.failed(error));

  // Rows of the last search stay until the next answer is there.
  function typed(event) {
    query = event.target.value.trim();
    clearTimeout(timer);
    timer = setTimeout(reload, SEARCH_AFTER_MS);
  }

  const pick = (brand) => picker.choose({ id: brand.id, title: brand.title, highValue: brand.is_hvf });
  const isChosen = (title) => picker.value?.title === title;

  function brandRow(brand, id, input) {
    return row({ id, role: "radio", title: brand.title, label: brand.title, checked: isChosen(brand.title), input, run: () => pick(brand) });
  }

  function list() {
    if (!brands) return h("p", { class: "loading", role: "status" }, "…");
    const { keyword, rows } = brands;
    const plain = rows.map((brand) => brandRow(brand, `brand-${brand.id}`, `brand-radio-${brand.id}`));
    const none = row({
      testid: "empty-brand", role: "radio", title: t("form.no_brand"), label: t("form.no_brand"), checked: isChosen(t("form.no_brand")),
      run: () => picker.choose({ id: null, title: t("form.no_brand") }),
    });
    if (keyword === "") {
      const suggested = form.state.photos.length > 0 && [
        heading(t("form.suggested")),
        rows.slice(0, 2).map((brand) => brandRow(brand, `suggested-brand-${brand.id}`, `suggested-brand-radio-${brand.id}`)),
      ];
      return h("ul", { class: "rows" }, suggested, none, heading(t("form.popular_brands"), "brand-popular-label"), plain);
    }
    const exact = rows.some((brand) => brand.title.toLowerCase() === keyword.toLowerCase());
    const isNone = t("form.no_brand").toLowerCase().includes(keyword.toLowerCase());
    return h("ul", { class: "rows" },
      rows.length === 0 && heading(t("form.brand_none_found"), "brand_empty_state"),
      plain,
      isNone && none,
      !exact && row({
        testid: "custom-select-brand", role: "radio", title: t("form.custom_brand", { name: keyword }), checked: false,
        run: () => picker.choose({ id: null, title: keyword }),
      }));
  }

  const head = h("div", { class: "picker__search" }, icon(ICONS.search, 18),
    h("input", {
      id: "brand-search-input", name: "brand-search-input", testid: "brand-search--input", type: "search", autocomplete: "off",
      placeholder: t("form.search_brand"), aria: { label: t("form.search_brand") }, on: { input: typed },
    }));
  return { head, list, opened: reload };
}
