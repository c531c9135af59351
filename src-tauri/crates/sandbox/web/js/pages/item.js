import { h } from "../dom.js";
import { dialog } from "../modal.js";
import { money } from "../money.js";
import { api } from "../net.js";
import { config, data, t } from "../page.js";
import { avatar, draw } from "../shell.js";

const { item } = data;
const parcel = { 1: "form.parcel.small", 2: "form.parcel.medium", 3: "form.parcel.large" }[item.package_size_id];

function detail(key, value, testid) {
  return value && h("div", { class: "detail", testid }, h("dt", {}, t(key)), h("dd", {}, value));
}

/** Runs an owner's action; what goes wrong is said. */
function attempt(action) {
  action().catch(() => dialog({ title: t("item.confirm_failed"), buttons: [{ label: t("form.close") }] }));
}

async function mark(state) {
  await api("POST", `/api/v2/items/${item.id}/mark`, { state });
  location.reload();
}

async function remove() {
  await api("POST", `/api/v2/items/${item.id}/delete`);
  location.assign(`/member/${item.owner.id}`);
}

function askDelete() {
  dialog({
    title: t("item.delete_question"), text: t("item.delete_hint"), testid: "item-delete-modal",
    buttons: [
      { label: t("item.cancel"), kind: "outlined", testid: "item-delete-cancelation-button" },
      { label: t("item.delete_confirm"), kind: "danger", testid: "item-delete-confirmation-button", run: () => attempt(remove) },
    ],
  });
}

function ownerPanel() {
  const button = (label, testid, run, kind = "outlined") =>
    h("button", { type: "button", class: `button wide ${kind}`, testid, on: { click: run } }, t(label));
  return h("div", { class: "owner-panel" },
    button("item.bump", "item-bump-button", () => dialog({ title: t("item.bump"), text: t("item.bump_hint"), buttons: [{ label: t("form.close") }] }), ""),
    button("item.sold", "mark-as-sold-button", () => attempt(() => mark("sold"))),
    button(item.is_reserved ? "item.unreserved" : "item.reserved", "mark-as-reserved-button", () => attempt(() => mark("reserved"))),
    button(item.is_hidden ? "item.unhide" : "item.hide", "item-hide-button", () => attempt(() => mark("hidden"))),
    h("a", { class: "button wide outlined", href: `/items/${item.id}/edit`, testid: "item-edit-button" }, t("item.edit")),
    button("item.delete", "item-delete-button", askDelete, "danger-quiet"));
}

const [length, width] = item.measurements;
const measures = [length && `${length} cm`, width && `${width} cm`].filter(Boolean).join(" × ");
const state = ["closed", "reserved", "hidden"].find((name) => item[`is_${name}`]);
const stateKey = { closed: "item.is_sold", reserved: "item.is_reserved", hidden: "item.is_hidden" }[state];

draw(h("div", { class: "item" },
  h("div", { class: `gallery gallery--${Math.min(item.photos.length, 5)}` }, item.photos.map((photo, index) =>
    h("img", { src: photo.url, alt: `${item.title} (${index + 1})`, testid: `item-photo-${index + 1}--img` }))),
  h("aside", { class: "item__side" },
    h("div", { class: "panel" },
      state && h("p", { class: "badge", testid: "item-status" }, t(stateKey)),
      h("h1", { testid: "item-title" }, item.title),
      h("p", { class: "item__price", testid: "item-price" }, money(Math.round(Number(item.price.amount) * 100))),
      h("dl", { class: "details" },
        detail("item.brand", item.brand, "item-attributes-brand"),
        detail("item.size", item.size, "item-attributes-size"),
        detail("item.condition", item.status, "item-attributes-status"),
        detail("item.color", item.colors.join(", "), "item-attributes-color"),
        detail("item.material", item.materials.join(", "), "item-attributes-material"),
        detail("item.unisex", item.is_unisex && t("item.yes"), "item-attributes-unisex"),
        detail("item.measurements", measures, "item-attributes-measurements"),
        detail("item.isbn", item.isbn, "item-attributes-isbn"),
        detail("item.parcel", parcel && t(parcel), "item-attributes-parcel"),
        detail("item.category", item.category?.join(" > "), "item-attributes-category"),
        detail("item.added", new Date(item.created_at_ts).toLocaleString(config.lang), "item-attributes-upload_date")),
      h("h2", {}, t("item.description")),
      h("div", { class: "item__description", testid: "item-description" }, item.description)),
    item.own && ownerPanel(),
    h("a", { class: "panel seller", href: `/member/${item.owner.id}` },
      h("img", { src: avatar(item.owner.login), alt: "", width: 40, height: 40 }),
      h("span", {}, h("small", {}, t("item.seller")), item.owner.login)))));
