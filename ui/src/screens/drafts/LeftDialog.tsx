import { Modal } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { rowOf } from "@/lib/errors/table";
import type { BulkLeft } from "@/lib/host";
import css from "./LeftDialog.module.css";

/** More are not read by anybody; their number is said. */
const shown = 100;

/** The drafts that a change of many left as they are, and why. */
export function LeftDialog({ left, onClose }: { left: readonly BulkLeft[]; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened
      onClose={onClose}
      size={520}
      title={t("drafts.left.title", { count: left.length })}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <p className={css.text}>{t("drafts.left.text")}</p>
      <ul className={css.list}>
        {left.slice(0, shown).map(({ id, title, code }) => (
          <li key={id} className={css.item}>
            <Link to="/drafts/$draftId" params={{ draftId: id }} className={css.title}>
              {title.trim() || t("drafts.withoutTitle")}
            </Link>
            <span>{why(code)}</span>
          </li>
        ))}
      </ul>
      {left.length > shown && <p className={css.text}>{t("drafts.left.more", { count: left.length - shown })}</p>}
    </Modal>
  );

  function why(code: BulkLeft["code"]): string {
    switch (code) {
      case "already_published":
        return t("drafts.left.published");
      case "illegal_transition":
        return t("drafts.left.queued");
      case "missing_price":
        return t("drafts.left.noPrice");
      case "price_out_of_bounds":
        return t("drafts.left.tooCheap");
      case "draft_changed":
        return t("drafts.left.changed");
      default:
        return t(`codes.${rowOf(code).code}.title`);
    }
  }
}
