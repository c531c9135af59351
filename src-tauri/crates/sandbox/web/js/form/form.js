// The form: its values, which fields are mounted, and when they are drawn anew. Below the category everything is
// mounted only once a leaf is chosen (vinted-facts A2, confidence H).

import { h } from "../dom.js";
import * as drift from "../drift.js";
import { api, CallFailed } from "../net.js";
import { config, fired, t } from "../page.js";
import { money } from "../money.js";
import { brandField } from "./brand.js";
import { categoryField } from "./category.js";
import { colourField, conditionField, extraField, materialField } from "./lists.js";
import { parcelField } from "./parcel.js";
import { photosField } from "./photos.js";
import { priceField } from "./price.js";
import { sizeField } from "./size.js";
import { actions } from "./submit.js";
import { descriptionField, isbnField, measurementFields, titleField, unisexField } from "./texts.js";

const RERENDER_AFTER_MS = 40;

function emptyState() {
  return {
    photos: [], uploading: false, title: "", description: "", category: null, brand: null, size: null, condition: null, colours: [],
    materials: [], extras: {}, unisex: false, measurement_length: "", measurement_width: "", isbn: "", priceCents: 0, priceText: "",
    parcel: null, parcelTouched: false, errors: [],
  };
}

export class Form {
  /** `item`: {id, is_draft} of the listing being edited, or null. */
  constructor(item) {
    this.item = item;
    this.session = crypto.randomUUID?.() ?? String(Math.random());
    this.state = emptyState();
    this.tree = null;
    this.colours = null;
    this.parcels = [];
    this.sending = false;
    this.fields = new Map();
    this.slots = new Map();
    this.top = h("div", { class: "form__photos" });
    this.body = h("div", { class: "form__fields" });
    this.messages = h("div", { class: "form__messages" });
    this.node = h("div", { class: "form" },
      h("h1", {}, t(item ? "form.edit_title" : "form.new_title")), this.top, this.body, this.messages, this.buttons());
    this.fields.set("photos", photosField(this));
    this.fields.set("title", titleField(this));
    this.fields.set("description", descriptionField(this));
    this.fields.set("category", categoryField(this));
    if (config.traps.price_mount_delay_ms === null) this.fields.set("price", priceField(this));
    this.mount();
  }

  buttons() {
    const act = actions(this);
    const isNew = !this.item;
    const drafting = isNew || this.item.is_draft;
    // `disabled` stays false, also on an empty form (vinted-facts A2, confidence H).
    return h("div", { class: "form__buttons" },
      drafting && !isNew && h("button", { type: "button", class: "button danger-quiet", testid: "upload-form-delete-draft-button", on: { click: act.deleteDraft } }, t("form.delete_draft")),
      drafting && h("button", { type: "button", class: "button outlined", testid: "upload-form-save-draft-button", on: { click: act.saveDraft } }, t("form.save_draft")),
      h("button", { type: "button", class: "button", testid: "upload-form-save-button", on: { click: act.publish } }, t(drafting ? "form.publish" : "form.save")));
  }

  order() {
    const known = ["title", "description", "category", "brand", "size", "condition", "color", "material", "extras", "unisex", "measurements", "isbn", "price", "parcel"];
    return drift.order(known).flatMap((key) => (key === "extras" ? [...this.fields.keys()].filter((name) => name.startsWith("extra:")) : [key]))
      .filter((key) => this.fields.has(key));
  }

  /** Puts slots for all mounted fields in order; those that are there stay the same nodes. */
  mount() {
    for (const [key, slot] of this.slots) {
      if (!this.fields.has(key)) {
        slot.remove();
        this.slots.delete(key);
      }
    }
    for (const key of this.fields.keys()) {
      if (this.slots.has(key)) continue;
      this.slots.set(key, h("div", { class: "slot" }));
      this.refresh(key);
    }
    if (!this.top.firstChild) this.top.append(this.slots.get("photos"));
    let at = this.body.firstChild;
    for (const key of this.order()) {
      const slot = this.slots.get(key);
      if (slot === at) at = at.nextSibling;
      else this.body.insertBefore(slot, at);
    }
  }

  /** Draws a field anew, from its value. */
  refresh(key) {
    this.slots.get(key)?.replaceChildren(this.fields.get(key).build());
  }

  /** A field's value stands. */
  committed(key) {
    if (["brand", "condition", "category"].includes(key)) this.fields.get("price")?.suggest();
    if (!config.traps.rerender) return;
    setTimeout(() => {
      fired("rerender");
      for (const [other, slot] of this.slots) {
        if (other !== key && other !== "photos" && !slot.contains(document.activeElement)) this.refresh(other);
      }
    }, RERENDER_AFTER_MS);
  }

  /** A leaf was chosen: what hangs on the category goes, what the new one asks for comes. */
  setCategory(leaf) {
    if (leaf?.id === this.state.category?.id) return;
    this.state.category = leaf;
    this.state.size = null;
    this.state.extras = {};
    this.loadDetails().catch((error) => this.failed(error));
  }

