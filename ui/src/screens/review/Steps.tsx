import { CheckCircleIcon } from "@phosphor-icons/react/CheckCircle";
import { CircleIcon } from "@phosphor-icons/react/Circle";
import { CircleHalfIcon } from "@phosphor-icons/react/CircleHalf";
import { useTranslation } from "react-i18next";
import { plans, remaining } from "./plans";
import css from "./Steps.module.css";

const looks = { done: CheckCircleIcon, running: CircleHalfIcon, ahead: CircleIcon } as const;

/** The steps that the engine told, the one under way, and those that usually follow. */
export function Steps({ steps, plan }: { steps: readonly string[]; plan: keyof typeof plans }) {
  const { t, i18n } = useTranslation();
  const told = steps.length === 0 ? plans[plan].slice(0, 1) : steps;
  const ahead = remaining(plans[plan], told);
  const name = (code: string) => {
    const key = `review.step.${code}`;
    return i18n.exists(key) ? t(key as "review.step.publish") : code.replaceAll("_", " ");
  };
  const rows = [
    ...told.map((code, place) => ({
      code,
      state: place === told.length - 1 ? ("running" as const) : ("done" as const),
    })),
    ...ahead.map((code) => ({ code, state: "ahead" as const })),
  ];
  return (
    <>
      <p className={css.left} role="status">
        {t("review.stepsLeft", { count: ahead.length + 1 })}
      </p>
      <ol className={css.steps} aria-label={t("review.steps")}>
        {rows.map(({ code, state }, place) => {
          const Glyph = looks[state];
          return (
            <li
              key={`${place}-${code}`}
              className={css.step}
              data-state={state}
              aria-current={state === "running" ? "step" : undefined}
            >
              <Glyph size={16} weight={state === "ahead" ? "regular" : "fill"} aria-hidden />
              {name(code)}
            </li>
          );
        })}
      </ol>
    </>
  );
}
