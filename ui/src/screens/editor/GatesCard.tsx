import { Button } from "@mantine/core";
import { CheckCircleIcon } from "@phosphor-icons/react/CheckCircle";
import { HandPointingIcon } from "@phosphor-icons/react/HandPointing";
import { InfoIcon } from "@phosphor-icons/react/Info";
import { MagicWandIcon } from "@phosphor-icons/react/MagicWand";
import { useMediaQuery } from "@mantine/hooks";
import { memo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Checklist, GateLine } from "@/lib/gates/view";
import type { DraftChange } from "@/lib/host";
import card from "@/theme/card.module.css";
import css from "./GatesCard.module.css";

/** The checklist of the quality gates: what fails first, each with its repair; what holds below. */
export const GatesCard = memo(function GatesCard({
  list,
  onRepair,
}: {
  list: Checklist | null;
  onRepair: (changes: readonly DraftChange[]) => void;
}) {
  const { t } = useTranslation();
  const short = useMediaQuery("(max-width: 1099px), (max-height: 820px)", undefined, {
    getInitialValueInEffect: false,
  });
  const [all, setAll] = useState(false);
  // What holds makes room for what does not, and for the price below.
  const collapsed = !all && (list?.holding.length ?? 0) > 2 && (short || (list?.failing.length ?? 0) > 0);
  return (
    <section className={`${card.card} ${css.card}`} aria-labelledby="gates" aria-busy={list === null}>
      <header className={css.head}>
        <h2 id="gates" className={card.title}>
          {t("gates.title")}
        </h2>
        <span className={css.count} role="status">
          {list && t("gates.count", { passed: list.passed, total: list.total })}
        </span>
      </header>
      {list === null ? (
        <div className={css.placeholder} />
      ) : (
        <>
          <ul className={css.lines}>
            {list.failing.map((line) => (
              <Block key={line.gate.code + line.gate.field} line={line} onRepair={onRepair} />
            ))}
            {list.advice.map((line) => (
              <Block key={line.gate.code + line.gate.field} line={line} onRepair={onRepair} advice />
            ))}
            {!collapsed &&
              list.holding.map((line) => (
                <li key={line.gate.code} className={css.holds}>
                  <CheckCircleIcon size={16} weight="fill" aria-hidden />
                  {line.fact}
                </li>
              ))}
          </ul>
          {collapsed && (
            <button type="button" className={css.more} onClick={() => setAll(true)}>
              <CheckCircleIcon size={16} weight="fill" aria-hidden />
              {t(list.failing.length === 0 ? "gates.allHold" : "gates.othersHold", { count: list.holding.length })}
            </button>
          )}
        </>
      )}
    </section>
  );
});

function Block({
  line,
  onRepair,
  advice = false,
}: {
  line: GateLine;
  onRepair: (changes: readonly DraftChange[]) => void;
  advice?: boolean;
}) {
  const Glyph = advice ? InfoIcon : HandPointingIcon;
  return (
    <li className={css.block} data-advice={advice || undefined}>
      <Glyph size={17} weight="fill" aria-hidden className={css.icon} />
      <div className={css.words}>
        <strong className={css.fact} data-selectable>
          {line.fact}
        </strong>
        {line.place !== "" && <span className={css.place}>{line.place}</span>}
        {line.repair !== null && (
          <Button
            size="xs"
            className={css.repair}
            leftSection={<MagicWandIcon size={14} aria-hidden />}
            onClick={() => onRepair(line.gate.repair)}
          >
            <span className={css.repairText}>{line.repair}</span>
          </Button>
        )}
      </div>
    </li>
  );
}
