import { Button, NativeSelect, TextInput } from "@mantine/core";
import { UserPlusIcon } from "@phosphor-icons/react/UserPlus";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { failureOf, FailureNotice } from "@/components/Notice";
import { keys } from "@/lib/data/queries";
import { useFormat } from "@/lib/format/useFormat";
import { useHost } from "@/lib/host";
import { countries } from "./countries";
import css from "./SettingsScreen.module.css";

/** Another account: a name to tell it apart, and its country. Its session comes with a log-in. */
export function NewAccount() {
  const { t } = useTranslation();
  const format = useFormat();
  const host = useHost();
  const cache = useQueryClient();
  const [open, setOpen] = useState(false);
  // The button that opened it has the focus again once it is closed.
  const [closed, setClosed] = useState(false);
  const close = () => {
    setOpen(false);
    setClosed(true);
  };
  const [name, setName] = useState("");
  const [country, setCountry] = useState<string>(countries[0]);
  const add = useMutation({
    mutationFn: () => host.accountAdd({ name: name.trim(), country, budget_hour: null, budget_day: null }),
    onSuccess: () => {
      close();
      setName("");
      return cache.invalidateQueries({ queryKey: keys.accounts });
    },
  });
  if (!open) {
    return (
      <div>
        <Button autoFocus={closed} leftSection={<UserPlusIcon size={17} aria-hidden />} onClick={() => setOpen(true)}>
          {t("settings.addAccount")}
        </Button>
      </div>
    );
  }
  return (
    <form
      className={`${css.card} ${css.inline}`}
      aria-label={t("settings.addAccount")}
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate();
      }}
    >
      <TextInput
        autoFocus
        label={t("settings.accountName")}
        description={t("settings.accountNameText")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <NativeSelect
        label={t("settings.country")}
        description={t("settings.countryText")}
        value={country}
        onChange={(event) => setCountry(event.currentTarget.value)}
        data={countries.map((value) => ({ value, label: format.country(value) }))}
      />
      <div className={css.inlineButtons}>
        <Button type="submit" loading={add.isPending} disabled={name.trim() === ""}>
          {t("settings.addAction")}
        </Button>
        <Button variant="quiet" onClick={close}>
          {t("common.cancel")}
        </Button>
      </div>
      {add.isError && <FailureNotice failure={failureOf(add.error)} />}
    </form>
  );
}
