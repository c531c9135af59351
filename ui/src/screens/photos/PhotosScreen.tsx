import { Button, Menu, SegmentedControl } from "@mantine/core";
import { CoatHangerIcon } from "@phosphor-icons/react/CoatHanger";
import { CaretDownIcon } from "@phosphor-icons/react/CaretDown";
import { DeviceMobileIcon } from "@phosphor-icons/react/DeviceMobile";
import { FolderIcon } from "@phosphor-icons/react/Folder";
import { ImagesIcon } from "@phosphor-icons/react/Images";
import { FolderPlusIcon } from "@phosphor-icons/react/FolderPlus";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Screen } from "@/app/Screen";
import { FailureNotice, Notice } from "@/components/Notice";
import { act } from "@/lib/act";
import { useDraftsOf } from "@/lib/data/queries";
import { countIn, useDraftCounts } from "@/lib/data/rows";
import { useHost } from "@/lib/host";
import { Duplicates } from "./Duplicates";
import { EmptyPhotos } from "./EmptyPhotos";
import { ImportProgressCard } from "./ImportProgressCard";
import { isRunning, useImports, useImportStore } from "./import-store";
import { LookingCard } from "./LookingCard";
import { Looks } from "./Looks";
import { Arriving, PileCard } from "./Piles";
import { RejectedPanel } from "./RejectedPanel";
import { UnfinishedImports } from "./UnfinishedImports";
import { useGrouping } from "./useGrouping";
import css from "./PhotosScreen.module.css";

/** Photos come in here and stand in piles; each pile is a draft. */
export function PhotosScreen() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { runs } = useImports();
  const store = useImportStore();
  const counts = useDraftCounts().data;
  const groups = runs.flatMap((run) => run.groups);
  const drafts = useDraftsOf(groups.map((group) => group.draft_id)).data;
  const piles = groups.map((group) => ({ group, draft: drafts?.get(group.draft_id) }));
  const shown = piles.flatMap(({ group, draft }) => (draft ? [{ group, draft }] : []));
  const underWay = runs.filter(isRunning);
  const running = underWay.length > 0;
  const last = runs.at(-1);
  const lookFailure = runs.findLast((run) => run.lookFailure !== null)?.lookFailure ?? null;
  const looking = runs.find((run) => run.looking.size > 0);
  const rejected = runs.flatMap((run) => run.rejected);
  const duplicates = runs.flatMap((run) => run.photos.filter((photo) => photo.duplicate));
  const side = rejected.length > 0 || (duplicates.length > 0 && !running);
  const toComplete = shown.filter(({ draft }) => !draft.flags.publish_ready).length;

  return (
    <Screen
      title={t("photos.title")}
      detail={shown.length > 0 ? t("photos.detail", { count: shown.length }) : undefined}
      actions={runs.length > 0 ? <AddMenu /> : undefined}
    >
      {!running && <UnfinishedImports />}
      {runs.length === 0 && <Looks watched={undefined} />}
      {runs.length === 0 ? (
        <EmptyPhotos draftCount={countIn(counts, ["unknown", "open", "ready"])} />
      ) : (
        <div className={css.page}>
          {underWay.map((run) => (
            <ImportProgressCard key={run.id} run={run} />
          ))}
          {!running && last?.failure && (
            <FailureNotice
              failure={last.failure}
              context={t("photos.failed")}
              actions={<Button onClick={() => void store.retry(last)}>{t("common.retry")}</Button>}
            />
          )}
          {!running && last?.stopped === true && (
            <p className={css.stopped}>{t("photos.stopped", { done: last.photos.length, total: last.total })}</p>
          )}
          {looking && <LookingCard run={looking} />}
          {!running && lookFailure && <FailureNotice failure={lookFailure} context={t("photos.notLooked")} />}
          {!running && last?.notLooked && (
            <Notice severity="note" title={t("photos.notLooked")} text={t("photos.notLookedText")} />
          )}
          <div className={css.toolbar}>
            <GroupingChoice />
            {shown.length > 0 && !running && (
              <Button
                variant="stitched"
                leftSection={<CoatHangerIcon size={18} aria-hidden />}
                onClick={() => void navigate({ to: "/drafts" })}
                className={css.next}
              >
                {toComplete > 0 ? t("photos.openCount", { count: toComplete }) : t("photos.open")}
              </Button>
            )}
          </div>
          <div className={css.columns} data-side={side || undefined}>
            <div className={css.piles}>
              {underWay.map((run) => (
                <Arriving key={run.id} run={run} />
              ))}
              {shown.map(({ group, draft }, place) => (
                <PileCard key={draft.id} number={place + 1} group={group} draft={draft} />
              ))}
              {shown.length > 0 && <span className={css.rest} aria-hidden />}
              {!running && shown.length === 0 && last?.state === "done" && (
                <p className={css.nothing}>{t("photos.noPile")}</p>
              )}
            </div>
            {side && (
              <div className={css.side}>
                {rejected.length > 0 && <RejectedPanel files={rejected} />}
                {duplicates.length > 0 && <Duplicates photos={duplicates} />}
              </div>
            )}
          </div>
        </div>
      )}
      {!running && runs.length > 0 && <Looks watched={looking?.looking} />}
    </Screen>
  );
}

/** How the next drop becomes drafts. */
export function GroupingChoice() {
  const { t } = useTranslation();
  const [grouping, choose] = useGrouping();
  return (
    <div className={css.grouping} role="group" aria-label={t("photos.grouping")}>
      <span className={css.groupingLabel} aria-hidden>
        {t("photos.grouping")}
      </span>
      <SegmentedControl
        size="xs"
        value={grouping}
        onChange={(value) => choose(value)}
        data={(["auto", "one", "none"] as const).map((value) => ({ value, label: t(`photos.groupings.${value}`) }))}
      />
    </div>
  );
}

function AddMenu() {
  const { t } = useTranslation();
  const host = useHost();
  const store = useImportStore();
  const [grouping] = useGrouping();
  const navigate = useNavigate();
  const add = (paths: Promise<string[]>) => act(paths.then((picked) => store.add(picked, grouping)));
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          leftSection={<FolderPlusIcon size={17} aria-hidden />}
          rightSection={<CaretDownIcon size={13} weight="bold" aria-hidden />}
        >
          {t("photos.add")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<ImagesIcon size={16} aria-hidden />} onClick={() => add(host.pickPhotos())}>
          {t("photos.pickPhotos")}
        </Menu.Item>
        <Menu.Item leftSection={<FolderIcon size={16} aria-hidden />} onClick={() => add(host.pickFolder())}>
          {t("photos.pickFolder")}
        </Menu.Item>
        <Menu.Item
          leftSection={<DeviceMobileIcon size={16} aria-hidden />}
          onClick={() => void navigate({ to: "/settings/$section", params: { section: "phone" } })}
        >
          {t("phone.fromPhone")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
