import { type Messages, say } from './english.ts';
import { focusOnMount } from './focus.ts';

/** What replaces the form. It says what is proven and no more: stored, or kept for a person to look at. */
export function Thanks({ leadId, messages }: { leadId: string | undefined; messages: Messages }) {
  return (
    <div part="thanks" tabIndex={-1} ref={focusOnMount}>
      <strong>{leadId ? messages.thanks : messages.held}</strong>
      {leadId && (
        <p>
          <small>{say(messages.receipt, leadId.split('_')[2])}</small>
        </p>
      )}
    </div>
  );
}
