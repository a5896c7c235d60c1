import { type Change, FORM } from '../../../shared/contract/changes.ts';
import { isDrift } from '../../../shared/contract/sync-report.ts';
import { isChangeOf } from '../../../shared/proof/has-changed.ts';
import { type Api, createApi } from '../api/api.ts';
import { type Crm, createCrm } from '../api/crm.ts';
import { asFailure } from '../api/failure.ts';
import { createSyncApi } from '../api/sync-api.ts';
import { currentToken, readCredential } from '../connection/credentials.ts';
import { showBadge } from './badge.ts';
import { driftSummary } from './drift.ts';
import { notifyNewLeads } from './notifications.ts';
import { activeConnection, connections, driftFound, reportAsked, type Watch, watch } from './storage.ts';

async function countNewLeads(crm: Crm) {
  const { total = 0, changesCursor } = await crm.listLeads({ status: 'new', limit: 1, total: '1' });
  return { newLeads: total, cursor: changesCursor };
}

/** Whether a change is a lead that came in. One that somebody has signed in to make, as Seed Data does, is no news to them. */
const isArrival = ({ operation, actor }: Change) => operation === 'insert' && (actor === null || actor === FORM);

/** What was written since; the count is made anew only when leads are among it, since it reads the whole table. */
async function catchUp(crm: Crm, from: Watch) {
  let { cursor } = from;
  let arrived = 0;
  let hasChanged = false;
  for (let more = true; more; ) {
    const page = await crm.listChanges(cursor);
    const onLeads = page.changes.filter((change) => isChangeOf(change, 'leads'));
    hasChanged ||= onLeads.length > 0;
    arrived += onLeads.filter(isArrival).length;
    // One that says there is more and stands still would be asked for ever.
    more = page.more && page.nextCursor !== cursor;
    cursor = page.nextCursor;
  }
  const { newLeads } = hasChanged ? await countNewLeads(crm) : from;
  return { state: { newLeads, cursor }, arrived };
}

/** A restored database has another past: counting begins anew. */
async function countOn(crm: Crm, before: Watch | null) {
  if (before) {
    try {
      return await catchUp(crm, before);
    } catch (error) {
      if (asFailure(error).code !== 'invalid_request') throw error;
    }
  }
  return { state: await countNewLeads(crm), arrived: 0 };
}

/** Nothing is open to notice a fault: the table is compared with itself this often. */
const REPORT_EVERY_MS = 15 * 60_000;

/**
 * Asks for the report of GET /sync when it is due, and keeps what it found wrong.
 * @returns what is known to be wrong, or null
 */
async function findDrift(api: Api, id: string): Promise<string | null> {
  const kept = driftFound(id);
  const asked = reportAsked(id);
  const known = await kept.getValue();
  if (Date.now() - (await asked.getValue()) < REPORT_EVERY_MS) return known?.summary ?? null;
  await asked.setValue(Date.now());
  try {
    const report = await createSyncApi(api).report();
    const drift = report.findings.filter(isDrift);
    if (drift.length > 0) await kept.setValue({ summary: driftSummary(drift), at: Date.now(), by: 'worker' });
    else if (known?.by === 'worker') await kept.removeValue();
  } catch (error) {
    // An answer such as that a viewer may not ask is the same next time; after another failure the next round asks again.
    const failure = asFailure(error);
    if (failure.kind !== 'rejected') await asked.removeValue();
    if (failure.isAway || failure.endsSession) throw error;
  }
  return (await kept.getValue())?.summary ?? null;
}

async function look(): Promise<void> {
  const id = await activeConnection.getValue();
  const connection = (await connections.getValue()).find((one) => one.id === id);
  if (!connection || !(await readCredential(connection.id))) return showBadge(null);
  const api = createApi({ url: connection.url, token: () => currentToken(connection) });
  const crm = createCrm(api);
  const kept = watch(connection.id);
  try {
    const { state, arrived } = await countOn(crm, await kept.getValue());
    await kept.setValue(state);
    const drift = await findDrift(api, connection.id);
    await showBadge(drift === null ? { newLeads: state.newLeads } : { drift });
    await notifyNewLeads(connection.name, arrived);
  } catch (error) {
    const failure = asFailure(error);
    if (failure.endsSession) await showBadge(null);
    // Only an answer of the API itself leaves what was counted as it is.
    else if (failure.isAway || failure.kind !== 'rejected') await showBadge({ away: failure.message });
  }
}

/**
 * One look at the backend of the active connection: badge and notifications follow from it. Keeps nothing but a cursor and a
 * count, so that a worker that was ended meanwhile goes on where it was. One look follows the other: the alarm that starts the
 * worker makes it look twice, and both would tell the user of the same leads.
 */
export async function checkBackend(): Promise<void> {
  await navigator.locks.request('watch', look);
}
