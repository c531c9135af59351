import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, type Page } from "@playwright/test";

const root = fileURLToPath(new URL("../../../", import.meta.url));

const program = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug", "studio");

/** What of the person's own settings counts here too. */
const kept = new Set(["STUDIO_BROWSER", "STUDIO_BROWSER_ARGS"]);

/** What the person would read in the terminal. */
export const token = "a-token-of-the-stories";

/** How another program says who it is. */
export const asProgram = { Authorization: `Bearer ${token}` };

/** Real photos of the repository. */
export const sample = (name: string) => join(root, "src-tauri", "samples", name);

/**
 * `studio serve --page --practice`: the real core on a data folder of its own, the practice marketplace inside, and
 * the browser that fills its form.
 */
export class Served {
  private readonly folder = mkdtempSync(join(tmpdir(), "studio-stories-"));
  private process: ChildProcess | null = null;
  url = "";
  /** Opens the page once. */
  link = "";

  /** Starts it; again at the same address. */
  async start(): Promise<void> {
    if (!existsSync(program)) throw new Error(`${program} is built: cargo build -p studio`);
    const listen = this.url === "" ? "127.0.0.1:0" : this.url.replace("http://", "");
    const started = spawn(program, ["--json", "serve", "--page", "--practice", "--listen", listen], {
      env: this.environment(),
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.process = started;
    const said = await new Promise<string>((resolve, reject) => {
      let text = "";
      started.stdout.setEncoding("utf8").on("data", (part: string) => {
        text += part;
        if (isWhole(text)) resolve(text);
      });
      started.on("error", reject);
      started.on("exit", (code) => reject(new Error(`studio ended with ${code} before it was ready: ${text}`)));
    });
    const { url, page } = JSON.parse(said) as { url: string; page: { url: string } };
    this.url = url;
    this.link = page.url;
  }

  /** Ends it tidily. */
  async stop(): Promise<void> {
    const { process: running } = this;
    this.process = null;
    if (running?.exitCode !== null || running.pid === undefined) return;
    const ended = new Promise((resolve) => running.once("exit", resolve));
    running.kill("SIGTERM");
    await ended;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Asks the API as another program would. */
  async ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(this.url + path, {
      method,
      headers: { ...asProgram, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const told: unknown = await answer.json();
    expect(answer.ok, `${method} ${path}: ${JSON.stringify(told)}`).toBe(true);
    return told;
  }

  private environment(): NodeJS.ProcessEnv {
    const isRoot = process.getuid?.() === 0;
    return {
      ...Object.fromEntries(
        Object.entries(process.env).filter(([name]) => kept.has(name) || !name.startsWith("STUDIO_")),
      ),
      STUDIO_DATA_DIR: this.folder,
      STUDIO_TOKEN: token,
      STUDIO_VAULT: "file",
      STUDIO_VAULT_PASSPHRASE: "a passphrase of the stories",
      STUDIO_PACE: "0",
      STUDIO_HEADLESS: "1",
      // These stories are not about what photos show: nobody looks at them.
      STUDIO_MODELS: join(this.folder, "no-models"),
      ...(isRoot ? { STUDIO_BROWSER_ARGS: "--no-sandbox" } : {}),
    };
  }
}

function isWhole(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Drops real files on the page, as a hand does. */
export async function drop(page: Page, names: readonly string[]): Promise<void> {
  const files = names.map((name) => ({ name, base64: readFileSync(sample(name)).toString("base64") }));
  const held = await page.evaluateHandle((given) => {
    const transfer = new DataTransfer();
    for (const { name, base64 } of given) {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      transfer.items.add(new File([bytes], name));
    }
    return transfer;
  }, files);
  await page.dispatchEvent("body", "dragenter", { dataTransfer: held });
  await expect(page.getByText("Lâchez pour importer")).toBeVisible();
  await page.dispatchEvent("body", "drop", { dataTransfer: held });
}
