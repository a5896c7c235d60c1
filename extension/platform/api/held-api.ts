import { heldDeletedReply, heldListReply, heldReleasedReply } from '../../../shared/contract/capture.ts';
import type { Api } from './api.ts';

const one = (id: string) => `/held/${encodeURIComponent(id)}`;

/** The API's routes for held submissions. All of them throw Failure. */
export function createHeldApi(api: Api) {
  return {
    list: (cursor?: string, signal?: AbortSignal) => api('GET', '/held', heldListReply, { query: { cursor }, signal }),
    release: (id: string) => api('POST', `${one(id)}/release`, heldReleasedReply),
    remove: (id: string) => api('DELETE', one(id), heldDeletedReply),
  };
}
