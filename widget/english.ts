/**
 * Every word a visitor can read, and a failure's words under its code. `{}` is replaced by the detail at hand. A page changes
 * any of them with the `messages` attribute; one catalogue only, since the script must stay small on strangers' pages.
 */
export const english = {
  label: 'Contact form',
  name: 'Name',
  email: 'Email',
  phone: 'Phone',
  message: 'Message',
  budget: 'Budget',
  roomType: 'Room',
  interests: 'Interests',
  optional: '(optional)',
  choose: 'Choose one',
  yes: 'Yes',
  submit: 'Send',
  sending: 'Sending…',
  retry: 'Try again',
  resend: 'Send the changed version as a new message',
  thanks: 'Thank you. Your message is stored.',
  receipt: 'Receipt: {}',
  held: 'We have your message. A person will look at it before it is filed.',
  kept: 'Everything you typed is still here.',
  missing: '{} is needed.',
  agree: 'Please tick the box to agree.',
  badEmail: 'Enter an email address like name@example.com.',
  wrong: '{} does not look right.',
  invalid: 'Nothing was sent yet. Please check:',
  offline: 'You are offline. Try again once you are connected.',
  unreachable: 'The server could not be reached: offline, or blocked by this page’s security policy.',
  blocked: 'This page’s security policy blocks the connection to the server.',
  timeout: 'No answer came in time. Trying again cannot send it twice.',
  bad_reply: 'The server did not confirm that your message is stored. Trying again cannot send it twice.',
  rate_limited: 'Too many messages at once. Try again in {} s.',
  idempotency_mismatch: 'Your first message was already received; the changes you made since were not.',
  refused: 'The server answered: {}',
  unconfigured: 'This form does not know where to send: its api attribute is missing.',
};

export type Messages = typeof english;

/** A message with its detail. Messages may come from a page's JSON, where anything can stand. */
export const say = (message: string, detail: string | number = ''): string =>
  `${message}`.replace('{}', () => `${detail}`);
