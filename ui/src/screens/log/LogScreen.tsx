import { Button, SegmentedControl, Switch } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { BugIcon } from "@phosphor-icons/react/Bug";
import { ScrollIcon } from "@phosphor-icons/react/Scroll";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Screen } from "@/app/Screen";
import { EmptyState } from "@/components/EmptyState";
import { FailureNotice } from "@/components/Notice";
import { SearchField } from "@/components/SearchField";
import type { LogLevel } from "@/lib/host";
import { LogLines } from "./LogLines";
import css from "./LogScreen.module.css";
import { ReportDialog } from "./ReportDialog";
import { useLog } from "./useLog";

const levels = ["info", "warn", "error"] as const;

/** What the app itself wrote down, as it writes it; and the report of a problem. */
export function LogScreen() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { report = false } = useSearch({ strict: false });
  const [level, setLevel] = useState<LogLevel>("info");
  const [search, setSearch] = useState("");
  const [follow, setFollow] = useState(true);
  const [sought] = useDebouncedValue(search.trim(), 150);
  const log = useLog(level, sought);
  return (
    <Screen
      title={t("log.title")}
      detail={t("log.detail", { count: log.lines.length })}
      actions={
        <Button
          leftSection={<BugIcon size={17} aria-hidden />}
          onClick={() => void navigate({ to: "/log", search: { report: true } })}
        >
          {t("log.report")}
        </Button>
      }
      fixed
    >
      <div className={css.page}>
        <div className={css.toolbar}>
          <SearchField
            className={css.search}
            value={search}
            onChange={setSearch}
            placeholder={t("log.search")}
            label={t("log.searchLabel")}
          />
          <SegmentedControl
            value={level}
            onChange={(next) => setLevel(next)}
            aria-label={t("log.level")}
            data={levels.map((value) => ({ value, label: t(`log.levels.${value}`) }))}
          />
          <Switch
            className={css.follow}
            checked={follow}
            onChange={(event) => setFollow(event.currentTarget.checked)}
            label={t(follow ? "log.following" : "log.follow")}
          />
        </div>
        {log.failure ? (
          <FailureNotice
            failure={log.failure}
            context={t("errors.loadFailed")}
            actions={<Button onClick={log.again}>{t("common.retry")}</Button>}
          />
        ) : log.pending ? (
          <div className={css.placeholder} role="status" aria-label={t("common.loading")} />
        ) : log.lines.length === 0 && log.older === null ? (
          <EmptyState icon={ScrollIcon} title={t("log.emptyTitle")} text={t("log.emptyText")} />
        ) : (
          <LogLines log={log} follow={follow} onFollow={setFollow} />
        )}
      </div>
      {report && <ReportDialog onClose={() => void navigate({ to: "/log", search: {} })} />}
    </Screen>
  );
}
