import { Button } from "@mantine/core";
import { CursorClickIcon } from "@phosphor-icons/react/CursorClick";
import { StopIcon } from "@phosphor-icons/react/Stop";
import { useTranslation } from "react-i18next";
import { act } from "@/lib/act";
import { useHost } from "@/lib/host";
import css from "./ByHand.module.css";
import { Steps } from "./Steps";
import head from "./YourMove.module.css";

/** The browser stands at the filled form: the person presses there, the app watches what the site answers. */
export function ByHand({ steps }: { steps: readonly string[] }) {
  const { t } = useTranslation();
  const host = useHost();
  const pressed = steps.includes("await_answer");
  return (
    <section className={css.card} aria-labelledby="by-hand">
      <header className={css.head}>
        <span className={head.icon} aria-hidden>
          <CursorClickIcon size={24} weight="fill" />
        </span>
        <div className={head.words} role="status">
          <h2 id="by-hand" className={head.title}>
            {t(pressed ? "review.handPressed" : "review.handTitle")}
          </h2>
          <p>{t(pressed ? "review.handPressedText" : "review.handText")}</p>
        </div>
        {!pressed && (
          <Button
            leftSection={<StopIcon size={15} weight="fill" aria-hidden />}
            onClick={() => act(host.stop("by_hand"))}
          >
            {t("review.handStop")}
          </Button>
        )}
      </header>
      <Steps steps={steps} plan="by_hand" />
    </section>
  );
}
