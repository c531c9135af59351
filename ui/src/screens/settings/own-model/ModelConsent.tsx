import { Button, Modal } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { failureOf, FailureNotice } from "@/components/Notice";
import { keys } from "@/lib/data/queries";
import { useFormat } from "@/lib/format/useFormat";
import { useHost, type OwnModelView } from "@/lib/host";
import css from "../SettingsScreen.module.css";

const places = ["this_machine", "local_network", "elsewhere"] as const;

/** What would be sent where, and the person's word on it, address by address. */
export function ModelConsent({ model }: { model: OwnModelView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const host = useHost();
  const cache = useQueryClient();
  const [asking, setAsking] = useState(false);
  const change = useMutation({
    // The address that was shown: where another one is set by now, the engine refuses.
    mutationFn: (allow: boolean) => (allow ? host.consentToModel(model.address) : host.withdrawModelConsent()),
    onSuccess: (view) => cache.setQueryData(keys.ownModel, view),
    onSettled: () => setAsking(false),
  });
  const title = model.place === "this_machine" ? "settings.model.confirmHere" : "settings.model.confirm";
  return (
    <div className={css.part}>
      <h4 className={css.partTitle}>{t("settings.model.consentTitle")}</h4>
      <What model={model} />
      {model.consent_at === null ? (
        <div className={`${css.buttons} ${css.switch}`}>
          <Button onClick={() => setAsking(true)}>{t("settings.model.allow", { host: model.host })}</Button>
        </div>
      ) : (
        <>
          <p className={css.small} role="status">
            {t("settings.model.allowed", { time: format.moment(model.consent_at) })} {t("settings.model.another")}
          </p>
          <div className={css.buttons}>
            <Button variant="quiet" loading={change.isPending} onClick={() => change.mutate(false)}>
              {t("settings.model.withdraw")}
            </Button>
          </div>
        </>
      )}
      {change.isError && <FailureNotice failure={failureOf(change.error)} />}
      {asking && (
        <Modal
          opened
          onClose={() => setAsking(false)}
          title={t(title)}
          closeButtonProps={{ "aria-label": t("common.close") }}
        >
          <What model={model} />
          <div className={`${css.buttons} ${css.switch}`}>
            <Button variant="stitched" loading={change.isPending} onClick={() => change.mutate(true)}>
              {t("settings.model.allow", { host: model.host })}
            </Button>
            <Button variant="quiet" onClick={() => setAsking(false)}>
              {t("common.cancel")}
            </Button>
          </div>
        </Modal>
      )}
    </div>
  );
}

function What({ model }: { model: OwnModelView }) {
  const { t } = useTranslation();
  const place = places.find((each) => each === model.place) ?? "elsewhere";
  return (
    <p className={css.text}>
      {t("settings.model.sent")} {t(`settings.model.places.${place}`, { host: model.host })}
      {place === "local_network" && !model.encrypted && <> {t("settings.model.readable")}</>}
    </p>
  );
}
