// Draws what the page knows, once a frame at most.
import { byId, isOpen, left, page, photos, remember } from "./state.js";
import { leadOf, say, sayCount, sizeOf } from "./words.js";

let drawing = 0;

export function draw() {
  if (drawing === 0) drawing = requestAnimationFrame(drawNow);
}

function drawNow() {
  drawing = 0;
  const count = (state) => photos.filter((photo) => photo.state === state).length;
  const done = count("done");
  const refused = count("refused");
  const again = count("again");
  const open = left();
  const [title, lead] = told(done, refused, again, open);
  text(byId("title"), title);
  text(byId("lead"), lead);
  const notice = page.offline ? say("offline") : page.tooMany > 0 ? say("atMost", { n: page.tooMany }) : "";
  text(byId("notice"), notice);
  byId("notice").hidden = notice === "";
  byId("overall").hidden = photos.length === 0;
  const total = photos.reduce((sum, photo) => sum + photo.size, 0);
  const sent = photos.reduce((sum, photo) => sum + (photo.state === "refused" ? photo.size : photo.sent), 0);
  byId("bar").value = total === 0 ? 0 : sent / total;
  chip("received", "chipReceived", done);
  chip("sending", "chipSending", open);
  chip("refused", "chipRefused", refused);
  byId("buttons").hidden = page.screen !== "ready";
  byId("stop").hidden = count("waiting") === 0;
  for (const photo of photos) drawRow(photo);
}

function told(done, refused, again, open) {
  if (page.screen !== "ready") return [say(page.screen), leadOf(page.screen)];
  if (open > 0) {
    const total = done + refused + open;
    const time = timeLeft();
    const lead = time === "" ? say("keepOpen") : say("left", { time }) + " " + say("keepOpen");
    return [sayCount("received", done, { done, total }), lead];
  }
  if (again > 0) return [sayCount("again", again), say("againLead")];
  if (done > 0 && refused === 0) return [sayCount("allDone", done), say("allDoneLead")];
  if (done > 0 || refused > 0) return [sayCount("someDone", done), say("someDoneLead")];
  return [say("start"), say("startLead")];
}

function timeLeft() {
  const seconds = (Date.now() - page.begunAt) / 1000;
  if (page.begunAt === 0 || seconds < 2 || page.sentSince === 0 || page.offline) return "";
  const bytes = photos.filter(isOpen).reduce((sum, photo) => sum + photo.size - photo.sent, 0);
  const rest = Math.ceil((bytes * seconds) / page.sentSince);
  if (rest < 1) return "";
  return rest < 60 ? say("seconds", { n: rest }) : say("minutes", { n: Math.ceil(rest / 60) });
}

function chip(id, name, n) {
  byId(id).hidden = n === 0;
  text(byId(id), sayCount(name, n));
}

function drawRow(photo) {
  if (!photo.row) {
    const row = document.createElement("li");
    const picture = element("div", "blank");
    const name = element("span", "name");
    const state = element("span", "state");
    const end = element("span", "end");
    name.textContent = photo.name;
    row.append(picture, name, end, state);
    photo.row = { row, state, end, bar: null, shown: "" };
    byId("photos").append(row);
  }
  const { row, state, end } = photo.row;
  const percent = photo.size === 0 ? 0 : Math.floor((photo.sent / photo.size) * 100);
  const shown = photo.state + percent + photo.why;
  if (photo.row.shown === shown) return;
  photo.row.shown = shown;
  row.dataset.state = photo.state;
  const size = sizeOf(photo.size);
  if (photo.state === "sending") {
    if (!photo.row.bar) {
      photo.row.bar = element("progress", "");
      photo.row.bar.max = 1;
      photo.row.bar.setAttribute("aria-label", photo.name);
      state.replaceChildren(photo.row.bar);
    }
    photo.row.bar.value = percent / 100;
    text(end, percent + " %");
    return;
  }
  photo.row.bar = null;
  const line = {
    waiting: () => say("waiting", { size }),
    checking: () => say("checking", { size }),
    done: () => say("inPlace", { size }),
    refused: () => photo.why,
    again: () => say("chooseAgain"),
  }[photo.state];
  text(state, line());
  if (photo.state === "done") text(end, "✓");
  else if (photo.state === "refused" || photo.state === "again") remover(photo, end);
  else text(end, "");
  if (photo.state === "done") end.setAttribute("aria-hidden", "true");
}

function remover(photo, end) {
  const button = element("button", "");
  button.type = "button";
  button.textContent = "×";
  button.setAttribute("aria-label", say("remove", { name: photo.name }));
  button.onclick = () => {
    photos.splice(photos.indexOf(photo), 1);
    photo.row.row.remove();
    remember();
    draw();
  };
  end.replaceChildren(button);
}

/** The photo, small; one at a time, since each is decoded whole. A phone that cannot show it shows a blank. */
let drawn = Promise.resolve();
export function drawSmall(photo) {
  drawn = drawn.then(async () => {
    const address = URL.createObjectURL(photo.file);
    try {
      const image = new Image();
      image.src = address;
      await image.decode();
      const canvas = document.createElement("canvas");
      canvas.width = 88;
      canvas.height = 104;
      const scale = Math.max(88 / image.naturalWidth, 104 / image.naturalHeight);
      const width = image.naturalWidth * scale;
      const height = image.naturalHeight * scale;
      canvas.getContext("2d").drawImage(image, (88 - width) / 2, (104 - height) / 2, width, height);
      if (photo.row) photo.row.row.querySelector(".blank")?.replaceWith(canvas);
    } catch {
      // HEIC outside Safari.
    } finally {
      URL.revokeObjectURL(address);
    }
  });
  return drawn;
}

function element(tag, name) {
  const made = document.createElement(tag);
  if (name !== "") made.className = name;
  return made;
}
function text(node, value) {
  if (node.textContent !== value) node.textContent = value;
}
export function announce(value) {
  text(byId("said"), value);
}
