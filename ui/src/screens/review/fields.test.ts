import { expect, it } from "vitest";
import { i18next } from "@/i18n";
import { absentWords, shownValue } from "./fields";

const money = (minor: number, currency: string) => `${minor / 100} ${currency}`;
const shown = (name: string, value: string) => shownValue(name, value, i18next.t, money);

it("shows the engine's values in the person's words", () => {
  expect(shown("package_size", "small"), "a code").toBe("Petit");
  expect(shown("price", "28.50 EUR"), "an amount").toBe("28.5 EUR");
  expect(shown("price", "28,00 €"), "what the form itself shows stays").toBe("28,00 €");
  expect(shown("title", "small"), "a title is never translated").toBe("small");
});

it("tells a field left empty from one that the form does not have", () => {
  expect(absentWords("nothing_to_send", i18next.t), "by choice").toBe("Laissé vide");
  expect(absentWords("no_such_field", i18next.t), "by the form").toBe("Absent du formulaire");
  expect(absentWords(null, i18next.t), "without a reason").toBe("Absent du formulaire");
});
