import { useTranslation } from "react-i18next";
import { failureOf, FailureNotice } from "@/components/Notice";
import { useOwnModel } from "@/lib/data/queries";
import css from "../SettingsScreen.module.css";
import { ModelConsent } from "./ModelConsent";
import { ModelForm } from "./ModelForm";
import { ModelKey } from "./ModelKey";
import { ModelSpending } from "./ModelSpending";
import { ModelTest } from "./ModelTest";

/** The person's own vision model, from its address to what it cost. */
export function OwnModel() {
  const { t } = useTranslation();
  const { data: model, error } = useOwnModel();
  if (error) return <FailureNotice failure={failureOf(error)} />;
  if (!model) return null;
  return (
    <section className={css.card} aria-labelledby="own-model">
      <h3 id="own-model" className={css.name}>
        {t("settings.model.title")}
      </h3>
      {model.address_problem && (
        <FailureNotice failure={model.address_problem} context={t("settings.model.addressProblem")} />
      )}
      <ModelForm key={model.address} model={model} />
      {model.address !== "" && (
        <>
          <ModelKey model={model} />
          <ModelConsent model={model} />
          <ModelTest />
        </>
      )}
      <ModelSpending spending={model.spending} />
    </section>
  );
}
