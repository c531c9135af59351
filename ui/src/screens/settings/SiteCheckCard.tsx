import { Button } from "@mantine/core";
import { CheckCircleIcon } from "@phosphor-icons/react/CheckCircle";
import { FileArrowUpIcon } from "@phosphor-icons/react/FileArrowUp";
import { GlobeIcon } from "@phosphor-icons/react/Globe";
import { StopIcon } from "@phosphor-icons/react/Stop";
import { WarningIcon } from "@phosphor-icons/react/Warning";
import { useIsMutating, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { failureOf, FailureNotice, Notice } from "@/components/Notice";
import { Pill } from "@/components/Pill";
import { act } from "@/lib/act";
import { keys, useSettings } from "@/lib/data/queries";
import { useSaveSetting } from "@/lib/data/save-setting";
import { fileName } from "@/lib/format/format";
import { useFormat } from "@/lib/format/useFormat";
import { useHost, type SiteCheckView, type SiteFieldView } from "@/lib/host";
import { fieldName } from "@/screens/review/fields";
import css from "./SettingsScreen.module.css";
import table from "./SiteCheckCard.module.css";

const ways = ["test_id", "id", "name", "css", "role", "label", "position"] as const;
const mutationKey = ["checkSite"];

/** Walks the site's form without publishing: each field, which way found it, and when that way last worked. */
export function SiteCheckCard() {
  const { t } = useTranslation();
  const format = useFormat();
  const host = useHost();
  const cache = useQueryClient();
  const save = useSaveSetting();
  const settings = useSettings().data;
  const chosen = typeof settings?.site_profile === "string" ? settings.site_profile : null;
  // The last result stays while the window is open.
  const last = useQuery<SiteCheckView | null>({ queryKey: keys.siteCheck, queryFn: () => null, enabled: false }).data;
  const check = useMutation({
    mutationKey,
    mutationFn: () => host.siteCheck(null, null),
    onSuccess: (view) => cache.setQueryData(keys.siteCheck, view),
  });
  const checking = useIsMutating({ mutationKey }) > 0;
  // The check tells which profile was used; before it only the person's choice is known.
  const named = last ? last.profile.file : chosen;
  const choose = async (file: string | null) => {
    await save("site_profile", file);
    cache.setQueryData(keys.siteCheck, null);
  };
  const load = async () => {
    const path = await host.pickSiteProfile();
    if (path !== null) await choose(path);
  };
  return (
    <section className={css.card} aria-labelledby="site-check">
      <div className={css.head}>
        <span className={css.badge} aria-hidden>
          <GlobeIcon size={22} />
        </span>
        <div className={css.words}>
          <h3 id="site-check" className={css.name}>
            {t("settings.siteCheck.title")}
            {last && (
              <Pill
                tone={last.ok ? "ok" : "you"}
                icon={
                  last.ok ? (
                    <CheckCircleIcon size={14} weight="fill" aria-hidden />
                  ) : (
                    <WarningIcon size={14} weight="fill" aria-hidden />
                  )
                }
              >
                {t(last.ok ? "settings.siteCheck.ok" : "settings.siteCheck.notOk")}
              </Pill>
            )}
          </h3>
          <p className={css.text}>
            {last
              ? t("settings.siteCheck.checkedAt", { time: format.moment(last.checked_at), account: last.account })
              : t("settings.siteCheck.text")}
          </p>
        </div>
        {checking ? (
          <Button
            leftSection={<StopIcon size={15} weight="fill" aria-hidden />}
            onClick={() => act(host.stop("site_check"))}
          >
            {t("common.stop")}
          </Button>
        ) : (
          <Button onClick={() => check.mutate()}>{t("settings.siteCheck.run")}</Button>
        )}
      </div>
      {checking && (
        <p className={css.small} role="status">
          {t("settings.siteCheck.running")}
        </p>
      )}
      {check.isError && <FailureNotice failure={failureOf(check.error)} />}
      {last?.profile.problem && (
        <Notice
          severity="bad"
          title={t("settings.siteCheck.profileProblem")}
          text={t("settings.siteCheck.profileProblemText")}
        />
      )}
      {last && <Fields view={last} />}
      <div className={css.foot}>
        <span>
          {named !== null
            ? t("settings.siteCheck.profileFile", { file: fileName(named) })
            : last && t("settings.siteCheck.profileShipped", { date: last.profile.date })}
        </span>
        <span className={css.buttons}>
          {chosen !== null && (
            <Button size="xs" variant="quiet" onClick={() => act(choose(null))}>
              {t("settings.siteCheck.profileReset")}
            </Button>
          )}
          {!host.inTab && (
            <Button size="xs" leftSection={<FileArrowUpIcon size={15} aria-hidden />} onClick={() => act(load())}>
              {t("settings.siteCheck.profileLoad")}
            </Button>
          )}
        </span>
      </div>
    </section>
  );
}

function Fields({ view }: { view: SiteCheckView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const way = (name: string | null) => {
    const known = ways.find((each) => each === name);
    return known ? t(`settings.siteCheck.ways.${known}`) : (name ?? "");
  };
  const lastWorked = ({ worked }: SiteFieldView) => (worked[0] ? format.moment(worked[0].last_worked) : "–");
  return (
    <table className={table.table}>
      <thead>
        <tr>
          <th scope="col">{t("settings.siteCheck.field")}</th>
          <th scope="col">{t("settings.siteCheck.way")}</th>
          <th scope="col">{t("settings.siteCheck.others")}</th>
          <th scope="col">{t("settings.siteCheck.lastWorked")}</th>
        </tr>
      </thead>
      <tbody>
        {view.fields.map((field) => (
          <tr key={field.field} data-missing={field.way === null || undefined}>
            <th scope="row">{fieldName(field.field, t)}</th>
            {field.way === null ? (
              <td colSpan={2} className={table.missing}>
                <WarningIcon size={15} weight="fill" aria-hidden />
                {t(field.optional ? "settings.siteCheck.leftToYou" : "settings.siteCheck.notFound", {
                  ways: format.list(field.tried.map(way)),
                })}
              </td>
            ) : (
              <>
                <td>
                  <CheckCircleIcon size={15} weight="fill" aria-hidden className={table.ok} />
                  {way(field.way)} <code data-selectable>{field.hook}</code>
                </td>
                <td className={table.others}>{field.found_by.slice(1).map(way).join(", ") || "–"}</td>
              </>
            )}
            <td className={table.others}>{lastWorked(field)}</td>
          </tr>
        ))}
        <tr data-missing={view.publish_button === null || undefined}>
          <th scope="row">{t("settings.siteCheck.button")}</th>
          <td colSpan={3} className={view.publish_button === null ? table.missing : undefined}>
            {view.publish_button === null ? (
              <>
                <WarningIcon size={15} weight="fill" aria-hidden />
                {t("settings.siteCheck.buttonMissing")}
              </>
            ) : (
              <>
                <CheckCircleIcon size={15} weight="fill" aria-hidden className={table.ok} />
                {t("settings.siteCheck.buttonFound")} <code data-selectable>{view.publish_button}</code>
              </>
            )}
          </td>
        </tr>
      </tbody>
    </table>
  );
}
