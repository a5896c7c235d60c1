import { healthReply } from '../../../shared/contract/health.ts';
import type { Api } from './api.ts';

/** In which every amount of this API is. @throws Failure */
export async function readCurrency(api: Api, signal?: AbortSignal): Promise<string> {
  return (await api('GET', '/health', healthReply, { signal })).currency;
}
