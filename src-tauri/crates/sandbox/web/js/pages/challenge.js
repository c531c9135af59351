// The practice check. A person presses the button; nothing else passes it.

import { h } from "../dom.js";
import { config, data, t } from "../page.js";

addEventListener("message", (event) => {
  if (event.data === "practice-challenge-solved") location.reload();
});

async function solve() {
  await fetch("/practice/challenge/solved", { method: "POST" });
  if (data?.frame) parent.postMessage("practice-challenge-solved", "*");
  else location.reload();
}

const root = document.getElementById("root");
// The page around a frame has no button of its own.
if (root) {
  const known = config.labels["challenge.solve"];
  root.replaceChildren(h("section", { class: "narrow panel" },
    known && h("h1", {}, t("challenge.title")),
    known && h("p", {}, t("challenge.hint")),
    h("button", { type: "button", class: "button wide", fixedId: "practice-challenge-solve", on: { click: solve } },
      known ?? "Je suis une personne / I am a person")));
}
