import { Button } from "@mantine/core";
import { CheckCircleIcon } from "@phosphor-icons/react/CheckCircle";
import { HardDrivesIcon } from "@phosphor-icons/react/HardDrives";
import { WarningOctagonIcon } from "@phosphor-icons/react/WarningOctagon";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { failureOf, FailureNotice } from "@/components/Notice";
import { act } from "@/lib/act";
import { keys, useAbout } from "@/lib/data/queries";
import { useHost } from "@/lib/host";
import css from "./SettingsScreen.module.css";

/** The parts that the engine looks at. */
const parts = ["data_folder", "database", "vault", "browser", "codecs", "isolation", "site"] as const;

/** Version, where the data lie, and what works on this machine. */
export function About() {
  const { t } = useTranslation();
  const host = useHost();
  const about = useAbout().data;
  const cache = useQueryClient();
  const doctor = useMutation({
    mutationFn: () => host.doctor(false),
    onSuccess: ({ checks }) => cache.setQueryData(keys.machine, checks),
  });
  const partName = (name: string) => {
    const part = parts.find((each) => each === name);
    return part ? t(`settings.parts.${part}`) : name.replaceAll("_", " ");
  };
  if (!about) return null;
  return (
    <>
      <h2 className={css.title}>{t("settings.about")}</h2>
      <section className={css.card}>
        <Line label={t("settings.version")}>
          <b>{`${t("common.app")} ${about.version}`}</b>
        </Line>
        <Line label={t("settings.mode")}>{t(about.practice ? "settings.modes.practice" : "settings.modes.real")}</Line>
        <Line label={t("settings.site")}>
          <span data-selectable>{about.site_url}</span>
        </Line>
        <Line label={t("settings.data")}>
          <span className={css.path}>
            <span data-selectable>{about.data_dir}</span>
            {!host.inTab && (
              <Button size="xs" onClick={() => act(host.openDataDir())}>
                {t("settings.openFolder")}
              </Button>
            )}
          </span>
        </Line>
        <Line label={t("settings.vault")}>
          {t(about.vault === "file" ? "settings.vaults.file" : "settings.vaults.keyring")}
        </Line>
        <Line label={t("settings.licence")}>{t("settings.licenceText")}</Line>
      </section>
      <section className={css.card}>
        <div className={css.head}>
          <div className={css.words}>
            <h3 className={css.name}>{t("settings.doctor")}</h3>
          </div>
          <Button loading={doctor.isPending} onClick={() => doctor.mutate()}>
            {t("settings.doctorRun")}
          </Button>
        </div>
        {doctor.isError && <FailureNotice failure={failureOf(doctor.error)} />}
        <ul className={css.checks}>
          {(
            doctor.data?.checks ??
            Object.entries(about.components).map(([name, detail]) => ({ name, ok: true, detail }))
          ).map((check) => (
            <li key={check.name} data-bad={!check.ok || undefined}>
              {check.ok ? (
                <CheckCircleIcon
                  size={16}
                  weight="fill"
                  aria-label={doctor.data ? t("settings.doctorOk") : undefined}
                  aria-hidden={!doctor.data}
                />
              ) : (
                <WarningOctagonIcon size={16} weight="fill" aria-label={t("settings.doctorBad")} />
              )}
              <span>{partName(check.name)}</span>
              <span data-selectable>{check.detail}</span>
            </li>
          ))}
        </ul>
      </section>
      <p className={css.note}>
        <HardDrivesIcon size={16} aria-hidden />
        {t("settings.localNote")}
      </p>
    </>
  );
}

function Line({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div className={css.row}>
      <span className={css.label}>{label}</span>
      <span>{children}</span>
    </div>
  );
}
