import type { Lead } from '../../../shared/contract/lead.ts';
import { Avatar } from '../../ui/content/Avatar.tsx';
import { Time } from '../../ui/content/Time.tsx';
import { VisuallyHidden } from '../../ui/content/VisuallyHidden.tsx';
import { Checkbox } from '../../ui/fields/Checkbox.tsx';
import { Icon } from '../../ui/icons/Icon.tsx';
import { Badge } from '../../ui/messages/Badge.tsx';
import { shown } from '../field-words.ts';
import { sourceWords, statusWords } from '../status-words.ts';

interface Props {
  lead: Lead;
  isUnseen?: boolean;
  isOpen?: boolean;
  isSelected?: boolean;
  /** Only the row that the keyboard stands on takes part in the tab order. */
  tabIndex?: number;
  onOpen(): void;
  onSelect?(): void;
  onFocus?(): void;
}

/** One lead in a list: who, from where, how far, since when. */
export function LeadRow({ lead, isUnseen, isOpen, isSelected, tabIndex = 0, onOpen, onSelect, onFocus }: Props) {
  const status = statusWords(lead.status);
  const source = sourceWords(lead.source);
  const name = shown(lead.name || lead.email);
  return (
    <div
      class="lead-row"
      data-lead={lead.id}
      data-record={lead.id}
      {...(isUnseen && { 'data-unseen': true })}
      {...(isSelected && { 'data-selected': true })}
      {...(isOpen && { 'aria-current': 'true' as const })}
    >
      {onSelect && (
        <Checkbox hideLabel label={`Select ${name}`} checked={isSelected ?? false} onChange={onSelect} tabIndex={-1} />
      )}
      <button
        type="button"
        class="lead-open record-open"
        tabIndex={tabIndex}
        onClick={onOpen}
        {...(onFocus && { onFocus })}
      >
        <Avatar name={name} />
        <span class="lead-who">
          <span class="lead-name truncate">
            {isUnseen && <VisuallyHidden>New since your last look: </VisuallyHidden>}
            <bdi>{name}</bdi>
          </span>
          <span class="lead-email truncate secondary">
            <bdi>{lead.name ? shown(lead.email) : source.label}</bdi>
          </span>
        </span>
        <span class="lead-source" title={source.label}>
          <Icon name={source.icon} />
          <VisuallyHidden>{source.label}</VisuallyHidden>
        </span>
        <Badge tone={status.tone} icon={status.icon}>
          {shown(status.label)}
        </Badge>
        <span class="lead-time caption">
          <Time iso={lead.createdAt} />
        </span>
      </button>
    </div>
  );
}
