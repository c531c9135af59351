import { h } from "../dom.js";
import { data, t } from "../page.js";
import { draw, logInAddress } from "../shell.js";

draw(h("section", { class: "narrow panel" },
  h("h1", {}, t("join.title")),
  h("p", {}, t("join.hint")),
  h("a", { class: "button wide", href: logInAddress(data.ref_url) }, t("join.button"))));
