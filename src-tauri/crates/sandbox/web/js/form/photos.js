// Photos: each file is sent at once; the thumbnail's picture appears when the server has it.

import { h, icon, ICONS } from "../dom.js";
import { api, CallFailed } from "../net.js";
import { t } from "../page.js";
import { fieldShell } from "./texts.js";

const PHOTOS_MAX = 20;
/** Files on their way at the same time. */
const LANES = 3;

export function photosField(form) {
  /** Thumbnails in the order chosen: {photo} when there, {file} on its way. */
  let tiles = form.state.photos.map((photo) => ({ photo }));
  const waiting = [];
  let busy = 0;

  function changed() {
    form.state.photos = tiles.filter((tile) => tile.photo).map((tile) => tile.photo);
    form.state.uploading = tiles.some((tile) => tile.file);
    form.refresh("photos");
  }

  function add(files) {
    form.state.errors = form.state.errors.filter((error) => error.field !== "photos");
    const room = PHOTOS_MAX - tiles.length;
    if (files.length > room) form.addError("photos", t("form.photos_many"));
    for (const file of [...files].slice(0, Math.max(0, room))) {
      const tile = { file };
      tiles.push(tile);
      waiting.push(tile);
    }
    changed();
    next();
  }

  function next() {
    while (busy < LANES && waiting.length > 0) {
      const tile = waiting.shift();
      busy += 1;
      send(tile).finally(() => {
        busy -= 1;
        changed();
        next();
      });
    }
  }

  async function send(tile) {
    const body = new FormData();
    body.append("photo[type]", "item");
    body.append("photo[temp_uuid]", form.session);
    body.append("photo[file]", tile.file, tile.file.name);
    try {
      const answer = await api("POST", "/api/v2/photos", body);
      tile.photo = { id: answer.body.id, url: answer.body.url, orientation: answer.body.orientation };
      tile.file = null;
    } catch (error) {
      tiles = tiles.filter((other) => other !== tile);
      if (!(error instanceof CallFailed) || !["validation", "server", "network"].includes(error.kind)) return form.failed(error);
      form.addError("photos", error.answer.errors?.[0]?.value ?? t("form.photo_failed"));
    }
  }

  function remove(tile) {
    tiles = tiles.filter((other) => other !== tile);
    changed();
  }

  // Kept over redrawing: a driven browser may hold on to it.
  const input = h("input", {
    type: "file", name: "photos", testid: "add-photos-input", class: "u-hidden", multiple: true,
    accept: "image/jpeg,image/gif,image/png,image/webp", aria: { label: t("form.photos_add") },
    on: {
      change: () => {
        add(input.files);
        input.value = "";
      },
    },
  });

  function tileNode(tile, index) {
    if (tile.file) return h("div", { class: "tile tile--waiting", role: "status" }, h("span", { class: "spinner" }));
    return h("div", { class: "tile" },
      h("img", { src: tile.photo.url, alt: `${t("form.photo_uploaded")} ${index + 1}` }),
      h("button", {
        type: "button", class: "tile__delete", testid: `media-select-grid-delete-button-${index}`,
        aria: { label: `${t("form.photo_delete")} ${index + 1}` }, on: { click: () => remove(tile) },
      }, icon(ICONS.close, 16)));
  }

  function build() {
    const drop = (event) => {
      event.preventDefault();
      add(event.dataTransfer.files);
    };
    return fieldShell(form, { key: "photos", note: t("form.photos_hint") },
      h("div", { class: "media-upload", testid: "media-upload" },
        h("div", {
          class: "dropzone", testid: "dropzone", on: { dragover: (event) => event.preventDefault(), drop },
        },
          input,
          tiles.length > 0 && h("div", { class: "tiles", testid: "media-upload-grid" }, tiles.map(tileNode)),
          h("button", { type: "button", class: "button outlined", on: { click: () => input.click() } }, icon(ICONS.plus), t("form.photos_add")))));
  }

  return { build };
}
