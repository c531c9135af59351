import { Button, Modal } from "@mantine/core";
import { MinusIcon } from "@phosphor-icons/react/Minus";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { act } from "@/lib/act";
import { useCounts } from "@/lib/data/counts";
import { useHost, type CloseAnswer } from "@/lib/host";
import css from "./CloseDialog.module.css";

/**
 * Where no tray could bring the window back, closing it asks: quit, or go on minimised. Escape is no answer, and the
 * window stays.
 */
export function CloseDialog() {
  const { t } = useTranslation();
  const host = useHost();
  const [asked, setAsked] = useState(false);
  const { jobs } = useCounts();
  useEffect(() => host.onCloseAsked(() => setAsked(true)), [host]);
  const answer = (said: CloseAnswer) => {
    setAsked(false);
    act(host.answerClose(said));
  };
  if (!asked) return null;
  return (
    <Modal opened onClose={() => answer("stay")} withCloseButton={false} size={460} title={t("close.title")}>
      <p className={css.text}>{jobs > 0 ? t("close.waiting", { count: jobs }) : t("close.nothing")}</p>
      <div className={css.foot}>
        <Button onClick={() => answer("quit")}>{t("close.quit")}</Button>
        <Button
          data-autofocus
          variant="stitched"
          leftSection={<MinusIcon size={17} aria-hidden />}
          onClick={() => answer("go_on")}
        >
          {t("close.minimise")}
        </Button>
      </div>
    </Modal>
  );
}
