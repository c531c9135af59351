import { Button, MantineProvider } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { FailureNotice } from "@/components/Notice";
import { HostProvider, type Failure, type Host } from "@/lib/host";
import { theme } from "@/theme/theme";
import css from "./StartFailed.module.css";

/** The data cannot be used: why, and what to do. Nothing else of the app is shown. */
export function StartFailed({ failure, host }: { failure: Failure | null; host: Host }) {
  const { t } = useTranslation();
  const dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  return (
    <HostProvider host={host}>
      <MantineProvider
        theme={theme}
        forceColorScheme={dark ? "dark" : "light"}
        withCssVariables={false}
        withGlobalClasses={false}
      >
        <main className={css.page}>
          <h1 className={css.title}>{t("errors.startFailed")}</h1>
          <FailureNotice
            failure={failure ?? { code: "internal", message: "", details: null }}
            actions={<Button onClick={() => window.location.reload()}>{t("common.retry")}</Button>}
          />
        </main>
      </MantineProvider>
    </HostProvider>
  );
}
