import { Combobox, Modal, TextInput, useCombobox } from "@mantine/core";
import { useDebouncedValue, useHotkeys } from "@mantine/hooks";
import { BugIcon } from "@phosphor-icons/react/Bug";
import { CoatHangerIcon } from "@phosphor-icons/react/CoatHanger";
import { GearSixIcon } from "@phosphor-icons/react/GearSix";
import { ImagesIcon } from "@phosphor-icons/react/Images";
import { ListChecksIcon } from "@phosphor-icons/react/ListChecks";
import { MagnifyingGlassIcon } from "@phosphor-icons/react/MagnifyingGlass";
import { MonitorIcon } from "@phosphor-icons/react/Monitor";
import { MoonIcon } from "@phosphor-icons/react/Moon";
import { PauseIcon } from "@phosphor-icons/react/Pause";
import { PlayIcon } from "@phosphor-icons/react/Play";
import { PowerIcon } from "@phosphor-icons/react/Power";
import { QueueIcon } from "@phosphor-icons/react/Queue";
import { ScrollIcon } from "@phosphor-icons/react/Scroll";
import { SunIcon } from "@phosphor-icons/react/Sun";
import { TranslateIcon } from "@phosphor-icons/react/Translate";
import type { Icon } from "@phosphor-icons/react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Picture } from "@/components/Picture";
import { act } from "@/lib/act";
import { keys, useQueueState } from "@/lib/data/queries";
import { everyDraft } from "@/lib/data/rows";
import { useSaveLanguage, useSaveSetting } from "@/lib/data/save-setting";
import { fold } from "@/lib/format/fold";
import { useFormat } from "@/lib/format/useFormat";
import { useHost, type DraftRow } from "@/lib/host";
import css from "./Palette.module.css";

/** Drafts that are shown for a search, of those that are looked at. */
const drafts = 8;
const lookedAt = 60;

const openers = new Set<() => void>();

/** Opens the palette from anywhere. */
export function openPalette(): void {
  for (const open of openers) open();
}

/** The way to the palette for the pointer. */
export function PaletteButton() {
  const { t } = useTranslation();
  return (
    <button type="button" className={css.button} onClick={openPalette}>
      <MagnifyingGlassIcon size={16} aria-hidden />
      <span className={css.wide}>{t("palette.open")}</span>
      <kbd className={css.key}>{"Ctrl K"}</kbd>
    </button>
  );
}

/** Ctrl+K: any screen, draft or command by a few letters. */
export function Palette() {
  const [open, setOpen] = useState(false);
  useHotkeys([["mod+K", () => setOpen(true)]], []);
  useEffect(() => {
    const show = () => setOpen(true);
    openers.add(show);
    return () => void openers.delete(show);
  }, []);
  return open ? <Opened onClose={() => setOpen(false)} /> : null;
}

interface Entry {
  id: string;
  group: "screens" | "commands";
  name: string;
  icon: Icon;
  run: () => unknown;
}

