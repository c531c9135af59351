import { Button } from "@mantine/core";
import { DeviceMobileIcon } from "@phosphor-icons/react/DeviceMobile";
import { FolderIcon } from "@phosphor-icons/react/Folder";
import { FolderOpenIcon } from "@phosphor-icons/react/FolderOpen";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import dress from "@/assets/samples/dress.jpg";
import pants from "@/assets/samples/pants.jpg";
import shirt from "@/assets/samples/shirt.jpg";
import { act } from "@/lib/act";
import { useHost } from "@/lib/host";
import { useImportStore } from "./import-store";
import { GroupingChoice } from "./PhotosScreen";
import { useGrouping } from "./useGrouping";
import css from "./EmptyPhotos.module.css";

/** Before the first drop: what to do, and sample photos for those who want to look first. */
export function EmptyPhotos({ draftCount }: { draftCount: number }) {
  const { t } = useTranslation();
  const host = useHost();
  const navigate = useNavigate();
  const store = useImportStore();
  const [grouping] = useGrouping();
  const samples = useQuery({ queryKey: ["samples"], queryFn: () => host.samplePaths() }).data ?? [];
  return (
    <div className={css.empty}>
      <div className={css.card}>
        <SamplePrints />
        <div className={css.words}>
          <h2 className={css.title}>{t("photos.emptyTitle")}</h2>
          <p className={css.text}>{t("photos.emptyText")}</p>
          <div className={css.buttons}>
            <Button
              variant="stitched"
              leftSection={<FolderOpenIcon size={18} aria-hidden />}
              onClick={() => act(host.pickPhotos().then((paths) => store.add(paths, grouping)))}
            >
              {t("photos.choose")}
            </Button>
            <Button
              leftSection={<FolderIcon size={17} aria-hidden />}
              onClick={() => act(host.pickFolder().then((paths) => store.add(paths, grouping)))}
            >
              {t("photos.pickFolder")}
            </Button>
            <Button
              leftSection={<DeviceMobileIcon size={17} aria-hidden />}
              onClick={() => void navigate({ to: "/settings/$section", params: { section: "phone" } })}
            >
              {t("phone.fromPhone")}
            </Button>
            {samples.length > 0 && (
              <Button variant="quiet" onClick={() => void store.add(samples, grouping)}>
                {t("photos.samples", { count: samples.length })}
              </Button>
            )}
          </div>
        </div>
      </div>
      <div className={css.below}>
        <GroupingChoice />
        {draftCount > 0 && (
          <Link to="/drafts" className={css.link}>
            {t("photos.emptyDrafts", { count: draftCount })}
          </Link>
        )}
      </div>
    </div>
  );
}

/** Three prints, as they lie on a table. Decorative. */
export function SamplePrints() {
  return (
    <div className={css.prints} aria-hidden>
      <img src={pants} alt="" />
      <img src={dress} alt="" />
      <img src={shirt} alt="" />
    </div>
  );
}
