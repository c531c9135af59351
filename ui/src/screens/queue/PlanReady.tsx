import { Button } from "@mantine/core";
import { CalendarPlusIcon } from "@phosphor-icons/react/CalendarPlus";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { act } from "@/lib/act";
import { countIn, everyDraft, useDraftCounts } from "@/lib/data/rows";
import { useHost } from "@/lib/host";
import { PlanDialog } from "./PlanDialog";

/** All ready drafts that wait for nothing yet, planned together. */
export function PlanReady() {
  const { t } = useTranslation();
  const host = useHost();
  const [planned, setPlanned] = useState<readonly string[] | null>(null);
  const ready = countIn(useDraftCounts().data, ["ready"]);
  if (ready === 0) return null;
  const open = async () => setPlanned(await host.draftIds({ ...everyDraft, states: ["ready"] }));
  return (
    <>
      <Button leftSection={<CalendarPlusIcon size={17} aria-hidden />} onClick={() => act(open())}>
        {t("queue.planReady", { count: ready })}
      </Button>
      {planned && <PlanDialog drafts={planned.map((id) => ({ id }))} onClose={() => setPlanned(null)} />}
    </>
  );
}
