import { Button, MantineProvider, PasswordInput } from "@mantine/core";
import { useState, type SyntheticEvent } from "react";
import { createRoot } from "react-dom/client";
import { useTranslation } from "react-i18next";
import { PocketMark } from "@/components/PocketMark";
import { chooseLanguage, i18next, startI18n } from "@/i18n";
import type { Question } from "@/lib/host";
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

function AtDoor({ question: { why, answer }, onIn }: { question: Question; onIn: () => void }) {
  const { t } = useTranslation();
  const [token, setToken] = useState("");
  const [refused, setRefused] = useState(false);
  const gone = why === "gone";
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    void answer(token.trim()).then((right) => {
      setRefused(!right);
      if (right) onIn();
    });
  };
  return (
    <form className={css.form} onSubmit={submit}>
      <PocketMark size={40} />
      <h1 className={css.title}>{t(gone ? "door.goneTitle" : "door.title")}</h1>
      <p className={css.text}>{t(gone ? "door.goneText" : "door.text")}</p>
      {!gone && (
        <PasswordInput
          className={css.field}
          label={t("door.token")}
          value={token}
          onChange={(event) => setToken(event.currentTarget.value)}
          error={refused && t("door.wrong")}
          autoComplete="off"
          required
          withAsterisk={false}
        />
      )}
      {gone && refused && <p role="alert">{t("door.stillGone")}</p>}
      <Button type="submit" variant="stitched">
        {t(gone ? "common.retry" : "door.open")}
      </Button>
    </form>
  );
}
