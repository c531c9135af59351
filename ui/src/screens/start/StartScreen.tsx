import { Button, Radio, SegmentedControl } from "@mantine/core";
import { CheckIcon } from "@phosphor-icons/react/Check";
import { DownloadSimpleIcon } from "@phosphor-icons/react/DownloadSimple";
import { FolderOpenIcon } from "@phosphor-icons/react/FolderOpen";
import { HardDrivesIcon } from "@phosphor-icons/react/HardDrives";
import { NeedleIcon } from "@phosphor-icons/react/Needle";
import { WarningIcon } from "@phosphor-icons/react/Warning";
import { useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { CloseDialog } from "@/app/CloseDialog";
import { PocketMark } from "@/components/PocketMark";
import { Pill } from "@/components/Pill";
import { languages, type Language } from "@/i18n";
import { act } from "@/lib/act";
import { keys, useAbout } from "@/lib/data/queries";
import { useSaveLanguage } from "@/lib/data/save-setting";
import { useHost, type Host } from "@/lib/host";
import { DropZone } from "@/screens/photos/DropZone";
import { useImportStore } from "@/screens/photos/import-store";
import { useGrouping } from "@/screens/photos/useGrouping";
import { Pocket } from "./Pocket";
import css from "./StartScreen.module.css";

type Step = "account" | "photos";
/** Kept in the window, because moving to the real site loads the page anew. */
const resumeKey = "studio.start";

/** The first start: practise or a real account, then the first photos. Each step can be skipped. */
export function StartScreen() {
  const { t, i18n } = useTranslation();
  const host = useHost();
  const cache = useQueryClient();
  const saveLanguage = useSaveLanguage();
  const [step, setStep] = useState<Step>(() =>
    window.localStorage.getItem(resumeKey) === "photos" ? "photos" : "account",
  );
  useEffect(() => {
    document.title = `${t("start.title")} · ${t("common.app")}`;
  }, [t]);
  return (
    <div className={css.page}>
      <header className={css.denim} data-on-rail>
        <div className={css.brand}>
          <PocketMark size={40} />
          {t("common.app")}
        </div>
        <p className={css.slogan}>{t("start.slogan")}</p>
        <p className={css.sloganText}>{t("start.sloganText")}</p>
        <Pocket />
      </header>
      <main className={css.main} id="content">
        <header className={css.head}>
          <ol className={css.steps} aria-label={t("start.steps")}>
            {(["account", "photos"] as const).map((each, place) => (
              <li key={each} className={css.step} aria-current={each === step ? "step" : undefined}>
                <span aria-hidden>{place + 1}</span>
                {t(`start.step.${each}`)}
              </li>
            ))}
          </ol>
          <SegmentedControl
            size="xs"
            aria-label={t("start.language")}
            value={i18n.language}
            data={languages.map((value) => ({ value, label: t(`settings.languages.${value}`) }))}
            onChange={(value) => act(saveLanguage(value as Language))}
          />
        </header>
        {step === "account" ? <ChooseAccount onDone={() => setStep("photos")} /> : <FirstPhotos />}
        <p className={css.local}>
          <HardDrivesIcon size={16} aria-hidden />
          {t("settings.localNote")}
        </p>
      </main>
      <DropZone onDropped={() => act(welcomed(host, cache))} />
      <CloseDialog />
    </div>
  );
}

/** The first start is over: the next one opens the photos. */
async function welcomed(host: Host, cache: QueryClient) {
  window.localStorage.removeItem(resumeKey);
  const { settings } = await host.setSettings({ settings: { welcomed: true } });
  cache.setQueryData(keys.settings, settings);
}

function ChooseAccount({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const host = useHost();
  const about = useAbout().data;
  const [chosen, setChoice] = useState<"practice" | "real">("practice");
  // A server works on one of both for all who ask it.
  const only = host.inTab && about ? (about.practice ? "practice" : "real") : null;
  const choice = only ?? chosen;
  const go = async () => {
    window.localStorage.setItem(resumeKey, "photos");
    if (about && about.practice !== (choice === "practice")) await host.setPractice(choice === "practice");
    onDone();
  };
  return (
    <>
      <h1 className={css.title}>{t("start.question")}</h1>
      <p className={css.lead}>{t("start.later")}</p>
      <Radio.Group value={choice} onChange={(value) => setChoice(value)} aria-label={t("start.question")}>
        <div className={css.choices}>
          {only !== "real" && (
            <label className={css.choice} data-chosen={choice === "practice" || undefined}>
              <Radio
                value="practice"
                aria-describedby="practice-text"
                label={undefined}
                aria-label={t("start.practice")}
              />
              <span className={css.words}>
                <strong className={css.name}>
                  {t("start.practice")}
                  <Pill tone="you" icon={<NeedleIcon size={13} weight="bold" aria-hidden />}>
                    {t("start.advised")}
                  </Pill>
                </strong>
                <span id="practice-text">{t("start.practiceText")}</span>
                <span className={css.fact}>
                  <CheckIcon size={15} weight="bold" aria-hidden />
                  {t("start.practiceSafe")}
                </span>
                <span className={css.fact}>
                  <CheckIcon size={15} weight="bold" aria-hidden />
                  {t("start.practiceKeeps")}
                </span>
              </span>
            </label>
          )}
          {only !== "practice" && (
            <label className={css.choice} data-chosen={choice === "real" || undefined}>
              <Radio value="real" aria-describedby="real-text" label={undefined} aria-label={t("start.real")} />
              <span className={css.words}>
                <strong className={css.name}>{t("start.real")}</strong>
                <span id="real-text">{t("start.realText")}</span>
                <span className={css.fact} data-warn>
                  <WarningIcon size={15} weight="bold" aria-hidden />
                  {t("settings.terms")}
                </span>
              </span>
            </label>
          )}
        </div>
      </Radio.Group>
      <div className={css.buttons}>
        <Button variant="stitched" onClick={() => act(go())}>
          {t(choice === "practice" ? "start.continuePractice" : "start.continueReal")}
        </Button>
        <Button variant="quiet" onClick={onDone}>
          {t("start.skip")}
        </Button>
      </div>
    </>
  );
}

function FirstPhotos() {
  const { t } = useTranslation();
  const host = useHost();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const store = useImportStore();
  const [grouping] = useGrouping();
  const samples = useQuery({ queryKey: ["samples"], queryFn: () => host.samplePaths() }).data ?? [];
  const finish = async (paths: string[]) => {
    await welcomed(host, cache);
    await navigate({ to: "/photos" });
    await store.add(paths, grouping);
  };
  return (
    <>
      <h1 className={css.title}>{t("start.photosTitle")}</h1>
      <p className={css.lead}>{t("start.photosText")}</p>
      <div className={css.drop}>
        <DownloadSimpleIcon size={30} aria-hidden />
        <span>{t("photos.emptyText")}</span>
        <Button
          leftSection={<FolderOpenIcon size={17} aria-hidden />}
          onClick={() => act(host.pickPhotos().then((paths) => (paths.length > 0 ? finish(paths) : undefined)))}
        >
          {t("start.choose")}
        </Button>
      </div>
      <div className={css.buttons}>
        {samples.length > 0 && (
          <Button variant="stitched" onClick={() => act(finish(samples))}>
            {t("start.useSamples", { count: samples.length })}
          </Button>
        )}
        <Button variant="quiet" onClick={() => act(finish([]))}>
          {t("start.skip")}
        </Button>
      </div>
    </>
  );
}
