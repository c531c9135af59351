import { ActionIcon, Button, Menu, MultiSelect, NumberInput, Popover, SegmentedControl, Tooltip } from "@mantine/core";
import { CalendarPlusIcon } from "@phosphor-icons/react/CalendarPlus";
import { CaretUpIcon } from "@phosphor-icons/react/CaretUp";
import { DropIcon } from "@phosphor-icons/react/Drop";
import { PackageIcon } from "@phosphor-icons/react/Package";
import { PercentIcon } from "@phosphor-icons/react/Percent";
import { SparkleIcon } from "@phosphor-icons/react/Sparkle";
import { TagIcon } from "@phosphor-icons/react/Tag";
import { XIcon } from "@phosphor-icons/react/X";
import type { Icon } from "@phosphor-icons/react";
import { useIsMutating, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { BrandPicker } from "@/components/BrandPicker";
import { act } from "@/lib/act";
import { keys, useVocabulary } from "@/lib/data/queries";
import { useFormat } from "@/lib/format/useFormat";
import { useHost, type BulkAnswer, type BulkChange, type BulkLeft, type JsonValue } from "@/lib/host";
import { toast } from "@/lib/toast";
import { PlanDialog } from "@/screens/queue/PlanDialog";
import css from "./BulkBar.module.css";
import { LeftDialog } from "./LeftDialog";
import type { Selection } from "./useSelection";

const conditions = ["new_with_tags", "new_without_tags", "very_good", "good", "satisfactory"] as const;
const parcels = ["small", "medium", "large"] as const;
const bulk = ["bulk"];

/** What can be done with all drafts that are selected. */
export function BulkBar({ selection, total, onAll }: { selection: Selection; total: number; onAll: () => void }) {
  const { t } = useTranslation();
  const host = useHost();
  const cache = useQueryClient();
  const [left, setLeft] = useState<readonly BulkLeft[]>([]);
  const [planned, setPlanned] = useState<readonly { id: string }[] | null>(null);
  const count = selection.ids.size;
  const change = useMutation({
    mutationKey: bulk,
    mutationFn: ({ asked }: { asked: Omit<BulkChange, "ids">; said: (count: number) => string }) =>
      host.changeMany({ ids: [...selection.ids], changes: [], price_percent: null, ...asked }),
    onSuccess: (answer, { said }) => {
      void cache.invalidateQueries({ queryKey: keys.drafts });
      setLeft(answer.left);
      toast({ text: toldOf(answer, said), ...(answer.undo ? { undo: () => act(undo(answer.undo ?? "")) } : {}) });
    },
  });
  const undo = async (id: string) => {
    const answer = await host.undoMany(id);
    await cache.invalidateQueries({ queryKey: keys.drafts });
    setLeft(answer.left);
    toast({
      text: t("drafts.bulk.undone", { count: answer.changed }),
      // Storage failed on the way: the rest can be put back yet.
      ...(answer.undo ? { undo: () => act(undo(answer.undo ?? "")) } : {}),
    });
  };
  const toldOf = ({ changed, same }: BulkAnswer, said: (count: number) => string) =>
    changed === 0
      ? t("drafts.bulk.nothing")
      : same === 0
        ? said(changed)
        : `${said(changed)}. ${t("drafts.bulk.same", { count: same })}`;
  const apply = (asked: Omit<BulkChange, "ids">, said: (count: number) => string) =>
    act(change.mutateAsync({ asked, said }));
  const set = (key: string, value: JsonValue, said: (count: number) => string) =>
    apply({ changes: [{ key, value }] }, said);

  return (
    <>
      {count > 0 && (
        <section className={css.bar} aria-label={t("drafts.bulk.title")}>
          <strong className={css.count} aria-live="polite">
            {t("drafts.bulk.selected", { count })}
          </strong>
          {count < total && (
            <Button size="xs" variant="link" onClick={onAll}>
              {t("drafts.bulk.all", { count: total })}
            </Button>
          )}
          <span className={css.actions}>
            <Form icon={PercentIcon} label={t("drafts.bulk.price")}>
              {(close) => (
                <PriceForm
                  onApply={(percent) => {
                    close();
                    apply({ price_percent: percent }, (changed) =>
                      t(percent < 0 ? "drafts.bulk.cheaper" : "drafts.bulk.dearer", {
                        count: changed,
                        percent: Math.abs(percent),
                      }),
                    );
                  }}
                />
              )}
            </Form>
            <Form icon={TagIcon} label={t("editor.brand")}>
              {(close) => (
                <BrandForm
                  onApply={(brand) => {
                    close();
                    set("brand", brand, (changed) => t("drafts.bulk.brandSet", { count: changed, brand }));
                  }}
                />
              )}
            </Form>
            <Choice
              icon={SparkleIcon}
              label={t("editor.condition")}
              options={conditions.map((value) => ({ value, label: t(`editor.conditions.${value}`) }))}
              onChoose={({ value, label }) =>
                set("condition", value, (changed) =>
                  t("drafts.bulk.conditionSet", { count: changed, condition: label }),
                )
              }
            />
            <Form icon={DropIcon} label={t("editor.color")}>
              {(close) => (
                <ColourForm
                  onApply={(colours) => {
                    close();
                    set("color", colours, (changed) => t("drafts.bulk.colourSet", { count: changed, colours }));
                  }}
                />
              )}
            </Form>
            <Choice
              icon={PackageIcon}
              label={t("editor.package_size")}
              options={parcels.map((value) => ({ value, label: t(`editor.packages.${value}`) }))}
              onChoose={({ value, label }) =>
                set("package_size", value, (changed) => t("drafts.bulk.parcelSet", { count: changed, parcel: label }))
              }
            />
            <Button
              size="xs"
              leftSection={<CalendarPlusIcon size={15} aria-hidden />}
              onClick={() => setPlanned([...selection.ids].map((id) => ({ id })))}
            >
              {t("drafts.bulk.plan")}
            </Button>
          </span>
          <Tooltip label={`${t("drafts.bulk.clear")} (${t("drafts.bulk.escape")})`}>
            <ActionIcon size="xs" aria-label={t("drafts.bulk.clear")} onClick={selection.clear}>
              <XIcon size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </section>
      )}
      {left.length > 0 && <LeftDialog left={left} onClose={() => setLeft([])} />}
      {planned && <PlanDialog drafts={planned} onClose={() => setPlanned(null)} />}
    </>
  );
}

/** A small form above its button. */
function Form({
  icon: Glyph,
  label,
  children,
}: {
  icon: Icon;
  label: string;
  children: (close: () => void) => ReactNode;
}) {
  const [open, setOpen] = useState(false);
  const busy = useIsMutating({ mutationKey: bulk }) > 0;
  return (
    <Popover opened={open} onChange={setOpen} position="top" trapFocus returnFocus width={300}>
      <Popover.Target>
        <Button
          size="xs"
          leftSection={<Glyph size={15} aria-hidden />}
          rightSection={<CaretUpIcon size={11} aria-hidden />}
          disabled={busy}
          aria-expanded={open}
          aria-haspopup="dialog"
          onClick={() => setOpen(!open)}
        >
          {label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={css.form} aria-label={label}>
        {open && children(() => setOpen(false))}
      </Popover.Dropdown>
    </Popover>
  );
}

interface Option {
  value: string;
  label: string;
}

function Choice({
  icon: Glyph,
  label,
  options,
  onChoose,
}: {
  icon: Icon;
  label: string;
  options: readonly Option[];
  onChoose: (option: Option) => void;
}) {
  const busy = useIsMutating({ mutationKey: bulk }) > 0;
  return (
    <Menu position="top">
      <Menu.Target>
        <Button
          size="xs"
          leftSection={<Glyph size={15} aria-hidden />}
          rightSection={<CaretUpIcon size={11} aria-hidden />}
          disabled={busy}
        >
          {label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {options.map((option) => (
          <Menu.Item key={option.value} onClick={() => onChoose(option)}>
            {option.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function PriceForm({ onApply }: { onApply: (percent: number) => void }) {
  const { t } = useTranslation();
  const [down, setDown] = useState(true);
  const [percent, setPercent] = useState<number | string>(10);
  const number = Number(percent);
  const fits = percent !== "" && Number.isInteger(number) && number >= 1 && number <= (down ? 90 : 400);
  return (
    <form
      className={css.fields}
      onSubmit={(event) => {
        event.preventDefault();
        if (fits) onApply(down ? -number : number);
      }}
    >
      <SegmentedControl
        value={down ? "down" : "up"}
        onChange={(value) => setDown(value === "down")}
        data={[
          { value: "down", label: t("drafts.bulk.down") },
          { value: "up", label: t("drafts.bulk.up") },
        ]}
        aria-label={t("drafts.bulk.direction")}
      />
      <NumberInput
        data-autofocus
        value={percent}
        onChange={setPercent}
        min={1}
        max={down ? 90 : 400}
        allowDecimal={false}
        allowNegative={false}
        suffix=" %"
        hideControls
        aria-label={t("drafts.bulk.percent")}
      />
      <p className={css.note}>{t("drafts.bulk.rounded")}</p>
      <Button type="submit" variant="value" disabled={!fits}>
        {t(down ? "drafts.bulk.lower" : "drafts.bulk.raise", { percent: number })}
      </Button>
    </form>
  );
}

function BrandForm({ onApply }: { onApply: (brand: string) => void }) {
  const { t } = useTranslation();
  const [brand, setBrand] = useState<string | null>(null);
  const said = brand?.trim() ?? "";
  return (
    <form
      className={css.fields}
      onSubmit={(event) => {
        event.preventDefault();
        if (said) onApply(said);
      }}
    >
      <BrandPicker label={t("editor.brand")} value={brand} onChange={setBrand} />
      <Button type="submit" variant="value" disabled={said === ""}>
        {t("drafts.bulk.apply")}
      </Button>
    </form>
  );
}

function ColourForm({ onApply }: { onApply: (colours: string) => void }) {
  const { t } = useTranslation();
  const { language } = useFormat();
  const [colours, setColours] = useState<string[]>([]);
  const known = useVocabulary().data?.colors ?? [];
  return (
    <form
      className={css.fields}
      onSubmit={(event) => {
        event.preventDefault();
        if (colours.length > 0) onApply(colours.join(", "));
      }}
    >
      <MultiSelect
        value={colours}
        onChange={setColours}
        data={known.map((colour) => ({ value: colour.value, label: colour[language] }))}
        maxValues={2}
        searchable
        hidePickedOptions
        placeholder={colours.length === 0 ? t("editor.chooseColors") : undefined}
        nothingFoundMessage={t("editor.nothingFound")}
        aria-label={t("editor.color")}
      />
      <Button type="submit" variant="value" disabled={colours.length === 0}>
        {t("drafts.bulk.apply")}
      </Button>
    </form>
  );
}
