import { Button, Progress } from "@mantine/core";
import { BrowserIcon } from "@phosphor-icons/react/Browser";
import { DownloadSimpleIcon } from "@phosphor-icons/react/DownloadSimple";
import { StopIcon } from "@phosphor-icons/react/Stop";
import { useIsMutating, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { failureOf, FailureNotice } from "@/components/Notice";
import { act } from "@/lib/act";
import { keys } from "@/lib/data/queries";
import { useFormat } from "@/lib/format/useFormat";
import { useHost, type BrowserDownload, type BrowserDownloadProgress } from "@/lib/host";
import css from "./SettingsScreen.module.css";

const sources = ["explicit", "bundled", "downloaded", "installed"] as const;
const stages = ["fetching", "checking", "unpacking"] as const;
const mutationKey = ["downloadBrowser"];

/** The browser that is driven, and the download of one of the app's own. */
export function BrowserCard() {
  const { t } = useTranslation();
  const host = useHost();
  const cache = useQueryClient();
  const browser = useQuery({ queryKey: keys.browser, queryFn: () => host.browserStatus(), staleTime: 0 });
  const download = useMutation({
    mutationKey,
    mutationFn: () => host.downloadBrowser(),
    onSuccess: (view) => cache.setQueryData(keys.browser, view),
    onSettled: () => cache.removeQueries({ queryKey: keys.browserDownload }),
  });
  // Also where it was begun before another screen was looked at.
  const downloading = useIsMutating({ mutationKey }) > 0;
  const view = browser.data;
  const found = view?.found ?? null;
  const source = sources.find((each) => each === found?.source);
  const stopped = download.isError && failureOf(download.error).code === "cancelled";
  return (
    <section className={css.card} aria-labelledby="browser">
      <div className={css.head}>
        <span className={css.badge} aria-hidden>
          <BrowserIcon size={22} />
        </span>
        <div className={css.words}>
          <h3 id="browser" className={css.name}>
            {found ? found.version : t(view ? "settings.browser.none" : "settings.browser.title")}
          </h3>
          {found && (
            <p className={css.text} data-selectable>
              {source ? `${t(`settings.browser.sources.${source}`)} · ` : ""}
              {found.path}
            </p>
          )}
        </div>
        {view?.download.available && !downloading && (
          <Button leftSection={<DownloadSimpleIcon size={17} aria-hidden />} onClick={() => download.mutate()}>
            {t(stopped ? "settings.browser.resume" : "settings.browser.download")}
          </Button>
        )}
      </div>
      {view?.problem && <FailureNotice failure={view.problem} />}
      {browser.isError && <FailureNotice failure={failureOf(browser.error)} />}
      {download.isError && <FailureNotice failure={failureOf(download.error)} />}
      {downloading && <Downloading />}
      {view && !downloading && <Offer download={view.download} />}
    </section>
  );
}

function Offer({ download }: { download: BrowserDownload }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <p className={css.small}>
      {download.available
        ? t("settings.browser.offer", {
            version: download.version ?? "",
            size: format.megabytes(download.bytes ?? 0),
            from: new URL(download.from).host,
          })
        : t("settings.browser.noOffer")}
    </p>
  );
}

function Downloading() {
  const { t } = useTranslation();
  const format = useFormat();
  const host = useHost();
  // Filled by the engine's events.
  const progress = useQuery<BrowserDownloadProgress | null>({
    queryKey: keys.browserDownload,
    queryFn: () => null,
    enabled: false,
  }).data;
  const stage = stages.find((each) => each === progress?.stage) ?? "fetching";
  const percent = progress && progress.total > 0 ? (progress.received / progress.total) * 100 : 0;
  return (
    <div className={css.progress}>
      <p role="status">
        {t(`settings.browser.stages.${stage}`)}
        {progress && stage === "fetching" && (
          <span className={css.text}>
            {" "}
            {t("settings.browser.received", {
              received: format.megabytes(progress.received),
              total: format.megabytes(progress.total),
            })}
          </span>
        )}
      </p>
      <Button leftSection={<StopIcon size={15} weight="fill" aria-hidden />} onClick={() => act(host.stop("download"))}>
        {t("common.stop")}
      </Button>
      <Progress
        value={stage === "fetching" ? percent : 100}
        aria-label={t("settings.browser.progress")}
        transitionDuration={0}
        className={css.bar}
      />
    </div>
  );
}
