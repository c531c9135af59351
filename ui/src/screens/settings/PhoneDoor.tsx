import { Button, NativeSelect, Switch } from "@mantine/core";
import { CheckCircleIcon } from "@phosphor-icons/react/CheckCircle";
import { DeviceMobileIcon } from "@phosphor-icons/react/DeviceMobile";
import { LockSimpleIcon } from "@phosphor-icons/react/LockSimple";
import { LockSimpleOpenIcon } from "@phosphor-icons/react/LockSimpleOpen";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { failureOf, FailureNotice } from "@/components/Notice";
import { Pill } from "@/components/Pill";
import { act } from "@/lib/act";
import { keys, usePairedPhones, usePhoneDoor, useSettings } from "@/lib/data/queries";
import { useSaveSetting } from "@/lib/data/save-setting";
import { useHost, type PhoneCodeView, type PhoneDoorView } from "@/lib/host";
import { useSecondsUntil } from "../review/useSecondsUntil";
import css from "./PhoneDoor.module.css";
import settings from "./SettingsScreen.module.css";

/** Letting a phone in: the switch, how it is reached, and the code that pairs it. */
export function PhoneDoor() {
  const { t } = useTranslation();
  const host = useHost();
  const cache = useQueryClient();
  const door = usePhoneDoor().data;
  const encrypted = useSettings().data?.phone_encrypted === true;
  const save = useSaveSetting();
  const [address, setAddress] = useState<string | null>(null);
  const change = useMutation({
    mutationFn: async (open: boolean) => {
      if (open) await host.openPhoneDoor(address, encrypted);
      else await host.closePhoneDoor();
    },
    onSettled: () => cache.invalidateQueries({ queryKey: keys.phoneDoor }),
  });
  if (!door) return null;
  return (
    <section className={settings.card} aria-labelledby="phone-door">
      <div className={settings.head}>
        <span className={settings.badge} aria-hidden>
          <DeviceMobileIcon size={22} />
        </span>
        <div className={settings.words}>
          <h3 id="phone-door" className={settings.name}>
            {t("phone.title")}
            <Pill
              tone={door.open ? "active" : "plain"}
              icon={
                door.open ? (
                  <LockSimpleOpenIcon size={14} weight="bold" aria-hidden />
                ) : (
                  <LockSimpleIcon size={14} weight="bold" aria-hidden />
                )
              }
            >
              {door.open
                ? t("phone.offIn", { count: Math.max(1, Math.ceil((door.seconds_left ?? 0) / 60)) })
                : t("phone.closed")}
            </Pill>
          </h3>
          <p className={settings.text}>{t("phone.text")}</p>
        </div>
      </div>
      <Switch
        className={settings.switch}
        checked={door.open}
        disabled={change.isPending || (!door.open && door.addresses.length === 0)}
        onChange={(event) => change.mutate(event.currentTarget.checked)}
        label={t("phone.allow")}
        description={t("phone.allowText")}
      />
      {change.isError && <FailureNotice failure={failureOf(change.error)} />}
      {!door.open && door.addresses.length === 0 && (
        <p className={settings.warning} role="status">
          {t("phone.noNetwork")}
        </p>
      )}
      {!door.open && (
        <>
          <Switch
            className={settings.switch}
            checked={encrypted}
            onChange={(event) => act(save("phone_encrypted", event.currentTarget.checked))}
            label={t("phone.encrypt")}
            description={t("phone.encryptText")}
          />
          {door.addresses.length > 1 && (
            <NativeSelect
              className={css.network}
              label={t("phone.network")}
              value={address ?? door.addresses[0]?.address ?? ""}
              onChange={(event) => setAddress(event.currentTarget.value)}
              data={door.addresses.map((each) => ({
                value: each.address,
                label: `${each.interface}, ${each.address}`,
              }))}
            />
          )}
        </>
      )}
      {door.open && <OpenDoor door={door} />}
    </section>
  );
}

