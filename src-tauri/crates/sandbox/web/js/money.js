import { config } from "./page.js";

const format = new Intl.NumberFormat(config.lang, { style: "currency", currency: "EUR" });

/** Cents as a person reads them: 18,00 € */
export function money(cents) {
  return format.format(cents / 100);
}

/** Cents of what a person typed, 0 where it is no amount: "18", "18,5", "18.50 €", "1 200,00 €" */
export function cents(text) {
  const plain = text.replace(/[^\d.,]/g, "");
  const parts = plain.split(/[.,]/);
  const decimals = parts.length > 1 && parts.at(-1).length <= 2 ? parts.pop() : "";
  const whole = parts.join("");
  if (whole === "" && decimals === "") return 0;
  return Number(whole || 0) * 100 + Number(decimals.padEnd(2, "0") || 0);
}
