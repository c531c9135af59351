import { failureOf } from "@/components/Notice";
import { i18next } from "@/i18n";
import { rowOf } from "./errors/table";
import { toast } from "./toast";

/** Runs something that the person asked for; what the engine refuses is said in a toast. */
export function act(work: Promise<unknown>): void {
  work.catch((error: unknown) => {
    const { code } = rowOf(failureOf(error).code);
    toast({ text: `${i18next.t(`codes.${code}.title`)}. ${i18next.t(`codes.${code}.text`)}` });
  });
}