function OpenDoor({ door }: { door: PhoneDoorView }) {
  const { t } = useTranslation();
  return (
    <div className={`${settings.part} ${css.open}`}>
      <dl className={`${settings.facts} ${css.facts}`}>
        <div>
          <dt>{t("phone.address")}</dt>
          <dd data-selectable>{door.url}</dd>
          {door.name_url !== null && <dd data-selectable>{door.name_url}</dd>}
        </div>
        {door.fingerprint !== null && (
          <div>
            <dt>{t("phone.fingerprint")}</dt>
            <dd data-selectable className={css.print}>
              {door.fingerprint}
            </dd>
          </div>
        )}
      </dl>
      {!door.encrypted && (
        <p className={settings.warning}>
          <LockSimpleOpenIcon size={16} aria-hidden />
          {t("phone.notEncrypted")}
        </p>
      )}
      <Pairing name={door.name_url} />
    </div>
  );
}

interface Shown {
  code: PhoneCodeView;
  /** It leads to the computer's name instead of its address. */
  byName: boolean;
  until: string;
  /** The phones that were paired before. */
  before: ReadonlySet<string>;
}

/** The code, its time, and what became of it. */
function Pairing({ name }: { name: string | null }) {
  const { t } = useTranslation();
  const host = useHost();
  const phones = usePairedPhones().data;
  const [shown, setShown] = useState<Shown | null>(null);
  const left = useSecondsUntil(shown?.until ?? null);
  const show = useMutation({
    mutationFn: (byName: boolean) => host.phoneCode(byName),
    onSuccess: (code, byName) =>
      setShown({
        code,
        byName,
        until: new Date(Date.now() + code.seconds * 1000).toISOString(),
        before: new Set((phones ?? []).map((phone) => phone.id)),
      }),
  });
  // What nobody sees any more pairs nobody: hidden, replaced by another screen, or used.
  const isShown = shown !== null;
  useEffect(() => {
    if (!isShown) return undefined;
    return () => act(host.hidePhoneCode());
  }, [host, isShown]);
  const paired = shown && phones?.find((phone) => !shown.before.has(phone.id));
  const open = shown !== null && !paired && left !== null && left > 0;
  return (
    <>
      {open && (
        <div className={css.pairing}>
          <svg
            className={css.code}
            viewBox={`0 0 ${shown.code.modules} ${shown.code.modules}`}
            role="img"
            aria-label={t("phone.code")}
            shapeRendering="crispEdges"
          >
            <path d={shown.code.path} />
          </svg>
          <div className={css.how}>
            <p>{t("phone.scan")}</p>
            <p className={settings.text}>{t("phone.codeLeft", { time: minutes(left) })}</p>
            {shown.byName && name !== null && <p className={settings.text}>{t("phone.byName", { name })}</p>}
            <Button variant="quiet" onClick={() => setShown(null)}>
              {t("phone.hideCode")}
            </Button>
            {name !== null && (
              <Button variant="quiet" loading={show.isPending} onClick={() => show.mutate(!shown.byName)}>
                {t(shown.byName ? "phone.codeByAddress" : "phone.codeByName")}
              </Button>
            )}
          </div>
        </div>
      )}
      <div role="status" className={css.state}>
        {paired && (
          <p className={css.paired}>
            <CheckCircleIcon size={17} weight="fill" aria-hidden />
            {t("phone.paired", { name: paired.name })}
          </p>
        )}
        {shown !== null && !paired && !open && <p>{t("phone.codeOver")}</p>}
      </div>
      {!open && (
        <div>
          <Button
            variant={paired ? "default" : "stitched"}
            loading={show.isPending}
            onClick={() => show.mutate(false)}
            leftSection={<DeviceMobileIcon size={17} aria-hidden />}
          >
            {t(shown === null ? "phone.showCode" : "phone.newCode")}
          </Button>
        </div>
      )}
      {show.isError && <FailureNotice failure={failureOf(show.error)} />}
    </>
  );
}

function minutes(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
