import { Button, Drawer } from "@mantine/core";
import { ArrowCounterClockwiseIcon } from "@phosphor-icons/react/ArrowCounterClockwise";
import { CameraIcon } from "@phosphor-icons/react/Camera";
import { ClockCounterClockwiseIcon } from "@phosphor-icons/react/ClockCounterClockwise";
import { MagicWandIcon } from "@phosphor-icons/react/MagicWand";
import { PencilSimpleIcon } from "@phosphor-icons/react/PencilSimple";
import { SparkleIcon } from "@phosphor-icons/react/Sparkle";
import { StackIcon } from "@phosphor-icons/react/Stack";
import type { Icon } from "@phosphor-icons/react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { failureOf, FailureNotice } from "@/components/Notice";
import { Picture } from "@/components/Picture";
import { Pill } from "@/components/Pill";
import { keys } from "@/lib/data/queries";
import { useFormat } from "@/lib/format/useFormat";
import { useHost, type DraftVersion } from "@/lib/host";
import { Difference } from "./Difference";
import css from "./History.module.css";

type Cause = "made" | "edit" | "photos" | "filled" | "bulk" | "undone" | "restored";

const icons: Record<Cause, Icon> = {
  made: SparkleIcon,
  edit: PencilSimpleIcon,
  photos: CameraIcon,
  filled: MagicWandIcon,
  bulk: StackIcon,
  undone: ArrowCounterClockwiseIcon,
  restored: ClockCounterClockwiseIcon,
};

function causeOf(version: DraftVersion): Cause {
  return Object.hasOwn(icons, version.cause) ? (version.cause as Cause) : "edit";
}

/** What the draft was, newest first, and the way back to each. */
export function History({
  draftId,
  currency,
  onRevert,
  onClose,
}: {
  draftId: string;
  currency: string;
  onRevert: (version: DraftVersion) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const host = useHost();
  const query = useQuery({ queryKey: keys.versions(draftId), queryFn: () => host.draftVersions(draftId) });
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={420}
      title={t("history.title")}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      {query.isError ? (
        <FailureNotice failure={failureOf(query.error)} context={t("errors.loadFailed")} />
      ) : query.isPending ? (
        <div className={css.placeholder} role="status" aria-label={t("common.loading")} />
      ) : (
        <ol className={css.list}>
          {query.data.map((version) => (
            <Version key={version.revision} version={version} currency={currency} onRevert={() => onRevert(version)} />
          ))}
        </ol>
      )}
      <p className={css.note}>{t("history.note")}</p>
    </Drawer>
  );
}

function Version({ version, currency, onRevert }: { version: DraftVersion; currency: string; onRevert: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const cause = causeOf(version);
  const Glyph = icons[cause];
  const time = format.moment(version.saved_at);
  return (
    <li className={css.version} data-present={version.present || undefined}>
      <span className={css.icon} aria-hidden>
        <Glyph size={16} />
      </span>
      <div className={css.words}>
        <div className={css.head}>
          <strong>{t(`history.causes.${cause}`)}</strong>
          <span>{time}</span>
        </div>
        {version.differences.length > 0 && (
          <ul className={css.differences}>
            {version.differences.map((difference) => (
              <Difference key={difference.field} difference={difference} currency={currency} />
            ))}
          </ul>
        )}
        {version.present ? (
          <Pill tone="active">{t("history.present")}</Pill>
        ) : (
          <Button size="xs" aria-label={t("history.revertTo", { time })} onClick={onRevert}>
            {t("history.revert")}
          </Button>
        )}
      </div>
      <Picture path={version.thumb_url} alt="" className={css.photo} />
    </li>
  );
}
