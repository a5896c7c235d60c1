import { z } from 'zod';
import { heldDeletedReply, heldListReply, heldReleasedReply } from '../../../shared/contract/capture.ts';
import { changesReply, historyReply } from '../../../shared/contract/changes.ts';
import { sessionReply } from '../../../shared/contract/health.ts';
import {
  convertedReply,
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
const timeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The routes that every screen calls; users.ts and orders.ts have those of their screens. All of them throw Failure. */
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
    convertLead: (id: string) => api('POST', `${one(id)}/convert`, convertedReply),
    leadHistory: async (id: string, signal?: AbortSignal) =>
      (await api('GET', `${one(id)}/history`, historyReply, { signal })).history,
    listChanges: (after: string, signal?: AbortSignal) =>
      api('GET', '/changes', changesReply, { query: { after, limit: 200 }, signal }),
    stats: (days: number, signal?: AbortSignal) =>
      api('GET', '/stats', statsReply, { query: { days, timeZone: timeZone() }, signal }),
    addSeed: () => api('POST', '/seed', seedReply),
    removeSeed: () => api('DELETE', '/seed', unseedReply),
    listHeld: (cursor?: string, signal?: AbortSignal) =>
      api('GET', '/held', heldListReply, { query: { cursor }, signal }),
    releaseHeld: (id: string) => api('POST', `/held/${encodeURIComponent(id)}/release`, heldReleasedReply),
    deleteHeld: (id: string) => api('DELETE', `/held/${encodeURIComponent(id)}`, heldDeletedReply),
  };
}
export type Crm = ReturnType<typeof createCrm>;
