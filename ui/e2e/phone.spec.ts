import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import AxeBuilder from "@axe-core/playwright";
import { devices, expect, test, type Page } from "@playwright/test";

/** Where pictures go when asked for; tests do not compare them. */
const pictures = process.env.STUDIO_SCREENS;
const root = fileURLToPath(new URL("../../", import.meta.url));
const built = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug", "studio");
const token = "a-token-of-the-story";

interface File {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** A photo of several parts: comments (ITU T.81, B.2.4.5) make it large. */
function swollen(path: string, name: string, segments: number): File {
  const photo = readFileSync(path);
  const comments = Array.from({ length: segments }, () =>
    Buffer.concat([Buffer.from([0xff, 0xfe, 0xff, 0xff]), randomBytes(65_533)]),
  );
  return {
    name,
    mimeType: "image/jpeg",
    buffer: Buffer.concat([photo.subarray(0, 2), ...comments, photo.subarray(2)]),
  };
}

/** The Wi-Fi between phone and computer: counts what the phone sends, and can break. */
class Wifi {
  sent = 0;
  private limit = Number.POSITIVE_INFINITY;
  private broken = false;
  private readonly open = new Set<Socket>();
  private readonly server: Server;

  private constructor(to: number) {
    this.server = createServer((phone) => {
      if (this.broken) {
        phone.destroy();
        return;
      }
      const computer = connect(to, "127.0.0.1");
      for (const end of [phone, computer]) {
        this.open.add(end);
        end.on("error", () => end.destroy());
        end.on("close", () => {
          this.open.delete(end);
          phone.destroy();
          computer.destroy();
        });
      }
      phone.on("data", (bytes) => {
        this.sent += bytes.length;
        if (this.sent > this.limit) this.break();
      });
      phone.pipe(computer);
      computer.pipe(phone);
    });
  }

  static async to(port: number): Promise<Wifi> {
    const wifi = new Wifi(port);
    await new Promise<void>((ready) => wifi.server.listen(0, "127.0.0.1", ready));
    return wifi;
  }

  get address(): string {
    const address = this.server.address();
    return typeof address === "object" && address ? `127.0.0.1:${address.port}` : "";
  }

  get lost(): boolean {
    return this.broken;
  }

  /** It breaks in the middle of what comes, so many bytes from now. */
  breakAfter(bytes: number): void {
    this.limit = this.sent + bytes;
  }

  mend(): void {
    this.limit = Number.POSITIVE_INFINITY;
    this.broken = false;
  }

  close(): void {
    this.break();
    this.server.close();
  }

