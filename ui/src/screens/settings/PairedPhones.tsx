import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { act } from "@/lib/act";
import { keys, usePairedPhones } from "@/lib/data/queries";
import { useFormat } from "@/lib/format/useFormat";
import { useHost, type PairedPhoneView } from "@/lib/host";
import { toast } from "@/lib/toast";
import css from "./PhoneDoor.module.css";
import settings from "./SettingsScreen.module.css";

/** The phones that may add photos, and shutting one out. */
export function PairedPhones() {
  const { t } = useTranslation();
  const format = useFormat();
  const host = useHost();
  const cache = useQueryClient();
  const phones = usePairedPhones().data;
  const remove = async ({ id, name }: PairedPhoneView) => {
    await host.shutPhoneOut(id);
    await cache.invalidateQueries({ queryKey: keys.pairedPhones });
    toast({ text: t("phone.removed", { name }) });
  };
  if (!phones) return null;
  return (
    <section className={settings.card} aria-labelledby="paired-phones">
      <h3 id="paired-phones" className={settings.name}>
        {t("phone.phones")}
      </h3>
      {phones.length === 0 && <p className={settings.text}>{t("phone.none")}</p>}
      <ul className={css.phones}>
        {phones.map((phone) => (
          <li key={phone.id}>
            <span>
              <b>{phone.name}</b>{" "}
              <span className={settings.label}>
                {t("phone.pairedAt", { time: format.moment(phone.paired_at), seen: format.moment(phone.last_seen) })}
              </span>
            </span>
            <Button
              size="xs"
              aria-label={t("phone.removeName", { name: phone.name })}
              onClick={() => act(remove(phone))}
            >
              {t("phone.remove")}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
