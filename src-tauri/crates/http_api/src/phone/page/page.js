// Sends photos to the computer in parts. A lost connection is waited out; after a reload the same photos are picked
// again, and only what is missing is sent.
"use strict";
(() => {
  const AT_ONCE = 2;
  const MOST = 100;
  const PATIENCE = 60_000;
  const LONGEST_WAIT = 8_000;
  const END_BYTES = 65_536;

  const words = JSON.parse(byId("words").textContent);
  const french = document.documentElement.lang === "fr";
  /** @type {{name: string, size: number, type: string, file: File|null, mark: string, state: string, sent: number, why: string, row: object|null}[]} */
  const photos = [];
  let token = kept("token");
  let maxBytes = 15 * 1024 * 1024;
  let active = 0;
  let screen = "connecting";
  let offline = false;
  let begunAt = 0;
  let sentSince = 0;
  let drawing = 0;
  const sleepers = new Set();
  let lock = null;
  let tooMany = 0;

  class Refused extends Error {
    constructor(status, code) {
      super(code);
      this.status = status;
      this.code = code;
    }
  }

  function byId(id) {
    return document.getElementById(id);
  }
  function say(name, values = {}) {
    return words[name].replace(/\{(\w+)\}/g, (_, key) => String(values[key]));
  }
  /** French counts nothing as one. */
  function sayCount(name, n, values = {}) {
    const one = french ? n < 2 : n === 1;
    return say(name + (one ? "_one" : "_other"), { n, ...values });
  }
  function sizeOf(bytes) {
    const number = (value) => value.toLocaleString(french ? "fr" : "en", { maximumFractionDigits: 1 });
    return bytes < 100_000
      ? say("kilobytes", { n: number(Math.max(bytes / 1000, 0.1)) })
      : say("megabytes", { n: number(bytes / 1_000_000) });
  }

  // A private window may refuse to keep anything: then pairing lasts as long as the page.
  function kept(name) {
    try {
      return localStorage.getItem(name) || "";
    } catch {
      return "";
    }
  }
  function keep(name, value) {
    try {
      if (value === "") localStorage.removeItem(name);
      else localStorage.setItem(name, value);
    } catch {
      // As above.
    }
  }

  // Asking the computer

  /** One request; `null` where no answer came. */
  function once(method, path, body, onSent) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open(method, path);
      request.timeout = PATIENCE;
      if (token !== "") request.setRequestHeader("Authorization", "Bearer " + token);
      let sent = body ?? null;
      if (body !== undefined && !(body instanceof Blob)) {
        request.setRequestHeader("Content-Type", "application/json");
        sent = JSON.stringify(body);
      }
      if (body instanceof Blob) request.setRequestHeader("Content-Type", "application/octet-stream");
      if (onSent) request.upload.onprogress = (event) => onSent(event.loaded);
      request.onload = () => {
        let answer = null;
        try {
          answer = JSON.parse(request.responseText);
        } catch {
          // Cut off, or not our computer: as no answer.
        }
        resolve(answer === null ? null : { status: request.status, answer, wait: request.getResponseHeader("Retry-After") });
      };
      request.onerror = request.ontimeout = request.onabort = () => resolve(null);
      request.send(sent);
    });
  }

  /** Asks until there is an answer; throws `Refused` for one that will not change. */
  async function ask(method, path, body, onSent) {
    for (let tries = 0; ; tries += 1) {
      const said = await once(method, path, body, onSent);
      if (said && said.status < 300) {
        setOffline(false);
        return said.answer.data;
      }
      const passing = !said || said.status === 429 || said.status === 408 || said.status === 500;
      if (!passing) {
        setOffline(false);
        throw new Refused(said.status, (said.answer.error && said.answer.error.code) || "");
      }
      if (!said) setOffline(true);
      const asked = said && said.wait ? Number(said.wait) * 1000 : 0;
      await pause(Math.max(asked, Math.min(500 * 2 ** tries, LONGEST_WAIT)));
    }
  }

  /** Waits; shorter where the phone wakes up or the network is back. */
  function pause(ms) {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        sleepers.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      sleepers.add(end);
    });
  }
  function wakeUp() {
    for (const end of [...sleepers]) end();
  }

  // Sending

  async function markOf(file) {
    const ends = [file.slice(0, END_BYTES)];
    if (file.size > END_BYTES) ends.push(file.slice(Math.max(END_BYTES, file.size - END_BYTES)));
    let crc = 0xffffffff;
    for (const end of ends) {
      for (const byte of new Uint8Array(await end.arrayBuffer())) {
        crc ^= byte;
        for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
      }
    }
    return (~crc >>> 0).toString(16).padStart(8, "0");
  }

  const isOpen = (photo) => photo.state === "waiting" || photo.state === "sending" || photo.state === "checking";
  const left = () => photos.filter(isOpen).length;

  function pump() {
    while (active < AT_ONCE && token !== "") {
      const next = photos.find((photo) => photo.state === "waiting");
      if (!next) break;
      active += 1;
      next.state = "sending";
      send(next).then(
        () => ended(next),
        (error) => {
          if (error instanceof Refused && error.status === 401) shutOut();
          else refuse(next, error instanceof Refused ? reasonOf(error.code) : say("unreadable"));
          ended(next);
        },
      );
    }
    draw();
  }

  function ended() {
    active -= 1;
    remember();
    if (left() === 0) {
      letSleep();
      announce(byId("title").textContent);
      begunAt = 0;
    }
    pump();
  }

  async function send(photo) {
    if (begunAt === 0) {
      begunAt = Date.now();
      sentSince = 0;
      stayAwake();
    }
    photo.mark = await markOf(photo.file);
    remember();
    void drawSmall(photo);
    for (let tries = 0; ; tries += 1) {
      let upload = await ask("POST", "/api/upload/init", {
        filename: photo.name,
        size: photo.size,
        mime: photo.type,
        mark: photo.mark,
        left: left(),
      });
      try {
        upload = await sendParts(photo, upload);
      } catch (error) {
        // It was given up or completed meanwhile, or its parts are gone: asked for anew.
        const changed = error instanceof Refused && (error.status === 404 || error.status === 409 || error.code === "invalid_field");
        if (changed && tries < 3) {
          await pause(1000);
          continue;
        }
        throw error;
      }
      if (upload.status === "ready") {
        photo.state = "done";
        photo.sent = photo.size;
      } else refuse(photo, reasonOf(upload.reason || ""));
      return;
    }
  }

  async function sendParts(photo, begun) {
    let upload = begun;
    const path = "/api/upload/" + upload.id;
    while (upload.status === "pending" || upload.status === "processing") {
      if (upload.status === "processing") {
        photo.state = "checking";
        draw();
        await pause(700);
        // Not only looked at: what a program that died was at is taken up by completing it again.
        upload = await ask("POST", path + "/complete");
        continue;
      }
      const size = upload.part_size;
      const bytesOf = (index) => Math.min(size, photo.size - index * size);
      const missing = upload.missing_parts;
      const here = photo.size - missing.reduce((sum, index) => sum + bytesOf(index), 0);
      progressTo(photo, here);
      if (missing.length === 0) {
        photo.state = "checking";
        draw();
        upload = await ask("POST", path + "/complete");
        continue;
      }
      const index = missing[0];
      const part = photo.file.slice(index * size, index * size + bytesOf(index));
      // Read first: a photo that the phone took away fails here, and is not taken for a lost connection.
      const bytes = new Blob([await part.arrayBuffer()]);
      upload = await ask("POST", path + "/part?index=" + index, bytes, (sent) =>
        progressTo(photo, here + Math.min(sent, bytes.size)),
      );
    }
    return upload;
  }

  function progressTo(photo, sent) {
    sentSince += Math.max(sent - photo.sent, 0);
    photo.sent = sent;
    draw();
  }

  function refuse(photo, why) {
    photo.state = "refused";
    photo.why = why;
  }

  function reasonOf(code) {
    if (code === "file_too_large" || code === "image_too_large") return say("tooLarge", { max: sizeOf(maxBytes) });
    if (["not_an_image", "unsupported_format", "corrupt_image", "decode_limit"].includes(code)) return say("notAnImage");
    if (code === "too_many_files" || code === "rate_limited") return say("tooMany");
    if (code === "storage_full") return say("diskFull");
    return say("notTaken");
  }

  // Choosing

  function add(files) {
    let open = left();
    tooMany = 0;
    for (const file of files) {
      const same = (photo) => photo.name === file.name && photo.size === file.size;
      const again = photos.find((photo) => photo.state === "again" && same(photo));
      const there = photos.some((photo) => photo.state !== "refused" && photo.state !== "again" && same(photo) && photo.modified === file.lastModified);
      if (there) continue;
      if (open >= MOST) {
        tooMany += 1;
        continue;
      }
      const photo = again || { name: file.name, row: null, mark: "" };
      Object.assign(photo, { size: file.size, type: file.type, file, modified: file.lastModified, state: "waiting", sent: 0, why: "" });
      if (!again) photos.push(photo);
      if (file.type.startsWith("video/")) refuse(photo, say("video"));
      else if (file.size === 0) refuse(photo, say("empty"));
      else if (file.size > maxBytes) refuse(photo, say("tooLarge", { max: sizeOf(maxBytes) }));
      else open += 1;
    }
    remember();
    pump();
  }

  /** What is not finished, for the page after a reload. */
  function remember() {
    const open = photos.filter((photo) => isOpen(photo) || photo.state === "again");
    keep("photos", open.length === 0 ? "" : JSON.stringify(open.map(({ name, size }) => ({ name, size }))));
  }
  function recall() {
    let list = [];
    try {
      list = JSON.parse(kept("photos") || "[]");
    } catch {
      // Of another version.
    }
    if (!Array.isArray(list)) return;
    for (const { name, size } of list.slice(0, MOST)) {
      photos.push({ name: String(name), size: Number(size), type: "", file: null, mark: "", state: "again", sent: 0, why: "", row: null });
    }
  }

  // Staying connected

  function setOffline(now) {
    if (offline === now) return;
    offline = now;
    if (!now) announce(say("backOnline"));
    draw();
  }

  function shutOut() {
    token = "";
    keep("token", "");
    for (const photo of photos) if (isOpen(photo)) photo.state = "waiting";
    screen = "shutOut";
    draw();
  }

  /** Needs an encrypted page; elsewhere the phone may lock, and sending goes on when it wakes up. */
  async function stayAwake() {
    try {
      if ("wakeLock" in navigator && document.visibilityState === "visible") lock = await navigator.wakeLock.request("screen");
    } catch {
      // Low battery, or not allowed.
    }
  }
  function letSleep() {
    if (lock) lock.release().catch(() => {});
    lock = null;
  }

  async function start() {
    // The secret leaves the address bar, and with it the history, before anything else.
    const secret = location.hash.slice(1);
    history.replaceState(null, "", location.pathname);
    recall();
    draw();
    try {
      if (token !== "") {
        try {
          await meet();
          return;
        } catch (error) {
          if (!(error instanceof Refused) || error.status !== 401) throw error;
          token = "";
          keep("token", "");
          screen = "shutOut";
        }
      }
      if (secret === "") {
        if (screen === "connecting") screen = "scan";
        return;
      }
      const paired = await ask("POST", "/api/pair", { secret });
      token = paired.token;
      keep("token", token);
      await meet();
    } catch (error) {
      screen = error instanceof Refused && error.status === 401 ? "codeOld" : "noPairing";
    } finally {
      draw();
      pump();
    }
  }
  async function meet() {
    const known = await ask("GET", "/api/phone");
    maxBytes = known.max_bytes;
    screen = "ready";
  }

  // Showing

  function draw() {
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
    const notice = offline ? say("offline") : tooMany > 0 ? say("atMost", { n: tooMany }) : "";
    text(byId("notice"), notice);
    byId("notice").hidden = notice === "";
    byId("overall").hidden = photos.length === 0;
    const total = photos.reduce((sum, photo) => sum + photo.size, 0);
    const sent = photos.reduce((sum, photo) => sum + (photo.state === "refused" ? photo.size : photo.sent), 0);
    byId("bar").value = total === 0 ? 0 : sent / total;
    chip("received", "chipReceived", done);
    chip("sending", "chipSending", open);
    chip("refused", "chipRefused", refused);
    byId("buttons").hidden = screen !== "ready";
    byId("stop").hidden = count("waiting") === 0;
    for (const photo of photos) drawRow(photo);
  }

  function told(done, refused, again, open) {
    if (screen !== "ready") return [say(screen), words[screen + "Lead"] || ""];
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
    const seconds = (Date.now() - begunAt) / 1000;
    if (begunAt === 0 || seconds < 2 || sentSince === 0 || offline) return "";
    const bytes = photos.filter(isOpen).reduce((sum, photo) => sum + photo.size - photo.sent, 0);
    const rest = Math.ceil((bytes * seconds) / sentSince);
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
  function drawSmall(photo) {
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
  function announce(value) {
    text(byId("said"), value);
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
})();
