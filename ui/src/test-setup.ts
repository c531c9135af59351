import { beforeAll } from "vitest";
import { startI18n } from "./i18n";

beforeAll(() => startI18n("fr"));
