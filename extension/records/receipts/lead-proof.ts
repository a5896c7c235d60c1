import { signal } from '@preact/signals';
import type { Lead } from '../../../shared/contract/lead.ts';
import type { Api } from '../../platform/api/api.ts';
import { createSyncApi } from '../../platform/api/sync-api.ts';
import { createFreshness } from '../../platform/workspace/freshness.ts';
import { type Verdict, verify } from './receipt-check.ts';
import { storedText } from './undo-log.ts';

/** A verdict on the stored row, and the fields that the screen shows otherwise than the row has them. */
export interface LeadVerdict extends Verdict {
  differing: readonly string[];
  /** The lead as it was shown then: the verdict is on this one only. */
  lead: Lead | null;
}

/** How often both are read anew before what differs counts: somebody may be writing at this moment. */
const TRIES = 3;

/** Fields whose stored value is not what is shown, in the order of their names; missing on one side counts. */
function differences(text: string, shown: Lead): string[] {
  const row: unknown = JSON.parse(text);
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return ['value'];
  const stored = new Map(Object.entries(row));
  const seen = new Map(Object.entries(shown).filter(([, value]) => value !== undefined));
  const names = new Set([...stored.keys(), ...seen.keys()]);
  const isSame = (name: string) =>
    stored.has(name) && seen.has(name) && storedText(stored.get(name)) === storedText(seen.get(name));
  return [...names].filter((name) => !isSame(name)).sort();
}

interface Options {
  api: Api;
  id: string;
  /** What the screen shows now. */
  shown(): Lead | null;
  /** Reads the lead anew: somebody may have changed it a moment ago. */
  read(): Promise<void>;
}

/** Verify this lead: the stored text against Postgres's digest and the receipt that was kept, and the screen against it. */
export function createLeadProof({ api, id, shown, read }: Options) {
  const sync = createSyncApi(api);
  const verdict = signal<LeadVerdict | null>(null);
  const freshness = createFreshness(({ key, operation }) => operation === 'truncate' || key === `lead:${id}`);

  async function look(signal: AbortSignal): Promise<LeadVerdict> {
    const found = await verify(sync, { key: `lead:${id}` }, signal);
    const lead = shown();
    const differing = found.text !== null && found.outcome !== 'tampered' && lead ? differences(found.text, lead) : [];
    return { ...found, differing, lead };
  }

  return {
    verdict,
    freshness,
    async verify(signal: AbortSignal): Promise<void> {
      verdict.value = null;
      freshness.clear();
      try {
        let found = await look(signal);
        for (let tries = 0; found.differing.length > 0 && tries < TRIES; tries++) {
          await read();
          found = await look(signal);
        }
        verdict.value = found;
        freshness.mark(found.upTo);
      } catch (reason) {
        if (!signal.aborted) throw reason;
      }
    },
  };
}
