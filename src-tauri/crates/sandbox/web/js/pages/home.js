import { h } from "../dom.js";
import { money } from "../money.js";
import { data, t } from "../page.js";
import { card, draw } from "../shell.js";

const price = (item) => money(Math.round(Number(item.price.amount) * 100));

draw(
  h("section", { class: "welcome" }, h("h1", {}, t("site.welcome")), h("p", {}, t("site.welcome_hint"))),
  h("h2", {}, t("site.newest")),
  data.items.length === 0
    ? h("p", { class: "quiet" }, t("site.nothing_yet"))
    : h("div", { class: "cards" }, data.items.map((item) => card(item, { money: price(item) }))),
);