  private break(): void {
    this.broken = true;
    for (const end of this.open) end.destroy();
  }
}

interface Computer {
  process: ChildProcess;
  api: string;
  link: string;
}

/** `studio serve --phone` on a folder of its own. */
async function serve(data: string): Promise<Computer> {
  const address = ["--listen", "127.0.0.1:0", "--phone", "--phone-address", "127.0.0.1:0", "--json"];
  const process_ = spawn(built, ["serve", ...address], {
    env: {
      PATH: process.env.PATH ?? "",
      HOME: data,
      STUDIO_DATA_DIR: join(data, "data"),
      STUDIO_VAULT: "file",
      STUDIO_VAULT_PASSPHRASE: "a passphrase of the story",
      STUDIO_TOKEN: token,
      STUDIO_SITE_URL: "http://127.0.0.1:9",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: process_.stdout })) {
    const said = JSON.parse(line) as { url: string; phone: { pairing_url: string } };
    return { process: process_, api: said.url, link: said.phone.pairing_url };
  }
  throw new Error("the server did not say its address");
}

async function look(page: Page, name: string) {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  expect(
    violations.map((rule) => `${rule.id}: ${rule.nodes.map((node) => node.html).join(" ")}`),
    `axe finds nothing on ${name}`,
  ).toEqual([]);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  expect(wide, `${name} fits the phone`).toBe(false);
  if (pictures !== undefined) await page.screenshot({ path: join(pictures, `phone-${name}.png`), scale: "css" });
}

test("a phone sends its photos over a Wi-Fi that breaks, through a reload, each once", async ({ browser }) => {
  expect(existsSync(built), `${built} is built: cargo build -p studio`).toBe(true);
  const data = mkdtempSync(join(tmpdir(), "studio-phone-"));
  const computer = await serve(data);
  const wifi = await Wifi.to(Number(new URL(computer.link).port));
  const phone = await browser.newContext({
    ...devices["Pixel 7"],
    locale: "fr-FR",
    colorScheme: "light",
    proxy: { server: `http://${wifi.address}`, bypass: "<-loopback>" },
  });
  try {
    const page = await phone.newPage();
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("dialog", (dialog) => void dialog.accept());
    const title = page.getByRole("heading", { level: 1 });

    await page.goto(computer.link);
    await expect(title).toHaveText("Ajoutez vos photos");
    expect(page.url(), "the secret is not left in the address").not.toContain("#");
    await look(page, "start-light-fr");

    const samples = join(root, "src-tauri/samples/");
    const files: File[] = [
      ...[3, 4, 5].map((n) => swollen(`${samples}IMG_204${n}.JPG`, `IMG_204${n}.JPG`, 36)),
      { name: "IMG_2041.HEIC", mimeType: "image/heic", buffer: readFileSync(`${samples}IMG_2041.HEIC`) },
    ];
    const film = { name: "IMG_4502.MOV", mimeType: "video/quicktime", buffer: Buffer.from("film") };
    const bytes = files.reduce((sum, file) => sum + file.buffer.length, 0);

    wifi.breakAfter(bytes / 3);
    await page.locator("#pick").setInputFiles([...files, film]);
    await expect(page.getByRole("alert"), "a lost connection is said").toContainText("L’ordinateur ne répond pas");
    await look(page, "lost-light-fr");
    // It comes back by itself, and breaks again before all is sent.
    wifi.mend();
    wifi.breakAfter(bytes / 3);
    await expect.poll(() => wifi.lost, { message: "sending goes on, and is cut again", timeout: 30_000 }).toBe(true);
    wifi.mend();
    wifi.mend();
    await page.reload();
    await expect(title, "what was not finished is known after a reload").toHaveText(/n’étai(en)?t pas finies?$/);
    await look(page, "again-light-fr");
    wifi.mend();
    await page.locator("#pick").setInputFiles(files);
    await expect(title).toHaveText(/sont sur l’ordinateur$/, { timeout: 60_000 });
    await expect(page.getByText("en place sur l’ordinateur").first()).toBeVisible();
    await look(page, "done-light-fr");
    // A part of each photo under way is lost where it breaks, and the requests have heads.
    expect(wifi.sent, "what had arrived was not sent again").toBeLessThan(bytes + 6 * 1024 * 1024);

    // The computer has each photo once, in drafts, without anybody's doing.
    await expect
      .poll(
        async () => {
          const answer = await fetch(`${computer.api}/listings`, { headers: { authorization: `Bearer ${token}` } });
          const drafts = (await answer.json()) as { photos: { filename: string }[] }[];
          return drafts.flatMap((draft) => draft.photos.map((photo) => photo.filename)).sort();
        },
        { timeout: 30_000 },
      )
      .toEqual(files.map((file) => file.name).sort());

    // In English and dark, photos that are there already are told so without being sent again.
    await page.route(
      ({ pathname }) => pathname === "/",
      (route) => route.continue({ headers: { ...route.request().headers(), "accept-language": "en" } }),
    );
    await page.emulateMedia({ colorScheme: "dark" });
    await page.reload();
    await expect(title).toHaveText("Add your photos");
    const before = wifi.sent;
    await page.locator("#pick").setInputFiles([...files, film]);
    await expect(title).toHaveText("4 photos are on the computer");
    expect(wifi.sent - before, "nothing of them is sent again").toBeLessThan(64 * 1024);
    await expect(page.getByText("Video: only photos are taken")).toBeVisible();
    await look(page, "done-dark-en");
    await page.getByRole("button", { name: "Remove IMG_4502.MOV from the list" }).click();
    await expect(title).toHaveText("All 4 photos are on the computer");
    // Two tabs of one phone; a code that was used serves nobody else.
    const stranger = await browser.newContext({ ...devices["iPhone 13"], locale: "en-GB", colorScheme: "dark" });
    const other = await stranger.newPage();
    await other.goto(computer.link);
    await expect(other.getByRole("heading", { level: 1 })).toHaveText("This code is of no use any more");
    await look(other, "old-code-dark-en");
    await stranger.close();
    expect(complaints, "the page breaks nowhere").toEqual([]);
  } finally {
    await phone.close();
    wifi.close();
    const ended = new Promise((resolve) => computer.process.once("exit", resolve));
    computer.process.kill("SIGTERM");
    await ended;
    rmSync(data, { recursive: true, force: true });
  }
});