  async loadDetails() {
    const { id } = this.state.category;
    const [attributes, parcels] = await Promise.all([
      api("POST", "/api/v2/item_upload/attributes", { attributes: [{ code: "category", value: [id] }] }),
      api("GET", `/shipping-estimation/external/catalogs/${id}/package_sizes`),
    ]);
    if (this.state.category.id !== id) return;
    this.parcels = parcels.body.package_sizes;
    if (!this.state.parcelTouched) this.state.parcel = parcels.body.default_package_size_id;
    for (const key of [...this.fields.keys()]) {
      if (!["photos", "title", "description", "category", "price"].includes(key)) {
        this.fields.get(key).destroy?.();
        this.fields.delete(key);
        this.slots.get(key)?.remove();
        this.slots.delete(key);
      }
    }
    for (const attribute of attributes.body.attributes) this.addDetail(attribute);
    this.fields.set("parcel", parcelField(this));
    this.mount();
    this.mountPriceLate();
  }

  addDetail({ code, configuration }) {
    const make = {
      brand: () => brandField(this),
      size: () => sizeField(this, configuration),
      condition: () => conditionField(this, configuration),
      color: () => colourField(this),
      material: () => materialField(this, configuration),
      unisex: () => unisexField(this),
      measurements: () => measurementFields(this),
      isbn: () => isbnField(this),
    }[code];
    if (make) this.fields.set(code, make());
    else this.fields.set(`extra:${code}`, extraField(this, { code, configuration }));
  }

  mountPriceLate() {
    if (this.fields.has("price")) return;
    setTimeout(() => {
      if (this.fields.has("price")) return;
      fired("price_mount_delay_ms");
      this.fields.set("price", priceField(this));
      this.mount();
    }, config.traps.price_mount_delay_ms);
  }

  addError(field, value) {
    this.state.errors.push({ field, value });
  }

  clearErrors() {
    const fields = this.state.errors.map((error) => error.field);
    this.state.errors = [];
    this.messages.replaceChildren();
    this.refreshFor(fields);
  }

  showErrors(errors) {
    this.state.errors = errors;
    this.messages.replaceChildren(h("div", { class: "message message--bad", role: "alert", testid: "form-errors" },
      h("p", {}, t("form.errors")), h("ul", {}, errors.map((error) => h("li", {}, error.value)))));
    this.refreshFor(errors.map((error) => error.field));
  }

  refreshFor(fields) {
    for (const field of new Set(fields)) this.refresh(field === "package_size" ? "parcel" : field);
  }

  /** Anything that went wrong besides validation. A challenge and a wall have shown themselves already. */
  failed(error) {
    if (!(error instanceof CallFailed)) throw error;
    if (error.kind === "challenge" || error.kind === "wall") return;
    const text = error.kind === "session" ? t("form.session_gone") : t("form.went_wrong");
    this.messages.replaceChildren(h("div", { class: "message message--bad", role: "alert", testid: "form-general-error" }, text));
  }

  /** Takes over a stored listing's values. */
  async prefill() {
    const { item } = (await api("GET", `/api/v2/item_upload/items/${this.item.id}`)).body;
    const { state } = this;
    const amount = typeof item.price === "object" ? item.price.amount : item.price;
    const ids = (code) => item.item_attributes.find((attribute) => attribute.code === code)?.ids ?? [];
    Object.assign(state, {
      photos: item.photos.map(({ id, url, orientation }) => ({ id, url, orientation })),
      title: item.title,
      description: item.description,
      unisex: item.is_unisex,
      isbn: item.isbn ?? "",
      measurement_length: item.measurement_length?.toString() ?? "",
      measurement_width: item.measurement_width?.toString() ?? "",
      brand: item.brand ? { id: item.brand_id, title: item.brand } : null,
      parcel: item.package_size_id,
      parcelTouched: item.package_size_id !== null,
      priceCents: Math.round(Number(amount) * 100),
    });
    state.priceText = state.priceCents > 0 ? money(state.priceCents) : "";
    if (item.temp_uuid) this.session = item.temp_uuid;
    this.colours = (await api("GET", "/api/v2/item_upload/colors")).body.colors;
    state.colours = item.color_ids.map((id) => this.colours.find((colour) => colour.id === id)).filter(Boolean)
      .map(({ id, title }) => ({ id, title }));
    this.fields.set("photos", photosField(this));
    if (item.catalog_id) {
      state.category = { id: item.catalog_id, title: item.catalog_title.split(" > ").at(-1) };
      const { body } = await api("POST", "/api/v2/item_upload/attributes", { attributes: [{ code: "category", value: [item.catalog_id] }] });
      const options = (code) => body.attributes.find((attribute) => attribute.code === code)?.configuration?.options ?? [];
      const pick = (list, wanted) => list.filter((option) => wanted.includes(option.id)).map(({ id, title }) => ({ id, title }));
      state.size = pick(options("size").flatMap((group) => group.options), ids("size"))[0] ?? null;
      state.condition = pick(options("condition"), ids("condition"))[0] ?? null;
      state.materials = pick(options("material"), ids("material"));
      for (const { code } of item.item_attributes) {
        if (!["size", "condition", "material"].includes(code)) state.extras[code] = pick(options(code), ids(code))[0] ?? null;
      }
      await this.loadDetails();
    }
    for (const key of ["photos", "title", "description", "category", "price"]) this.refresh(key);
  }
}
