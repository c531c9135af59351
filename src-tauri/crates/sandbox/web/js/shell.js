// What every page has: header, cookie banner, and the frame of a challenge where one lies over the page.

import { h, icon, ICONS } from "./dom.js";
import { dialog } from "./modal.js";
import { api, showChallengeFrame } from "./net.js";
import { config, t, viewer } from "./page.js";

const CONSENT_COOKIE = "OptanonAlertBoxClosed";

function userMenu() {
  const menu = h("div", { class: "user-menu__list", hidden: true },
    h("a", { href: `/member/${viewer.id}` }, t("site.profile")),
    h("button", { type: "button", testid: "user-menu-logout", on: { click: logOut } }, t("site.logout")));
  return h("div", { class: "user-menu" },
    h("button", {
      type: "button", class: "user-menu__button", testid: "user-menu-button", aria: { label: t("site.menu") },
      on: { click: () => (menu.hidden = !menu.hidden) },
    }, h("img", { src: avatar(viewer.login), alt: viewer.login, width: 32, height: 32 })),
    menu);
}

async function logOut() {
  await api("POST", "/web/api/auth/logout");
  location.assign("/");
}

/** A disc with the member's first letter. */
export function avatar(login) {
  const letter = login.slice(0, 1).toUpperCase().replace(/[<>&"]/g, "?");
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="16" fill="#cfe3e2"/>` +
    `<text x="16" y="21.5" font-family="sans-serif" font-size="15" font-weight="600" text-anchor="middle" fill="#17494a">${letter}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

function header() {
  return h("header", { class: "site-header" },
    h("div", { class: "site-header__inner" },
      h("a", { class: "site-name", href: "/" }, icon(ICONS.tag, 22), t("site.name")),
      h("nav", { class: "site-header__nav" },
        h("a", { class: "quiet", href: "/practice" }, t("site.control")),
        viewer
          ? userMenu()
          : h("a", { class: "button outlined", href: logInAddress(), testid: "header--login-button" }, t("site.login")),
        h("a", { class: "button", href: "/items/new", testid: "prohibited-listing-education-upload-button" }, t("site.sell")))));
}

export function logInAddress(back = location.pathname) {
  return `/member/signup/select_type?ref_url=${encodeURIComponent(back)}`;
}

function cookieBanner() {
  if (!config.cookie_banner || document.cookie.includes(`${CONSENT_COOKIE}=`)) return;
  const choose = () => {
    document.cookie = `${CONSENT_COOKIE}=${new Date().toISOString()}; Max-Age=31536000; Path=/; SameSite=Lax`;
    banner.remove();
  };
  // These ids are the consent tool's, not the site's: they do not drift.
  const banner = h("div", { fixedId: "onetrust-consent-sdk" },
    h("div", { fixedId: "onetrust-banner-sdk", role: "region", aria: { label: t("site.cookies_title") } },
      h("p", {}, t("site.cookies")),
      h("button", { type: "button", class: "button outlined small", fixedId: "onetrust-reject-all-handler", on: { click: choose } }, t("site.cookies_reject")),
      h("button", { type: "button", class: "button small", fixedId: "onetrust-accept-btn-handler", on: { click: choose } }, t("site.cookies_accept"))));
  // The consent tool loads after the page.
  setTimeout(() => document.body.append(banner), 150);
}

/** Draws the page around its content. */
export function draw(...content) {
  document.getElementById("root").replaceChildren(header(), h("main", { class: "site-main" }, content));
  cookieBanner();
  if (config.challenge_frame) showChallengeFrame(config.challenge_frame);
}

/** A listing as a card. */
export function card(item, { own = false, money }) {
  const details = [
    item.title,
    item.brand && `${t("item.brand").toLowerCase()}: ${item.brand}`,
    item.status && `${t("item.condition").toLowerCase()}: ${item.status}`,
    item.size && `${t("item.size").toLowerCase()}: ${item.size}`,
    money,
  ].filter(Boolean);
  const status = ["draft", "closed", "reserved", "hidden"].find((state) => item[`is_${state}`]);
  const hook = `product-item-id-${item.id}`;
  const statusKey = { draft: "item.is_draft", closed: "item.is_sold", reserved: "item.is_reserved", hidden: "item.is_hidden" }[status];
  return h("article", { class: "card", testid: hook },
    h("div", { class: "card__picture" },
      item.photos.length > 0
        ? h("img", { src: item.photos[0].url, alt: details.join(", "), testid: `${hook}--image--img`, loading: "lazy" })
        : h("div", { class: "card__empty" }, icon(ICONS.tag, 32)),
      status && h("div", { class: "card__status", testid: `${hook}--status-text` }, t(statusKey)),
      h("a", { class: "card__link", href: item.path, title: details.join(", "), aria: { label: details.join(", ") }, testid: `${hook}--overlay-link` })),
    own && h("p", { class: "card__views", testid: `${hook}--description-title` }, `${item.view_count} ${t("item.views")}`),
    h("p", { class: "card__price", testid: `${hook}--price-text` }, money),
    h("p", { class: "card__title" }, item.title),
    h("p", { class: "card__meta" }, [item.size, item.brand].filter(Boolean).join(" · ")),
    own && !item.is_draft && !item.is_closed && h("button", {
      type: "button", class: "button outlined small wide", testid: "bump-button",
      on: { click: () => dialog({ title: t("item.bump"), text: t("item.bump_hint"), buttons: [{ label: t("form.close") }] }) },
    }, t("item.bump")));
}
