const ACTORS: Record<string, string> = {
  form: 'the form',
  'key:admin': 'somebody with the admin key',
  'key:viewer': 'somebody with the viewer key',
};

/** Who wrote something, as the change log and the timeline of an order name them. */
export const whoIs = (actor: string): string =>
  (Object.hasOwn(ACTORS, actor) && ACTORS[actor]) || actor.replace(/^user:/, '');
