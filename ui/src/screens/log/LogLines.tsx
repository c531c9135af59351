import { Button } from "@mantine/core";
import { BugBeetleIcon } from "@phosphor-icons/react/BugBeetle";
import { InfoIcon } from "@phosphor-icons/react/Info";
import { WarningIcon } from "@phosphor-icons/react/Warning";
import { WarningOctagonIcon } from "@phosphor-icons/react/WarningOctagon";
import type { Icon } from "@phosphor-icons/react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/lib/format/useFormat";
import type { LogLevel } from "@/lib/host";
import css from "./LogLines.module.css";
import type { Log } from "./useLog";

const icons: Record<LogLevel, Icon> = {
  trace: BugBeetleIcon,
  debug: BugBeetleIcon,
  info: InfoIcon,
  warn: WarningIcon,
  error: WarningOctagonIcon,
};

/** The lines, the newest last. Following stops where the person scrolls up, and goes on at the end. */
export function LogLines({
  log,
  follow,
  onFollow,
}: {
  log: Log;
  follow: boolean;
  onFollow: (follow: boolean) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const scroller = useRef<HTMLDivElement>(null);
  const { lines } = log;
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 24,
    overscan: 12,
    getItemKey: (place) => lines[place]?.cursor ?? place,
  });
  useEffect(() => {
    if (follow && lines.length > 0) virtual.scrollToIndex(lines.length - 1, { align: "end" });
  }, [follow, lines.length, virtual]);
  return (
    <div
      className={css.panel}
      ref={scroller}
      role="log"
      aria-label={t("log.lines")}
      aria-live="off"
      tabIndex={0}
      data-selectable
      onWheel={(event) => {
        const box = event.currentTarget;
        if (event.deltaY < 0) onFollow(false);
        else if (box.scrollTop + box.clientHeight >= box.scrollHeight - 40) onFollow(true);
      }}
      onKeyDown={(event) => {
        if (["ArrowUp", "PageUp", "Home"].includes(event.key)) onFollow(false);
        if (event.key === "End") onFollow(true);
      }}
    >
      {log.older !== null && (
        <Button size="xs" variant="link" className={css.older} onClick={log.more}>
          {t("log.older")}
        </Button>
      )}
      <div className={css.inner} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const line = lines[item.index];
          if (!line) return null;
          const Glyph = icons[line.level];
          return (
            <div
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              className={css.line}
              data-level={line.level}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <time dateTime={line.at} title={format.moment(line.at)}>
                {format.second(line.at)}
              </time>
              <span role="img" aria-label={t(`log.kinds.${line.level}`)} className={css.level}>
                <Glyph size={14} weight={line.level === "info" ? "regular" : "fill"} aria-hidden />
              </span>
              <span className={css.words}>
                {line.message}
                {line.values.map((value) => (
                  <span key={value} className={css.value}>
                    {value}
                  </span>
                ))}
              </span>
              <span className={css.target}>{line.target.split("::").slice(0, 3).join(" › ")}</span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
