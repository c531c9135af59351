import { Popover } from "@mantine/core";
import { CalculatorIcon } from "@phosphor-icons/react/Calculator";
import { CoatHangerIcon } from "@phosphor-icons/react/CoatHanger";
import { PaletteIcon } from "@phosphor-icons/react/Palette";
import { QuestionIcon } from "@phosphor-icons/react/Question";
import { RobotIcon } from "@phosphor-icons/react/Robot";
import { TagIcon } from "@phosphor-icons/react/Tag";
import { TextTIcon } from "@phosphor-icons/react/TextT";
import type { Icon } from "@phosphor-icons/react";
import { useTranslation } from "react-i18next";
import { Picture } from "@/components/Picture";
import { useFormat } from "@/lib/format/useFormat";
import css from "./FillCard.module.css";
import type { Evidence, Region, SourceKind } from "./view";

const icons: Record<SourceKind, Icon> = {
  label: TagIcon,
  look: CoatHangerIcon,
  measured: PaletteIcon,
  model: RobotIcon,
  default: QuestionIcon,
  template: TextTIcon,
  prices: CalculatorIcon,
};

/** Where a value comes from; where it is a photo, a click shows the very place. */
export function EvidenceMark({ evidence, confidence }: { evidence: Evidence; confidence: number | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { kind, photo, region, text, model } = evidence;
  const Glyph = icons[kind];
  const words = photo
    ? t(`fill.source.${kind}At`, { number: photo.number })
    : t(`fill.source.${kind}`, { model: model ?? "" });
  // A usual value, a template and a table are not more or less sure.
  const sure = kind === "label" || kind === "look" || kind === "measured" || kind === "model";
  const mark = (
    <>
      <Glyph size={14} aria-hidden />
      {words}
      {sure && confidence !== null && <span className={css.share}>{format.share(confidence)}</span>}
    </>
  );
  if (!photo) return <span className={css.evidence}>{mark}</span>;
  return (
    <Popover position="left" withArrow withinPortal>
      <Popover.Target>
        <button type="button" className={css.evidence}>
          {mark}
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <figure className={css.proof}>
          <span className={css.frame} style={{ aspectRatio: `${photo.view.width} / ${photo.view.height}` }}>
            <Picture
              path={photo.view.url}
              alt={t("fill.proof", { number: photo.number })}
              className={css.proofPhoto}
              whole
            />
            {region && <Place region={region} />}
          </span>
          {text !== null && <figcaption data-selectable>{t("fill.read", { text })}</figcaption>}
        </figure>
      </Popover.Dropdown>
    </Popover>
  );
}

/** The place on the photo; what it says stands below it. */
function Place({ region }: { region: Region }) {
  const points = region.map(([x, y]) => `${x * 100},${y * 100}`).join(" ");
  return (
    <svg className={css.place} viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden>
      <polygon points={points} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
