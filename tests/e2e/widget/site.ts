/** A stranger's site with the form on it, the real API behind it, and a browser in front. */
import type { Browser, BrowserContextOptions, Locator, Page, Request, Route } from 'playwright';
import { afterAll, beforeAll, expect } from 'vitest';
import { startApi, type TestApi } from '../../rig/api.ts';
import { launchBrowser } from '../../rig/browser.ts';
import { type PageOptions, type Pages, servePages } from '../../rig/pages.ts';
import { PATIENCE_MS } from '../../rig/patience.ts';

export interface FormEvent {
  type: string;
  detail: Record<string, unknown> | null;
  target: string;
  composed: boolean;
}

export interface StoredLead {
  id: string;
  email: string;
  [field: string]: unknown;
}

/** One visit of one page by a visitor with a fresh browser profile. */
export interface Visit {
  page: Page;
  /** The first form: `field('Email')` is its control with that label. */
  form: Locator;
  field(label: string): Locator;
  submit: Locator;
  summary: Locator;
  thanks: Locator;
  /** Every request the page made so far. */
  requests: Request[];
  /** The bodies of the leads that were sent. */
  sent(): Record<string, unknown>[];
  logs: string[];
  /** Uncaught exceptions in the page. */
  crashes: string[];
  events(): Promise<FormEvent[]>;
  violations(): Promise<string[]>;
}

interface VisitOptions extends BrowserContextOptions {
  query?: string;
  /** Called with the page before it opens the address. */
  before?: (page: Page) => Promise<unknown>;
  /** For pages whose form is not expected to show at once. */
  wait?: boolean;
}

/** Runs in the page before anything of it: notes what the form says and what the policy forbids. */
function listen() {
  const notes: { events: unknown[]; violations: string[] } = { events: [], violations: [] };
  Object.defineProperty(window, 'notes', { value: notes });
  for (const name of ['view', 'start', 'submit', 'success', 'error']) {
    addEventListener(`lead-form:${name}`, (event) => {
      const { type, detail, composed, target } = event as CustomEvent;
      notes.events.push({ type, detail, composed, target: (target as Element).localName });
    });
  }
  addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
    notes.violations.push(`${effectiveDirective} ${blockedURI}`);
  });
}

/** Sets up API, site and browser for the tests of one file. */
export function useSite(pageOptions: PageOptions = {}, environment: Record<string, string> = {}) {
  let api: TestApi;
  let pages: Pages;
  let browser: Browser;
  beforeAll(async () => {
    [api, browser] = await Promise.all([startApi(environment), launchBrowser()]);
    pages = await servePages(api.url, pageOptions);
  });
  afterAll(async () => {
    await browser?.close();
    await pages?.close();
    await api?.close();
  });

  return {
    api: () => api,
    pages: () => pages,
    /** The stored leads, oldest first. */
    async leads(): Promise<StoredLead[]> {
      const rows = await api.sql<{ value: StoredLead }>(
        `select value from kv_store_3cbf86a5 where key like 'lead:%' order by key`,
      );
      return rows.map(({ value }) => value);
    },
    async visit(name: string, { query, before, wait = true, ...options }: VisitOptions = {}): Promise<Visit> {
      const context = await browser.newContext(options);
      context.setDefaultTimeout(PATIENCE_MS);
      const page = await context.newPage();
      const requests: Request[] = [];
      const logs: string[] = [];
      const crashes: string[] = [];
      page.on('request', (request) => requests.push(request));
      page.on('console', (message) => logs.push(message.text()));
      page.on('pageerror', (error) => crashes.push(error.message));
      await page.addInitScript(listen);
      await before?.(page);
      await page.goto(pages.at(name, query));
      const form = page.locator('lead-form').first();
      if (wait) await form.locator('[part=submit]').waitFor();
      const notes = <T>(key: 'events' | 'violations') =>
        page.evaluate(
          (name) => (window as unknown as { notes: Record<string, unknown> }).notes[name],
          key,
        ) as Promise<T>;
      return {
        page,
        form,
        field: (label) => form.getByLabel(new RegExp(`^${label.replace(/[?.()]/g, '\\$&')}( \\(optional\\))?$`)),
        submit: form.locator('[part=submit]'),
        summary: form.locator('[part=summary]'),
        thanks: form.locator('[part=thanks]'),
        requests,
        sent: () =>
          requests
            .filter((request) => request.method() === 'POST' && request.url().endsWith('/leads'))
            .map((request) => JSON.parse(request.postData() ?? '')),
        logs,
        crashes,
        events: () => notes<FormEvent[]>('events'),
        violations: () => notes<string[]>('violations'),
      };
    },
  };
}

/** Answers the next posts in turn, then lets them through to the API. */
export async function answerFirst(page: Page, ...answers: ((route: Route) => Promise<unknown>)[]): Promise<void> {
  await page.route('**/leads', (route) => (answers.shift() ?? ((passed: Route) => passed.continue()))(route));
}

/** A failure as the API words it. */
export const failure =
  (status: number, code: string, more: object = {}) =>
  (route: Route) =>
    route.fulfill({
      status,
      headers: { 'access-control-allow-origin': '*' },
      json: { success: false, error: { code, message: 'The test says no.', requestId: 'test', ...more } },
    });

/** Expects thanks and gives the receipt they show. */
export async function expectThanks({ thanks }: Visit): Promise<string> {
  await thanks.waitFor();
  const text = (await thanks.textContent()) ?? '';
  expect(text).toMatch(/Receipt: [a-z0-9]{9}/);
  return /Receipt: (\S+)/.exec(text)?.[1] ?? '';
}
