import { Button, Loader, Modal, NativeSelect } from "@mantine/core";
import { TableIcon } from "@phosphor-icons/react/Table";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { failureOf, FailureNotice } from "@/components/Notice";
import { rowOf } from "@/lib/errors/table";
import { keys } from "@/lib/data/queries";
import { useFormat } from "@/lib/format/useFormat";
import { useHost, type TableReport } from "@/lib/host";
import { toast } from "@/lib/toast";
import css from "./TableDialog.module.css";

/** Fields whose column may be chosen. What else a table of ours holds is known by its name alone. */
const fields = [
  "title",
  "description",
  "price",
  "price_min",
  "price_max",
  "category",
  "brand",
  "size",
  "condition",
  "color",
  "material",
  "package_size",
] as const;
/** Refused rows that are listed; the rest is counted. */
const listed = 50;

/** What a table would become, which columns it is read from, and the word to make the drafts. */
export function TableDialog({ path, onClose }: { path: string; onClose: () => void }) {
  const { t } = useTranslation();
  const host = useHost();
  const cache = useQueryClient();
  const [columns, setColumns] = useState<Record<string, string>>({});
  const preview = useQuery({
    queryKey: ["table", path, columns],
    queryFn: () => host.importTable(path, { columns, dry_run: true }),
    staleTime: 0,
    gcTime: 0,
    retry: false,
    placeholderData: (before) => before,
  });
  const make = useMutation({
    mutationFn: () => host.importTable(path, { columns, dry_run: false }),
    onSuccess: async ({ made }) => {
      onClose();
      await cache.invalidateQueries({ queryKey: keys.drafts });
      toast({ icon: <TableIcon size={17} aria-hidden />, text: t("backup.made", { count: made }) });
    },
  });
  const report = preview.data;
  const failure = make.isError ? failureOf(make.error) : preview.isError ? failureOf(preview.error) : null;
  const all = report ? [...Object.values(report.columns), ...report.ignored].toSorted() : [];
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("backup.table")}
      size="lg"
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      {failure && <FailureNotice failure={failure} />}
      {!report && !failure && <Loader size={20} aria-label={t("common.loading")} />}
      {report && (
        <>
          <fieldset className={css.columns}>
            <legend className={css.legend}>{t("backup.columns")}</legend>
            {fields.map((field) => (
              <NativeSelect
                key={field}
                label={t(`backup.fields.${field}`)}
                value={columns[field] ?? report.columns[field] ?? ""}
                data={[
                  { value: "", label: t("backup.noColumn") },
                  ...all.map((name) => ({ value: name, label: name })),
                ]}
                onChange={({ currentTarget }) => setColumns({ ...columns, [field]: currentTarget.value })}
              />
            ))}
          </fieldset>
          <div className={css.report} role="status">
            <p className={css.sum}>{t("backup.wouldMake", { count: report.made })}</p>
            {report.here > 0 && <p>{t("backup.here", { count: report.here })}</p>}
            <Refused report={report} />
          </div>
        </>
      )}
      <div className={css.foot}>
        <Button onClick={onClose}>{t("common.cancel")}</Button>
        <Button
          variant="stitched"
          disabled={!report || report.made === 0 || preview.isFetching || preview.isError}
          loading={make.isPending}
          onClick={() => make.mutate()}
        >
          {t("backup.make", { count: report?.made ?? 0 })}
        </Button>
      </div>
    </Modal>
  );
}

function Refused({ report }: { report: TableReport }) {
  const { t } = useTranslation();
  const format = useFormat();
  const rows = report.rows.filter((row) => row.outcome === "refused");
  if (rows.length === 0) return null;
  const name = (field: string) => {
    // The draft's names of prices and the table's are not the same.
    const known = field.replace(/_(target_)?cents$/, "");
    const found = fields.find((each) => each === known);
    return found ? t(`backup.fields.${found}`) : field;
  };
  return (
    <>
      <p>{t("backup.refused", { count: rows.length })}</p>
      <ul className={css.rows}>
        {rows.slice(0, listed).map((row) => {
          const wrong = Object.keys(row.fields).map(name);
          return (
            <li key={row.line}>
              <span className={css.line}>{t("backup.line", { line: row.line })}</span>
              <span className={css.name}>{row.title === "" ? t("backup.untitled") : row.title}</span>
              <span>
                {wrong.length > 0
                  ? t("backup.wrong", { fields: format.list(wrong) })
                  : t(`codes.${rowOf(row.code ?? "invalid_field").code}.title`)}
              </span>
            </li>
          );
        })}
      </ul>
      {rows.length > listed && <p>{t("backup.more", { count: rows.length - listed })}</p>}
    </>
  );
}
