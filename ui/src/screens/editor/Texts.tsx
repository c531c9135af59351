import { Textarea, TextInput } from "@mantine/core";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { countCharacters, countLines } from "./counting";
import css from "./Texts.module.css";
import type { Editing } from "./useEditing";

/** Limits of the gates, shown beside the fields; the gates themselves are the engine's. */
const titleMax = 70;
const linesMin = 5;
const linesMax = 8;

interface TextsProps {
  title: string;
  description: string;
  edit: Editing["edit"];
}

/** Title and description with their counters. */
export const Texts = memo(function Texts({ title, description, edit }: TextsProps) {
  const { t } = useTranslation();
  const characters = countCharacters(title);
  const lines = countLines(description);
  return (
    <div className={css.texts}>
      <div className={css.head}>
        <label htmlFor="title">{t("editor.title")}</label>
        <span id="title-count" data-over={characters > titleMax || undefined}>
          {t("editor.titleCount", { count: characters, max: titleMax })}
        </span>
      </div>
      <TextInput
        id="title"
        value={title}
        onChange={(event) => edit("title", event.currentTarget.value)}
        aria-describedby="title-count"
        classNames={{ input: css.title }}
        spellCheck
      />
      <div className={css.head}>
        <label htmlFor="description">{t("editor.description")}</label>
        <span
          id="description-count"
          data-over={(description !== "" && (lines < linesMin || lines > linesMax)) || undefined}
        >
          {t("editor.descriptionCount", { count: lines, min: linesMin, max: linesMax })}
        </span>
      </div>
      <Textarea
        id="description"
        value={description}
        onChange={(event) => edit("description", event.currentTarget.value)}
        aria-describedby="description-count"
        rows={8}
        classNames={{ input: css.description }}
        spellCheck
      />
    </div>
  );
});
