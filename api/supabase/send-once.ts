/**
 * Deno's fetch sends a request once more by itself when a kept connection breaks before the reply, even when all of it had
 * arrived and was carried out: a form without a submission id would be stored twice. It cannot repeat a body that is a stream.
 */
export const sendOnce: typeof fetch = (input, init) =>
  fetch(input, typeof init?.body === 'string' ? { ...init, body: new Blob([init.body]).stream() } : init);
