import { z } from 'zod';
import { changesReply, historyReply } from '../../../shared/contract/changes.ts';
import { sessionReply } from '../../../shared/contract/health.ts';
import {
  type Lead,
  type LeadPatch,
  lead,
  leadDeletedReply,
  leadReply,
  leadsReply,
} from '../../../shared/contract/lead.ts';
import { seedReply, unseedReply } from '../../../shared/contract/seed.ts';
import { statsReply } from '../../../shared/contract/stats.ts';
import type { Api } from './api.ts';
import { readRows, readWith } from './rows.ts';

/** `GET /leads` takes these; empty texts mean no filter. */
export interface LeadsQuery {
  q?: string;
  status?: string;
  source?: string;
  convertedToUserId?: string;
  from?: string;
  to?: string;
  limit?: number;
  cursor?: string;
  total?: '1';
}

const leadsPage = leadsReply.extend({ leads: z.array(z.unknown()) }).transform(({ leads, malformed, ...page }) => {
  const { rows, odd } = readRows(lead, 'lead', leads);
  return { ...page, leads: rows, malformed: [...malformed, ...odd] };
});
export type LeadsPage = z.infer<typeof leadsPage>;

const one = (id: string) => `/leads/${encodeURIComponent(id)}`;
/** Chromium says `Etc/Unknown` where it cannot read the zone of the system. ECMA-402 names UTC for that. */
const timeZone = () => {
  const { timeZone: own } = Intl.DateTimeFormat().resolvedOptions();
  return own === 'Etc/Unknown' ? 'UTC' : own;
};

/** The routes that every screen calls; the files beside this one have those of single screens. All of them throw Failure. */
export function createCrm(api: Api) {
  return {
    session: (signal?: AbortSignal) => api('GET', '/session', sessionReply, { signal }),
    listLeads: (query: LeadsQuery, signal?: AbortSignal): Promise<LeadsPage> =>
      api('GET', '/leads', leadsPage, { query: { ...query }, signal }),
    getLead: async (id: string, signal?: AbortSignal): Promise<Lead> => {
      const reply = await api('GET', one(id), leadReply, { signal });
      return readWith(reply.lead, reply.digest);
    },
    updateLead: async (id: string, patch: LeadPatch, ifMatch?: string | null): Promise<Lead> =>
      (await api('PATCH', one(id), leadReply, { body: patch, ifMatch })).lead,
    deleteLead: (id: string, ifMatch?: string | null) => api('DELETE', one(id), leadDeletedReply, { ifMatch }),
    leadHistory: async (id: string, signal?: AbortSignal) =>
      (await api('GET', `${one(id)}/history`, historyReply, { signal })).history,
    listChanges: (after: string, signal?: AbortSignal) =>
      api('GET', '/changes', changesReply, { query: { after, limit: 200 }, signal }),
    stats: (days: number, signal?: AbortSignal) =>
      api('GET', '/stats', statsReply, { query: { days, timeZone: timeZone() }, signal }),
    addSeed: () => api('POST', '/seed', seedReply),
    removeSeed: () => api('DELETE', '/seed', unseedReply),
  };
}
export type Crm = ReturnType<typeof createCrm>;
