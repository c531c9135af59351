// Opens on the register view; the log-in form is two clicks away, as on the site (vinted-facts A8).

import { h } from "../dom.js";
import { api, CallFailed } from "../net.js";
import { t } from "../page.js";
import { draw } from "../shell.js";

const box = h("section", { class: "narrow panel", testid: "auth-modal" });

/** Only a path of this site: the address comes from outside. */
function backTo() {
  const path = new URLSearchParams(location.search).get("ref_url") ?? "/";
  return path.startsWith("/") && !path.startsWith("//") ? path : "/";
}

function link(label, testid, run) {
  return h("button", { type: "button", class: "link", testid, on: { click: run } }, t(label));
}

function register() {
  box.replaceChildren(
    h("h1", {}, t("login.register_title")),
    h("p", {}, t("login.register_hint")),
    link("login.to_login", "auth-select-type--register-switch", choose));
}

function choose() {
  box.replaceChildren(
    h("h1", {}, t("login.title")),
    h("button", { type: "button", class: "button wide", testid: "auth-select-type--login-email", on: { click: byEmail } }, t("login.by_email")),
    link("login.to_register", "auth-select-type--login-switch", register));
}

function byEmail() {
  const username = h("input", { id: "username", name: "username", class: "c-input__value", type: "text", autocomplete: "username", required: true });
  const password = h("input", { id: "password", name: "password", class: "c-input__value", type: "password", autocomplete: "current-password", required: true });
  const message = h("div", {});
  const submit = async (event) => {
    event.preventDefault();
    message.replaceChildren();
    try {
      await api("POST", "/web/api/auth/login", { username: username.value, password: password.value }, {}, true);
      location.assign(backTo());
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
      message.replaceChildren(h("p", { class: "message message--bad", role: "alert", testid: "login-error" }, error.answer.message ?? t("form.went_wrong")));
    }
  };
  box.replaceChildren(
    h("h1", {}, t("login.title")),
    h("p", { class: "quiet" }, t("login.hint")),
    h("form", { class: "stack", on: { submit } },
      h("label", { class: "c-input__title", for: "username" }, t("login.username")), h("div", { class: "c-input__content" }, username),
      h("label", { class: "c-input__title", for: "password" }, t("login.password")), h("div", { class: "c-input__content" }, password),
      message,
      h("button", { type: "submit", class: "button wide", testid: "login-submit-button" }, t("login.submit"))),
    link("login.to_register", "auth-select-type--login-switch", register));
  username.focus();
}

register();
draw(box);
