/**
 * Asks with a mark that nobody has used before, and sees whether the reply repeats it. One that does not was kept by something in
 * between, and says nothing of now.
 */
export async function askFresh<Reply extends { nonce: string | null }>(
  ask: (nonce: string) => Promise<Reply>,
): Promise<{ reply: Reply; isFresh: boolean }> {
  const nonce = crypto.randomUUID();
  const reply = await ask(nonce);
  return { reply, isFresh: reply.nonce === nonce };
}
