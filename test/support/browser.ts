/** A real Chromium for the tests, driven through its debugging protocol. */
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type ConsoleMessage,
  type Page,
} from 'playwright-core';
import { findTestBrowser } from '../../scripts/chromium.mjs';

export interface OpenPage {
  readonly page: Page;
  /** Errors and warnings of the console, uncaught exceptions and failed requests, as sentences. */
  readonly complaints: string[];
  close(): Promise<void>;
}

export interface TestBrowser {
  /** A page in a context of its own: no cookie or setting is shared with another. */
  open(url: string, options?: BrowserContextOptions): Promise<OpenPage>;
  close(): Promise<void>;
}

/** Errors and warnings; that a file was not used within seconds of its preload only says that the machine is busy. */
export function isComplaint(message: ConsoleMessage): boolean {
  if (message.type() === 'error') return true;
  return message.type() === 'warning' && !/preloaded using link preload but not used within a few/.test(message.text());
}

/** What Chromium would do on its own: phone home, ask for a keyring, or wait for a click before it plays. */
const flags = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--password-store=basic',
  '--autoplay-policy=no-user-gesture-required',
];

/** For what is waited for without a limit of its own; Playwright's 30 s are not enough beside much else. */
export const patienceMs = 60_000;

let running: Promise<Browser> | null = null;

/** One of the process, for all its test files: a start costs as much as two tests. It ends with the process. */
async function ownBrowser(): Promise<Browser> {
  const browser = await running?.catch(() => null);
  if (browser?.isConnected() === true) return browser;
  running = launch();
  return running;
}

function launch(): Promise<Browser> {
  const executablePath = findTestBrowser();
  if (executablePath === null) {
    throw new Error('No Chromium was found. "npm test" gets one; or set VIDEO_INBOX_CHROMIUM to the path of one.');
  }
  const asRoot = process.getuid?.() === 0;
  return chromium.launch({ executablePath, headless: true, chromiumSandbox: !asRoot, args: flags });
}

export async function launchBrowser(): Promise<TestBrowser> {
  const browser = await ownBrowser();
  const contexts = new Set<BrowserContext>();
  return {
    async open(url, options = {}) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
      contexts.add(context);
      context.once('close', () => contexts.delete(context));
      context.setDefaultTimeout(patienceMs);
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (isComplaint(message)) complaints.push(`${message.type()}: ${message.text()}`);
      });
      page.on('pageerror', (error) => complaints.push(`uncaught: ${String(error)}`));
      page.on('response', (response) => {
        if (response.status() >= 400) complaints.push(`${response.status()} for ${response.url()}`);
      });
      await page.goto(url);
      return { page, complaints, close: () => context.close() };
    },
    async close() {
      await Promise.all([...contexts].map((context) => context.close()));
    },
  };
}
