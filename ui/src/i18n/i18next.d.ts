import "i18next";
import type { fr } from "./messages/fr";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "app";
    returnNull: false;
    resources: { app: typeof fr };
  }
}
