import { Button, NumberInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { failureOf, FailureNotice } from "@/components/Notice";
import { keys } from "@/lib/data/queries";
import { useHost, type JsonValue, type OwnModelView } from "@/lib/host";
import { toast } from "@/lib/toast";
import css from "../SettingsScreen.module.css";

/** What a figure's field holds: nothing is nothing set. */
type Figure = number | string;

const kept = (figure: Figure): JsonValue => (figure === "" ? null : Number(figure));

/** Address, name, prices and budget, kept together. */
export function ModelForm({ model }: { model: OwnModelView }) {
  const { t, i18n } = useTranslation();
  const host = useHost();
  const cache = useQueryClient();
  const [address, setAddress] = useState(model.address_from === "settings" ? model.address : "");
  const [name, setName] = useState(model.model);
  const [question, setQuestion] = useState<Figure>(model.price_question ?? "");
  const [answer, setAnswer] = useState<Figure>(model.price_answer ?? "");
  const [budget, setBudget] = useState<Figure>(model.spending.budget ?? "");
  const save = useMutation({
    mutationFn: () =>
      host.setSettings({
        settings: {
          model_address: address.trim() || null,
          model_name: name.trim() || null,
          model_price_question: kept(question),
          model_price_answer: kept(answer),
          model_budget_month: kept(budget),
        },
      }),
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: keys.ownModel });
      await cache.invalidateQueries({ queryKey: keys.settings });
      toast({ text: t("settings.model.saved") });
    },
  });
  const failure = save.isError ? failureOf(save.error) : null;
  const addressRefused = failure !== null && refusedField(failure.details ?? null) === "model_address";
  const figures = { min: 0, decimalScale: 4, decimalSeparator: i18n.language === "fr" ? "," : ".", hideControls: true };
  return (
    <form
      className={css.form}
      aria-label={t("settings.model.title")}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <TextInput
        label={t("settings.model.address")}
        description={t("settings.model.addressText")}
        placeholder={model.address}
        error={addressRefused && t("settings.model.addressRefused")}
        value={address}
        onChange={(event) => setAddress(event.currentTarget.value)}
        spellCheck={false}
      />
      {model.address_from === "environment" && <p className={css.small}>{t("settings.model.fromEnvironment")}</p>}
      <TextInput
        label={t("settings.model.name")}
        description={t("settings.model.nameText")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        spellCheck={false}
      />
      <NumberInput
        {...figures}
        max={1000}
        label={t("settings.model.priceQuestion")}
        description={t("settings.model.priceText")}
        value={question}
        onChange={setQuestion}
      />
      <NumberInput
        {...figures}
        max={1000}
        label={t("settings.model.priceAnswer")}
        value={answer}
        onChange={setAnswer}
      />
      <NumberInput
        {...figures}
        max={10_000}
        label={t("settings.model.budget")}
        description={t("settings.model.budgetText")}
        value={budget}
        onChange={setBudget}
      />
      <div className={css.buttons}>
        <Button type="submit" loading={save.isPending}>
          {t("settings.model.save")}
        </Button>
      </div>
      {failure && !addressRefused && <FailureNotice failure={failure} />}
    </form>
  );
}

/** The name of the setting that was refused. */
function refusedField(details: JsonValue): string | null {
  if (typeof details !== "object" || details === null || Array.isArray(details)) return null;
  const { fields } = details;
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) return null;
  return Object.keys(fields)[0] ?? null;
}
