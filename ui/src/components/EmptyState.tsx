import type { Icon } from "@phosphor-icons/react";
import type { ReactNode } from "react";
import css from "./EmptyState.module.css";

/** A view without content: what to do next. */
export function EmptyState({
  icon: Glyph,
  title,
  text,
  action,
}: {
  icon: Icon;
  title: string;
  text: string;
  action?: ReactNode;
}) {
  return (
    <div className={css.empty}>
      <span className={css.icon} aria-hidden>
        <Glyph size={28} />
      </span>
      <h2 className={css.title}>{title}</h2>
      <p className={css.text}>{text}</p>
      {action}
    </div>
  );
}
