// What the page says, in the language that it was served in.
import { byId } from "./state.js";

const words = JSON.parse(byId("words").textContent);
const french = document.documentElement.lang === "fr";

export function say(name, values = {}) {
  return words[name].replace(/\{(\w+)\}/g, (_, key) => String(values[key]));
}
/** What stands below the title of a screen, where anything does. */
export function leadOf(screen) {
  return words[screen + "Lead"] || "";
}
/** French counts nothing as one. */
export function sayCount(name, n, values = {}) {
  const one = french ? n < 2 : n === 1;
  return say(name + (one ? "_one" : "_other"), { n, ...values });
}
export function sizeOf(bytes) {
  const number = (value) => value.toLocaleString(french ? "fr" : "en", { maximumFractionDigits: 1 });
  return bytes < 100_000
    ? say("kilobytes", { n: number(Math.max(bytes / 1000, 0.1)) })
    : say("megabytes", { n: number(bytes / 1_000_000) });
}
