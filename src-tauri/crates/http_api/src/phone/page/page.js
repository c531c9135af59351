// Sends photos to the computer in parts. A lost connection is waited out; after a reload the same photos are picked
// again, and only what is missing is sent. This file connects, takes what is chosen, and listens to the phone.
import { ask, Refused, wakeUp } from "./ask.js";
import { pump, refuse, stayAwake } from "./send.js";
import { draw } from "./show.js";
import { byId, keep, left, MOST, page, photos, recall, remember } from "./state.js";
import { say, sizeOf } from "./words.js";

async function start() {
  // The secret leaves the address bar, and with it the history, before anything else.
  const secret = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  recall();
  draw();
  try {
    if (page.token !== "") {
      try {
        await meet();
        return;
      } catch (error) {
        if (!(error instanceof Refused) || error.status !== 401) throw error;
        page.token = "";
        keep("token", "");
        page.screen = "shutOut";
      }
    }
    if (secret === "") {
      if (page.screen === "connecting") page.screen = "scan";
      return;
    }
    const paired = await ask("POST", "/api/pair", { secret });
    page.token = paired.token;
    keep("token", page.token);
    await meet();
  } catch (error) {
    page.screen = error instanceof Refused && error.status === 401 ? "codeOld" : "noPairing";
  } finally {
    draw();
    pump();
  }
}
async function meet() {
  const known = await ask("GET", "/api/phone");
  page.maxBytes = known.max_bytes;
  page.screen = "ready";
}

function add(files) {
  let open = left();
  page.tooMany = 0;
  for (const file of files) {
    const same = (photo) => photo.name === file.name && photo.size === file.size;
    const again = photos.find((photo) => photo.state === "again" && same(photo));
    const there = photos.some((photo) => photo.state !== "refused" && photo.state !== "again" && same(photo) && photo.modified === file.lastModified);
    if (there) continue;
    if (open >= MOST) {
      page.tooMany += 1;
      continue;
    }
    const photo = again || { name: file.name, row: null, mark: "" };
    Object.assign(photo, { size: file.size, type: file.type, file, modified: file.lastModified, state: "waiting", sent: 0, why: "" });
    if (!again) photos.push(photo);
    if (file.type.startsWith("video/")) refuse(photo, say("video"));
    else if (file.size === 0) refuse(photo, say("empty"));
    else if (file.size > page.maxBytes) refuse(photo, say("tooLarge", { max: sizeOf(page.maxBytes) }));
    else open += 1;
  }
  remember();
  pump();
}

for (const id of ["pick", "shoot"]) {
  byId(id).addEventListener("change", (event) => {
    const files = [...event.target.files];
    // The same photo may be chosen again.
    event.target.value = "";
    add(files);
  });
}
byId("stop").addEventListener("click", () => {
  for (const photo of photos.filter((each) => each.state === "waiting")) {
    photos.splice(photos.indexOf(photo), 1);
    if (photo.row) photo.row.row.remove();
  }
  remember();
  draw();
});
window.addEventListener("online", wakeUp);
window.addEventListener("pageshow", wakeUp);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible") return;
  wakeUp();
  if (left() > 0) void stayAwake();
});
window.addEventListener("beforeunload", (event) => {
  if (left() > 0) event.preventDefault();
});
// Scanned again while the page is open: the new code's secret is in the address.
window.addEventListener("hashchange", () => location.reload());
void start();
