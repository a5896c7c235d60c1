import { type Outcome, readReply } from './reply.ts';

const TIMEOUT = 20_000;

/**
 * Posts one submission and says what became of it; never throws. `text/plain` keeps it a simple request, so there is no
 * preflight, and `keepalive` lets it finish when the visitor leaves the page (browsers allow it 64 KiB in all).
 */
export async function send(url: string, body: string): Promise<Outcome> {
  const controller = window.AbortController && new AbortController();
  let code = navigator.onLine === false ? 'offline' : 'unreachable';
  const timer = setTimeout(() => {
    code = 'timeout';
    if (controller) controller.abort();
  }, TIMEOUT);
  const onViolation = (event: SecurityPolicyViolationEvent) => {
    if (event.blockedURI && url.indexOf(event.blockedURI) === 0) code = 'blocked';
  };
  document.addEventListener('securitypolicyviolation', onViolation);
  try {
    const response = await fetch(url, {
      method: 'POST',
      credentials: 'omit',
      headers: { 'Content-Type': 'text/plain;charset=UTF-8' },
      body,
      keepalive: body.length < 20_000,
      signal: controller ? controller.signal : null,
    });
    return readReply(response.status, await response.text());
  } catch {
    // fetch rejects before the policy's report event is dispatched, so give that event its turn.
    await new Promise((done) => setTimeout(done, 50));
    return { code };
  } finally {
    clearTimeout(timer);
    document.removeEventListener('securitypolicyviolation', onViolation);
  }
}
