import { Button } from "@mantine/core";
import { StopIcon } from "@phosphor-icons/react/Stop";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { failureOf, FailureNotice } from "@/components/Notice";
import { act } from "@/lib/act";
import { keys } from "@/lib/data/queries";
import { useFormat } from "@/lib/format/useFormat";
import { useHost } from "@/lib/host";
import css from "../SettingsScreen.module.css";

/** One tiny question without photos: whether address, key and model work together. */
export function ModelTest() {
  const { t } = useTranslation();
  const format = useFormat();
  const host = useHost();
  const cache = useQueryClient();
  const test = useMutation({
    mutationFn: () => host.testModel(),
    onSettled: () => cache.invalidateQueries({ queryKey: keys.ownModel }),
  });
  const { data } = test;
  return (
    <div className={css.part}>
      <div className={css.head}>
        <p className={`${css.words} ${css.text}`}>{t("settings.model.testText")}</p>
        {test.isPending ? (
          <Button
            leftSection={<StopIcon size={15} weight="fill" aria-hidden />}
            onClick={() => act(host.stop("model_test"))}
          >
            {t("common.stop")}
          </Button>
        ) : (
          <Button onClick={() => test.mutate()}>{t("settings.model.test")}</Button>
        )}
      </div>
      <div role="status">
        {test.isPending && <p className={css.small}>{t("settings.model.testing")}</p>}
        {data && (
          <p className={css.small}>
            {t("settings.model.tested", {
              model: data.model,
              ms: data.duration_ms,
              cost: format.amount(data.cost ?? 0),
            })}
            {!data.counts_tokens && <> {t("settings.model.uncounted")}</>}
          </p>
        )}
      </div>
      {test.isError && <FailureNotice failure={failureOf(test.error)} />}
    </div>
  );
}