function Opened({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const host = useHost();
  const navigate = useNavigate();
  const [typed, setTyped] = useState("");
  const [sought] = useDebouncedValue(typed.trim(), 80);
  const found = useQuery({
    queryKey: ["drafts", "palette", sought],
    queryFn: async () =>
      (await host.draftRows({ query: { ...everyDraft, search: sought }, offset: 0, limit: lookedAt })).rows,
    enabled: sought !== "",
    placeholderData: (before) => before,
  });
  // What an earlier search found stays until this one has its answer, but Enter does not open it.
  const behind = found.isPlaceholderData || sought !== typed.trim();
  const words = fold(typed).split(/\s+/).filter(Boolean);
  // Who types a title means a title: those that hold the words there come before those that hold them elsewhere.
  const titled = ({ title }: DraftRow) => words.every((word) => fold(title).includes(word));
  const rows =
    words.length === 0
      ? []
      : (found.data ?? []).toSorted((one, other) => Number(titled(other)) - Number(titled(one))).slice(0, drafts);
  const entries = useEntries().filter(({ name }) => words.every((word) => fold(name).includes(word)));
  const store = useCombobox({ opened: true });
  const { selectFirstOption } = store;
  // The best answer is one press of Enter away, whatever is typed.
  useEffect(() => {
    selectFirstOption();
  }, [selectFirstOption, typed, rows.length, behind]);

  const choose = (id: string) => {
    onClose();
    const entry = entries.find((each) => each.id === id);
    if (entry) entry.run();
    else void navigate({ to: "/drafts/$draftId", params: { draftId: id } });
  };

  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      size={560}
      yOffset="12vh"
      centered={false}
      padding={0}
      title={t("palette.label")}
      classNames={{ header: css.header }}
    >
      <Combobox store={store} onOptionSubmit={choose} withinPortal={false}>
        <Combobox.EventsTarget withExpandedAttribute>
          <TextInput
            data-autofocus
            className={css.search}
            variant="unstyled"
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            // An open list keeps Escape from the dialog around it; here they are one.
            onKeyDown={(event) => event.key === "Escape" && onClose()}
            placeholder={t("palette.placeholder")}
            aria-label={t("palette.label")}
            leftSection={<MagnifyingGlassIcon size={18} aria-hidden />}
            spellCheck={false}
          />
        </Combobox.EventsTarget>
        <Combobox.Options className={css.list} labelledBy={undefined} aria-label={t("palette.label")}>
          {(["screens", "commands"] as const).map((group) => {
            const members = entries.filter((entry) => entry.group === group);
            return (
              members.length > 0 && (
                <Combobox.Group key={group} label={t(`palette.${group}`)} className={css.group}>
                  {members.map(({ id, name, icon: Glyph }) => (
                    <Combobox.Option key={id} value={id} className={css.option}>
                      <Glyph size={17} aria-hidden />
                      {name}
                    </Combobox.Option>
                  ))}
                </Combobox.Group>
              )
            );
          })}
          {rows.length > 0 && (
            <Combobox.Group label={t("palette.drafts")} className={css.group}>
              {rows.map((row) => (
                <DraftOption key={row.id} row={row} disabled={behind} />
              ))}
            </Combobox.Group>
          )}
          {entries.length === 0 && rows.length === 0 && !behind && !found.isFetching && (
            <Combobox.Empty className={css.nothing}>{t("palette.nothing", { search: typed.trim() })}</Combobox.Empty>
          )}
        </Combobox.Options>
      </Combobox>
    </Modal>
  );
}

function DraftOption({ row, disabled }: { row: DraftRow; disabled: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Combobox.Option value={row.id} className={css.option} disabled={disabled}>
      <Picture path={row.thumb_url} alt="" className={css.photo} />
      <span className={css.name}>{row.title.trim() || t("drafts.withoutTitle")}</span>
      <span className={css.fact}>
        {row.price_target_cents === null ? "" : format.money(row.price_target_cents, row.currency)}
      </span>
    </Combobox.Option>
  );
}

/** Every screen and command, in the order in which they are offered. */
function useEntries(): Entry[] {
  const { t } = useTranslation();
  const host = useHost();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const save = useSaveSetting();
  const saveLanguage = useSaveLanguage();
  const paused = useQueueState().data?.paused ?? false;
  const pause = async () => {
    await host.queuePauseAll(!paused);
    await cache.invalidateQueries({ queryKey: keys.queueState });
  };
  const screen = (id: string, name: string, icon: Icon, run: () => unknown): Entry => ({
    id,
    group: "screens",
    name,
    icon,
    run,
  });
  const command = (id: string, name: string, icon: Icon, run: () => unknown): Entry => ({
    id,
    group: "commands",
    name,
    icon,
    run,
  });
  return [
    screen("photos", t("nav.photos"), ImagesIcon, () => navigate({ to: "/photos" })),
    screen("drafts", t("nav.drafts"), CoatHangerIcon, () => navigate({ to: "/drafts" })),
    screen("review", t("nav.review"), ListChecksIcon, () => navigate({ to: "/review" })),
    screen("queue", t("nav.queue"), QueueIcon, () => navigate({ to: "/queue" })),
    screen("log", t("nav.log"), ScrollIcon, () => navigate({ to: "/log" })),
    ...(["account", "site-browser", "photos", "analysis", "phone", "backup", "appearance", "about"] as const).map(
      (section) =>
        screen(`settings-${section}`, t("palette.settings", { section: t(`settings.${section}`) }), GearSixIcon, () =>
          navigate({ to: "/settings/$section", params: { section } }),
        ),
    ),
    command("pause", t(paused ? "palette.resume" : "palette.pause"), paused ? PlayIcon : PauseIcon, () => act(pause())),
    command("report", t("palette.report"), BugIcon, () => navigate({ to: "/log", search: { report: true } })),
    command("light", t("palette.light"), SunIcon, () => act(save("appearance", "light"))),
    command("dark", t("palette.dark"), MoonIcon, () => act(save("appearance", "dark"))),
    command("system", t("palette.system"), MonitorIcon, () => act(save("appearance", "system"))),
    command("french", t("palette.french"), TranslateIcon, () => act(saveLanguage("fr"))),
    command("english", t("palette.english"), TranslateIcon, () => act(saveLanguage("en"))),
    command("quit", t("palette.quit"), PowerIcon, () => act(host.answerClose("quit"))),
  ];
}
