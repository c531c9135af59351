// Sending the form (vinted-facts A7) and what follows (A4).

import { dialog } from "../modal.js";
import { api, CallFailed } from "../net.js";
import { t, viewer } from "../page.js";

const number = (text) => (text.trim() === "" ? null : Number(text.replace(",", ".")));

function fields(form, id) {
  const { state } = form;
  const attributes = [
    ["size", state.size ? [state.size.id] : []],
    ["condition", state.condition ? [state.condition.id] : []],
    ["material", state.materials.map((entry) => entry.id)],
    ...Object.entries(state.extras).map(([code, option]) => [code, option ? [option.id] : []]),
  ];
  return {
    id,
    currency: "EUR",
    temp_uuid: form.session,
    title: state.title,
    description: state.description,
    brand_id: state.brand?.id ?? null,
    brand: state.brand?.title ?? "",
    catalog_id: state.category?.id ?? null,
    isbn: state.isbn || null,
    is_unisex: state.unisex,
    ai_photo: false,
    price: state.priceCents / 100,
    package_size_id: state.parcel,
    shipment_prices: { domestic: null, international: null },
    color_ids: state.colours.map((entry) => entry.id),
    assigned_photos: state.photos.map(({ id: photo, orientation }) => ({ id: photo, orientation })),
    measurement_length: number(state.measurement_length),
    measurement_width: number(state.measurement_width),
    item_attributes: attributes.filter(([, ids]) => ids.length > 0).map(([code, ids]) => ({ code, ids })),
    manufacturer: null,
    manufacturer_labelling: null,
  };
}

function body(form, wrapper, id) {
  return { [wrapper]: fields(form, id), feedback_id: null, push_up: false, parcel: null, upload_session_id: form.session };
}

const FORM_HEADERS = {
  "x-upload-form": "true",
  "x-enable-dynamic-attribute-condition": "true",
  "x-enable-dynamic-attribute-size": "true",
  "x-enable-multiple-size-groups": "true",
};

/** A brand of high value wants three photos before the call is made at all. */
async function wantsMorePhotos(form) {
  const { brand, photos, category } = form.state;
  if (!brand?.id || photos.length >= 3) return false;
  const answer = await api("POST", "/api/v2/offline_verification/eligibility", {
    brand_id: brand.id, catalog_id: category?.id, photo_count: photos.length,
  });
  if (!answer.body.show_photo_tips_modal) return false;
  dialog({
    title: t("form.more_photos"), text: t("form.more_photos_hint"), testid: "photo-tips-modal", closeTestid: "photo-tips-modal-close-button",
    buttons: [{ label: t("form.close"), testid: "photo-tips-modal-dismiss" }],
  });
  return true;
}

async function publish(form) {
  if (await wantsMorePhotos(form)) return;
  const { item } = form;
  const answer = item?.is_draft
    ? await api("POST", `/api/v2/item_upload/drafts/${item.id}/completion`, body(form, "draft", item.id), FORM_HEADERS)
    : await api("POST", "/api/v2/item_upload/items", body(form, "item", null), FORM_HEADERS);
  land(answer);
}

function land(answer) {
  const { id } = answer.body.item;
  const landing = answer.headers.get("x-practice-landing");
  if (answer.body.after_upload_actions.includes("show_upload_another_item_tip")) {
    dialog({
      title: t("form.published"), testid: "upload-another-item-tip", closeTestid: "upload-another-item-tip-close-button",
      buttons: [{ label: t("form.another"), run: () => location.assign("/items/new") }],
      onClose: () => location.assign(`/member/${viewer.id}`),
    });
  } else if (landing === "profile") location.assign(`/member/${viewer.id}`);
  else location.assign(`/items/${id}`);
}

async function saveDraft(form) {
  const { item } = form;
  if (item) await api("PUT", `/api/v2/item_upload/drafts/${item.id}`, body(form, "draft", item.id), FORM_HEADERS);
  else await api("POST", "/api/v2/item_upload/drafts", body(form, "draft", null), FORM_HEADERS);
  location.assign(`/member/${viewer.id}`);
}

async function saveItem(form) {
  const { item } = form;
  await api("PUT", `/api/v2/item_upload/items/${item.id}`, body(form, "item", item.id), FORM_HEADERS);
  location.assign(`/items/${item.id}`);
}

async function deleteDraft(form) {
  await api("DELETE", `/api/v2/item_upload/drafts/${form.item.id}`);
  location.assign(`/member/${viewer.id}`);
}

/** Wraps an action: one at a time, errors to the form. */
function guarded(form, action) {
  return async () => {
    if (form.sending) return;
    form.sending = true;
    form.clearErrors();
    try {
      await action(form);
    } catch (error) {
      if (error instanceof CallFailed && error.kind === "validation") form.showErrors(error.answer.errors);
      else form.failed(error);
    } finally {
      form.sending = false;
    }
  };
}

export const actions = (form) => ({
  publish: guarded(form, form.item && !form.item.is_draft ? saveItem : publish),
  saveDraft: guarded(form, saveDraft),
  deleteDraft: guarded(form, deleteDraft),
});
