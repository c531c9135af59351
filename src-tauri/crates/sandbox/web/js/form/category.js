// The category tree: branches are buttons, leaves are radios; the search box finds leaves by name.

import { h, icon, ICONS } from "../dom.js";
import { api } from "../net.js";
import { t } from "../page.js";
import { dropdown } from "./dropdown.js";
import { heading, row } from "./rows.js";

const SEARCH_AFTER_MS = 200;

export function categoryField(form) {
  return dropdown(form, {
    key: "category",
    label: t("form.category"),
    id: "category",
    testid: "catalog-select-dropdown-input",
    read: () => form.state.category,
    write: (leaf) => form.setCategory(leaf),
    text: (leaf) => leaf?.title ?? "",
    panel: (picker) => categoryPanel(form, picker),
  });
}

function categoryPanel(form, picker) {
  let path = [];
  let query = "";
  let results = null;
  let timer = null;
  let suggestions = [];

  const redrawFromTop = () => {
    picker.redraw();
    picker.scrollToTop();
  };

  async function search() {
    const asked = query;
    const { body } = await api("GET", `/api/v2/item_upload/catalogs/search?keyword=${encodeURIComponent(asked)}`);
    if (asked !== query) return;
    results = body.catalogs;
    redrawFromTop();
  }

  function typed(event) {
    query = event.target.value.trim();
    clearTimeout(timer);
    if (query === "") {
      results = null;
      redrawFromTop();
    } else {
      timer = setTimeout(() => search().catch((error) => form.failed(error)), SEARCH_AFTER_MS);
    }
  }

  const isChosen = (node) => picker.value?.id === node.id;

  function treeRow(node) {
    const branch = node.catalogs.length > 0;
    return row({
      id: `catalog-${node.id}`,
      role: branch ? "button" : "radio",
      title: node.title,
      titleTestid: `catalog-${node.id}--title`,
      checked: isChosen(node),
      input: branch ? null : `catalog-radio-${node.id}`,
      prefix: path.length === 0 && h("span", { class: "catalog-icon", testid: `catalog-icon-${node.id}` }, node.title.slice(0, 1)),
      run: () => {
        if (!branch) return picker.choose({ id: node.id, title: node.title });
        path.push(node);
        redrawFromTop();
      },
    });
  }

  function foundRow(leaf, id, input) {
    return row({
      id, role: "radio", title: leaf.title, body: leaf.path.slice(0, -1).join(" > "), checked: isChosen(leaf), input,
      run: () => picker.choose({ id: leaf.id, title: leaf.title }),
    });
  }

  function list() {
    if (results !== null) {
      return h("ul", { class: "rows", testid: "category-search-list" },
        results.length === 0
          ? heading(t("form.nothing_found"), "catalog-search-empty-state")
          : results.map((leaf) => foundRow(leaf, `catalog-search-${leaf.id}-result`, `catalog-search-${leaf.id}-result-radio`)));
    }
    if (!form.tree) return h("p", { class: "loading", role: "status" }, "…");
    const nodes = path.length === 0 ? form.tree : path.at(-1).catalogs;
    const back = path.length > 0 && h("button", {
      type: "button", class: "picker__back", testid: `catalog-navigation-${path.at(-1).id}`,
      on: { click: () => { path.pop(); redrawFromTop(); } },
    }, icon(ICONS.back, 18), path.at(-1).title);
    const suggested = path.length === 0 && suggestions.length > 0 && [
      heading(t("form.suggested")),
      suggestions.map((leaf) => foundRow(leaf, `catalog-suggestion-${leaf.id}`, `catalog-suggestion-${leaf.id}-radio`)),
    ];
    return h("div", {}, back, h("ul", { class: "rows", testid: "category-list" }, suggested, nodes.map(treeRow)));
  }

  async function opened() {
    if (!form.tree) {
      const { body } = await api("GET", "/api/v2/item_upload/catalogs");
      form.tree = body.catalogs;
      picker.redraw();
    }
    if (form.state.photos.length > 0) {
      const { body } = await api("POST", "/api/v2/item_upload/suggestions/categories", {
        image_metadata: form.state.photos.map((photo) => ({ image_id: photo.id, orientation: 0 })),
        upload_session_id: form.session,
      });
      suggestions = body.catalogs;
      if (path.length === 0 && results === null) picker.redraw();
    }
  }

  const head = h("div", { class: "picker__search" }, icon(ICONS.search, 18),
    h("input", {
      id: "catalog-search-input", name: "catalog-search-input", testid: "catalog-search--input", type: "search", maxlength: "100", autocomplete: "off",
      placeholder: t("form.search_category"), aria: { label: t("form.search_category") }, on: { input: typed },
    }));
  return { head, list, opened: () => opened().catch((error) => form.failed(error)) };
}
