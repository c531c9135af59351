import { Button, PasswordInput, Switch, TextInput } from "@mantine/core";
import { PlugsIcon } from "@phosphor-icons/react/Plugs";
import { PlugsConnectedIcon } from "@phosphor-icons/react/PlugsConnected";
import { WarningIcon } from "@phosphor-icons/react/Warning";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { failureOf, FailureNotice } from "@/components/Notice";
import { Pill } from "@/components/Pill";
import { act } from "@/lib/act";
import { keys, useLocalApi, useSettings } from "@/lib/data/queries";
import { useSaveSetting } from "@/lib/data/save-setting";
import { useHost, type JsonValue } from "@/lib/host";
import { toast } from "@/lib/toast";
import css from "./PhoneDoor.module.css";
import settings from "./SettingsScreen.module.css";

/** The API for programs of this computer: its switch, its address, its token, the pages that may ask. */
export function LocalApi() {
  const { t } = useTranslation();
  const host = useHost();
  const cache = useQueryClient();
  const api = useLocalApi().data;
  const change = useMutation({
    mutationFn: (on: boolean) => host.setLocalApi(on),
    onSuccess: (view) => cache.setQueryData(keys.localApi, view),
  });
  if (!api) return null;
  const wanted = api.taken || api.address_refused;
  return (
    <section className={settings.card} aria-labelledby="local-api">
      <div className={settings.words}>
        <h3 id="local-api" className={settings.name}>
          {t("phone.apiTitle")}
          <Pill
            tone={api.on ? "active" : wanted ? "you" : "plain"}
            icon={
              api.on ? (
                <PlugsConnectedIcon size={14} weight="bold" aria-hidden />
              ) : (
                <PlugsIcon size={14} weight="bold" aria-hidden />
              )
            }
          >
            {t(api.on ? "phone.apiOn" : "phone.apiOff")}
          </Pill>
        </h3>
        <p className={settings.text}>{t("phone.apiText")}</p>
      </div>
      <Switch
        className={settings.switch}
        checked={api.on || wanted}
        disabled={change.isPending}
        onChange={(event) => change.mutate(event.currentTarget.checked)}
        label={t("phone.apiSwitch")}
        description={<span data-selectable>{api.url}</span>}
      />
      {wanted && (
        <p className={settings.warning} role="alert">
          <WarningIcon size={16} weight="fill" aria-hidden />
          {t(api.taken ? "phone.apiTaken" : "phone.apiAddress")}
        </p>
      )}
      {change.isError && <FailureNotice failure={failureOf(change.error)} />}
      {api.on && (
        <div className={css.fields}>
          <Token />
          <Origins />
          <p className={settings.text}>
            {t("phone.docs")} <span data-selectable>{`${api.url}/docs`}</span>
          </p>
        </div>
      )}
    </section>
  );
}

/** Fetched only when asked for, and let go with the page. */
function Token() {
  const { t } = useTranslation();
  const host = useHost();
  const ask = useMutation({ mutationFn: () => host.localApiToken(), gcTime: 0 });
  const copy = async (token: string) => {
    await navigator.clipboard.writeText(token);
    toast({ text: t("phone.tokenCopied") });
  };
  if (ask.data === undefined)
    return (
      <div>
        <Button loading={ask.isPending} onClick={() => ask.mutate()}>
          {t("phone.tokenShow")}
        </Button>
        {ask.isError && <FailureNotice failure={failureOf(ask.error)} />}
      </div>
    );
  const token = ask.data;
  return (
    <div className={css.token}>
      <PasswordInput
        label={t("phone.token")}
        value={token}
        readOnly
        visibilityToggleButtonProps={{ "aria-label": t("phone.tokenVisible") }}
        autoComplete="off"
      />
      <Button onClick={() => act(copy(token))}>{t("phone.tokenCopy")}</Button>
    </div>
  );
}

function Origins() {
  const { t } = useTranslation();
  const save = useSaveSetting();
  const kept = written(useSettings().data?.allowed_origins);
  const [typed, setTyped] = useState<string | null>(null);
  const leave = () => {
    if (typed !== null && typed.trim() !== kept)
      act(save("allowed_origins", typed.trim() === "" ? null : typed.trim()));
    setTyped(null);
  };
  return (
    <TextInput
      label={t("phone.origins")}
      description={t("phone.originsText")}
      value={typed ?? kept}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={leave}
      autoComplete="off"
    />
  );
}

function written(setting: JsonValue | undefined): string {
  if (typeof setting === "string") return setting;
  return Array.isArray(setting) ? setting.filter((each) => typeof each === "string").join(", ") : "";
}
