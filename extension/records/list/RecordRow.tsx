import type { ComponentChildren } from 'preact';
import { Time } from '../../ui/content/Time.tsx';
import type { IconName } from '../../ui/icons/icons.ts';
import { Badge, type Tone } from '../../ui/messages/Badge.tsx';
import { shown } from '../field-words.ts';

interface Props {
  id: string;
  picture: ComponentChildren;
  title: string;
  subtitle: ComponentChildren;
  /** The figure that matters in this list. */
  figure: string;
  status: { label: string; tone: Tone; icon: IconName };
  time: string | null | undefined;
  isOpen?: boolean;
  /** Only the row that the keyboard stands on takes part in the tab order. */
  tabIndex?: number;
  onOpen(): void;
  onFocus?(): void;
}

/** One user or order in a list. */
export function RecordRow(props: Props) {
  const { id, picture, title, subtitle, figure, status, time, isOpen, tabIndex = 0, onOpen, onFocus } = props;
  return (
    <div class="record-row" data-record={id} {...(isOpen && { 'aria-current': 'true' as const })}>
      <button type="button" class="record-open" tabIndex={tabIndex} onClick={onOpen} {...(onFocus && { onFocus })}>
        {picture}
        <span class="record-who">
          <span class="record-name truncate">
            <bdi>{shown(title)}</bdi>
          </span>
          <span class="truncate secondary">
            <bdi>{subtitle}</bdi>
          </span>
        </span>
        <span class="record-figure">{figure}</span>
        <Badge tone={status.tone} icon={status.icon}>
          {shown(status.label)}
        </Badge>
        <span class="record-time caption">
          <Time iso={time} />
        </span>
      </button>
    </div>
  );
}
