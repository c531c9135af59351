import { Button } from "@mantine/core";
import { CalendarPlusIcon } from "@phosphor-icons/react/CalendarPlus";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDrafts } from "@/lib/data/queries";
import { PlanDialog } from "./PlanDialog";

/** All ready drafts that wait for nothing yet, planned together. */
export function PlanReady() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const drafts = useDrafts().data ?? [];
  const ready = drafts.filter(
    (draft) => draft.status === "draft" && draft.flags.publish_ready && !draft.unknown_outcome,
  );
  if (ready.length === 0) return null;
  return (
    <>
      <Button leftSection={<CalendarPlusIcon size={17} aria-hidden />} onClick={() => setOpen(true)}>
        {t("queue.planReady", { count: ready.length })}
      </Button>
      {open && <PlanDialog drafts={ready} onClose={() => setOpen(false)} />}
    </>
  );
}
