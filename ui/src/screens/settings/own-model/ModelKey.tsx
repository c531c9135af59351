import { Button, PasswordInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { failureOf, FailureNotice } from "@/components/Notice";
import { keys } from "@/lib/data/queries";
import { useHost, type OwnModelView } from "@/lib/host";
import css from "../SettingsScreen.module.css";

const states = ["stored", "environment", "other_address", "none"] as const;

/** The key: typed, kept, never shown again. */
export function ModelKey({ model }: { model: OwnModelView }) {
  const { t } = useTranslation();
  const host = useHost();
  const cache = useQueryClient();
  const [key, setKey] = useState("");
  const keep = useMutation({
    mutationFn: (typed: string | null) => host.setModelKey(model.address, typed),
    // A key does not stay in the page's memory.
    gcTime: 0,
    onSuccess: (view) => {
      setKey("");
      cache.setQueryData(keys.ownModel, view);
      keep.reset();
    },
  });
  const state = states.find((each) => each === model.key) ?? "none";
  return (
    <form
      className={`${css.part} ${css.form}`}
      aria-label={t("settings.model.key")}
      onSubmit={(event) => {
        event.preventDefault();
        keep.mutate(key);
      }}
    >
      <PasswordInput
        label={t("settings.model.key")}
        description={t("settings.model.keyText", { host: model.host })}
        placeholder={t(`settings.model.keys.${state}`)}
        value={key}
        onChange={(event) => setKey(event.currentTarget.value)}
        visibilityToggleButtonProps={{ "aria-label": t("settings.model.keyShow") }}
        autoComplete="off"
        spellCheck={false}
      />
      <div className={css.buttons}>
        <Button type="submit" loading={keep.isPending} disabled={key.trim() === ""}>
          {t("settings.model.keyKeep")}
        </Button>
        {(state === "stored" || state === "other_address") && (
          <Button variant="quiet" onClick={() => keep.mutate(null)}>
            {t("settings.model.keyForget")}
          </Button>
        )}
      </div>
      <p className={css.small} role="status">
        {t(`settings.model.keys.${state}`)}
      </p>
      {keep.isError && <FailureNotice failure={failureOf(keep.error)} />}
    </form>
  );
}
