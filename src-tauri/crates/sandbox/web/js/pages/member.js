import { h } from "../dom.js";
import { money } from "../money.js";
import { data, t } from "../page.js";
import { avatar, card, draw } from "../shell.js";

const price = (item) => money(Math.round(Number(item.price.amount) * 100));

draw(
  h("section", { class: "member" },
    h("img", { src: avatar(data.member.login), alt: "", width: 72, height: 72 }),
    h("div", {}, h("h1", { testid: "profile-username" }, data.member.login), h("p", { class: "quiet" }, data.items.length === 1 ? t("member.item") : t("member.items", { count: data.items.length })))),
  data.items.length === 0
    ? h("p", { class: "quiet" }, t("member.empty"))
    : h("div", { class: "cards" }, data.items.map((item) => card(item, { own: data.own, money: price(item) }))),
);
