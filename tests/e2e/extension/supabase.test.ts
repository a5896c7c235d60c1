import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Extension, openExtension } from '../../rig/extension.ts';
import { type LocalProject, startLocalProject } from '../../rig/local-project.ts';
import { hasPostgrest } from '../../rig/postgrest.ts';
import { row, tab } from './crm.ts';

const PEOPLE = [
  { email: 'admin@studio.example', password: 'admin-of-the-studio', role: 'admin' },
  { email: 'nobody@studio.example', password: 'nobody-of-the-studio' },
];

/** The edge function in a project, with a stand-in for Supabase Auth. PostgREST has no package for some platforms. */
describe.skipIf(!hasPostgrest())('on a Supabase project', () => {
  let dataDir: string;
  let local: LocalProject;
  let extension: Extension;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'crm-project-'));
    // Else root's Postgres, which runs as another user, would keep its cluster elsewhere.
    await chmod(dataDir, 0o755);
    [local, extension] = await Promise.all([
      startLocalProject({ dataDir, users: PEOPLE, environment: { RATE_LIMIT_PER_IP: '0', RATE_LIMIT_GLOBAL: '0' } }),
      openExtension(),
    ]);
  });
  afterAll(async () => {
    await extension?.close();
    await local?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function signIn(page: Page, email: string, password: string): Promise<void> {
    await page.getByText('Connect to Supabase').click();
    await page.getByLabel('URL', { exact: true }).fill(local.project.url);
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  }

  it('tells a wrong password and an account that nobody let in from each other', async () => {
    const page = await extension.open('popup');
    await signIn(page, 'admin@studio.example', 'wrong');
    await page.getByText('Email or password is wrong').waitFor();
    await page.getByLabel('Email').fill('nobody@studio.example');
    await page.getByLabel('Password').fill('nobody-of-the-studio');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText(/signed in but was not let in/).waitFor();
    await page.close();
  });

  it('signs in with the address of the project, finds the function there and shows its leads', async () => {
    const page = await extension.open('popup');
    await signIn(page, 'admin@studio.example', 'admin-of-the-studio');
    await page.getByText('Backend Connected').waitFor();
    const sent = await fetch(`${local.url}/leads`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email: 'tina@example.com', name: 'Tina' }),
    });
    expect(sent.status).toBe(201);
    await tab(page, 'Leads').click();
    await row(page, 'Tina').waitFor();
    const { local: kept, session } = await extension.storage();
    expect(JSON.stringify(kept)).not.toMatch(/eyJ/);
    expect(JSON.stringify(session)).toMatch(/eyJ/);
    await page.close();
  });

  it('passes Test Connection with a session, of which a forged one is refused', async () => {
    const page = await extension.open('popup');
    await page.getByText('Backend Connected').waitFor();
    await tab(page, 'Sync').click();
    await page.getByRole('button', { name: 'Run Connection Tests' }).click();
    await page.getByText('5/5 tests passing', { exact: true }).waitFor();
    await page.locator('[data-step=auth]').getByText('Evidence').click();
    await page.getByText('accepted as user:admin@studio.example, admin').waitFor();
    expect(await page.getByText('refused with 401').count()).toBe(2);
    await page.close();
  });

  it('compares with the table itself, past our API, and shows where the two sides differ', async () => {
    const sql = async (statement: string) => {
      const client = new pg.Client({ connectionString: local.databaseUrl });
      await client.connect();
      await client.query(statement);
      await client.end();
    };
    const page = await extension.open('tab');
    await page.getByText('Backend Connected').waitFor();
    await tab(page, 'Sync').click();
    await page.getByText('CRM data is synced').waitFor();
    await page.getByText('1 row is the same on both sides').waitFor();
    await page.getByRole('button', { name: 'Prove every row' }).click();
    await page.getByText('Leads: proven · 1 row').waitFor();
    await page.getByText('Prove again').waitFor();
    const sides = () => page.locator('.direct-table tbody tr').allTextContents();
    await expect.poll(sides).toEqual(['Leads1 1', 'Users0 0', 'Orders0 0']);

    await sql('alter policy crm_readers on kv_store_3cbf86a5 using (false)');
    await page.getByRole('button', { name: 'Check Sync' }).click();
    await page.getByText('CRM data is not in sync').waitFor();
    const card = page.locator('.finding[data-code="direct.differs"]');
    await card.getByText(/Row level security hides them/).waitFor();
    const key = await card.locator('.finding-keys code').textContent();
    expect(key).toMatch(/^lead:lead_/);
    expect(await sides()).toEqual(['On the screen1 0', `${key}shownnot shown`]);
    await sql('alter policy crm_readers on kv_store_3cbf86a5 using (true)');
    await page.getByRole('button', { name: 'Check Sync' }).click();
    await page.getByText('CRM data is synced').waitFor();
    await page.close();
  });

  it('renews a session that has come near its end, in the page and in the worker', async () => {
    const page = await extension.open('popup');
    await page.getByText('Backend Connected').waitFor();
    const expire = () =>
      page.evaluate(async () => {
        const { storage } = (
          globalThis as unknown as {
            chrome: {
              storage: {
                session: { get(): Promise<Record<string, { kind?: string }>>; set(items: object): Promise<void> };
              };
            };
          }
        ).chrome;
        const found = Object.entries(await storage.session.get()).find(([, value]) => value?.kind === 'session');
        if (!found) throw new Error('There is no session to age.');
        const [key, credential] = found;
        await storage.session.set({
          [key]: { ...credential, expiresAt: Math.floor(Date.now() / 1000) + 5, accessToken: 'aged' },
        });
      });
    const isRenewed = async () => !JSON.stringify((await extension.storage()).session).includes('"aged"');
    await expire();
    await expect.poll(isRenewed).toBe(true);
    await page.getByText('Backend Connected').waitFor();

    await extension.stopWorker();
    await expire();
    await page.close();
    await extension.worker();
    await expect.poll(isRenewed).toBe(true);
    await expect.poll(async () => (await extension.badge()).text).toBe('1');
  });
});
