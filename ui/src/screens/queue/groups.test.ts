import { expect, it } from "vitest";
import type { JobView } from "@/lib/host";
import { errorCode, groupOf } from "./groups";

it("shows what waits for the person first", () => {
  const group = (status: string) => groupOf({ status } as JobView);
  expect(group("needs_manual"), "a challenge").toBe("needsYou");
  expect(group("unknown"), "an outcome that only the person can settle").toBe("needsYou");
  expect(group("paused"), "a paused job still waits for its turn").toBe("planned");
});

it("reads the code before the sentence", () => {
  expect(errorCode("rate_limited: The site asks to wait."), "code, colon, sentence").toBe("rate_limited");
  expect(errorCode("rate_limited"), "the code alone").toBe("rate_limited");
  expect(errorCode("Something else"), "a sentence is no code").toBeNull();
  expect(errorCode(null), "nothing").toBeNull();
});
