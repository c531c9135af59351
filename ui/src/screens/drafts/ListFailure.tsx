import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { failureOf, FailureNotice } from "@/components/Notice";
import type { Rows } from "@/lib/data/rows";

/** A list that could not be read, and another try. */
export function ListFailure({ rows }: { rows: Rows }) {
  const { t } = useTranslation();
  return (
    <FailureNotice
      failure={failureOf(rows.error)}
      context={t("errors.loadFailed")}
      actions={<Button onClick={rows.refetch}>{t("common.retry")}</Button>}
    />
  );
}
