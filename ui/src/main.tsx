import "./theme/styles";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { chooseLanguage, startI18n } from "./i18n";
import { HostError } from "./lib/host";
import { connect } from "./lib/host/connect";
import { StartFailed } from "./app/StartFailed";

const element = document.getElementById("root");
if (element) {
  const root = createRoot(element);
  const host = await connect();
  try {
    const { settings } = await host.settings();
    const language = typeof settings.language === "string" ? settings.language : null;
    await startI18n(chooseLanguage(language, navigator.languages));
    root.render(<App host={host} firstStart={settings.welcomed !== true} />);
  } catch (error) {
    // Without its data the app cannot work; it says why instead of showing nothing.
    await startI18n(chooseLanguage(null, navigator.languages));
    root.render(<StartFailed failure={error instanceof HostError ? error.failure : null} host={host} />);
  }
}
