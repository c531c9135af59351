import { h } from "../dom.js";
import { data } from "../page.js";
import { draw } from "../shell.js";

draw(h("section", { class: "narrow panel" }, h("h1", {}, data.title), data.hint && h("p", {}, data.hint)));
