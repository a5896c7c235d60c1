/** Something that stops the product from starting. Its message is one plain sentence: what is wrong and what to do. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
