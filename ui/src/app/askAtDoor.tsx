import { Button, MantineProvider, TextInput } from "@mantine/core";
import { useState, type SyntheticEvent } from "react";
import { createRoot } from "react-dom/client";
import { useTranslation } from "react-i18next";
import { PocketMark } from "@/components/PocketMark";
import { chooseLanguage, i18next, startI18n } from "@/i18n";
import { rowOf } from "@/lib/errors/table";
import type { Failure, Question } from "@/lib/host";
import { theme } from "@/theme/theme";
import css from "./askAtDoor.module.css";

/** Asks over everything else of the tab, which stays as it is behind. */
export async function askAtDoor(question: Question): Promise<void> {
  if (!i18next.isInitialized) await startI18n(chooseLanguage(null, navigator.languages));
  const dialog = document.createElement("dialog");
  dialog.className = css.dialog ?? "";
  // There is no other way on than through it.
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  document.body.append(dialog);
  const root = createRoot(dialog);
  const dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  await new Promise<void>((done) => {
    root.render(
      <MantineProvider
        theme={theme}
        forceColorScheme={dark ? "dark" : "light"}
        withCssVariables={false}
        withGlobalClasses={false}
      >
        <AtDoor question={question} onIn={done} />
      </MantineProvider>,
    );
    dialog.showModal();
  });
  root.unmount();
  dialog.remove();
}

function AtDoor({ question: { why, link, answer }, onIn }: { question: Question; onIn: () => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(link);
  const [refused, setRefused] = useState<Failure | null>(null);
  const gone = why === "gone";
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    void answer(typed.trim()).then((failure) => {
      setRefused(failure);
      if (failure === null) onIn();
    });
  };
  const whyNot = () => {
    if (refused === null) return null;
    if (refused.code === "token_invalid") return t("door.wrong");
    if (refused.code === "rate_limited") return t("door.often");
    if (refused.code === "not_available") return t("door.stillGone");
    const { code } = rowOf(refused.code);
    return `${t(`codes.${code}.title`)}. ${t(`codes.${code}.text`)}`;
  };
  return (
    <form className={css.form} onSubmit={submit}>
      <PocketMark size={40} />
      <h1 className={css.title}>{t(gone ? "door.goneTitle" : "door.title")}</h1>
      <p className={css.text}>{t(gone ? "door.goneText" : "door.text")}</p>
      {!gone && (
        <TextInput
          className={css.field}
          label={t("door.link")}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={whyNot()}
          autoComplete="off"
          required
          withAsterisk={false}
        />
      )}
      {gone && refused && <p role="alert">{whyNot()}</p>}
      <Button type="submit" variant="stitched">
        {t(gone ? "common.retry" : "door.open")}
      </Button>
    </form>
  );
}
