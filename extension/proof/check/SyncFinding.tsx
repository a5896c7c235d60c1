import { shown } from '../../records/field-words.ts';
import { Button } from '../../ui/buttons/Button.tsx';
import { CopyButton } from '../../ui/buttons/CopyButton.tsx';
import { Disclosure } from '../../ui/content/Disclosure.tsx';
import { formatNumber } from '../../ui/content/number-format.ts';
import { Icon } from '../../ui/icons/Icon.tsx';
import { Badge, toneIcons } from '../../ui/messages/Badge.tsx';
import { Remedy } from '../connection-tests/Remedy.tsx';
import { entityWords, FINDING_WORDS, SEVERITY_WORDS, withCount } from './finding-words.ts';
import type { SyncModel } from './sync-check.ts';
import type { SyncFinding as Finding } from './sync-findings.ts';

/** As many keys as are read without scrolling on; the others are folded away. */
const AT_ONCE = 3;

function Keys({ keys }: { keys: readonly string[] }) {
  return (
    <ul class="finding-keys plain-list">
      {keys.map((key) => (
        <li key={key} class="row nowrap">
          <code class="mono grow">{shown(key)}</code>
          <CopyButton text={key} label={`Copy ${shown(key)}`} />
        </li>
      ))}
    </ul>
  );
}

/** Where it is: the keys that are named, each to be copied, and how many more there are. */
export function Where({ keys, count }: Pick<Finding, 'keys' | 'count'>) {
  const rest = keys.slice(AT_ONCE);
  const unnamed = count - keys.length;
  return (
    <>
      {keys.length > 0 && <Keys keys={keys.slice(0, AT_ONCE)} />}
      {rest.length > 0 && (
        <Disclosure summary={`${formatNumber(rest.length)} more`}>
          <Keys keys={rest} />
        </Disclosure>
      )}
      {unnamed > 0 && keys.length > 0 && <p class="caption">and {formatNumber(unnamed)} that are not named here</p>}
    </>
  );
}

/** One fault: what it is, where, how it can come to this, and what to do. */
export function SyncFinding({ finding, sync }: { finding: Finding; sync: SyncModel }) {
  const { code, severity, entity, count, keys, remedy, repairable } = finding;
  const words = FINDING_WORDS[code];
  const { label, tone } = SEVERITY_WORDS[severity];
  return (
    <li class="finding stack-tight" data-tone={tone} data-code={code}>
      <div class="finding-head">
        <Icon name={toneIcons[tone]} />
        <h3>{words.title}</h3>
        <Badge tone={tone}>{label}</Badge>
      </div>
      <p class="wrap-anywhere">{withCount(finding)}</p>
      <p class="caption">
        {entityWords(entity)} · <code class="mono">{code}</code>
      </p>
      <Where keys={keys} count={count} />
      <Remedy text={remedy ?? words.remedy ?? ''} />
      <Disclosure summary="Why it happens">
        <p class="secondary">{words.why}</p>
      </Disclosure>
      {repairable && (
        <div class="row">
          <Button variant="primary" onClick={() => void sync.repair.preview()}>
            Repair
          </Button>
          <span class="caption">You see exactly what would change before anything does.</span>
        </div>
      )}
      {code.startsWith('screen.') && (
        <div class="row">
          <Button icon="refresh" onClick={() => void sync.readAnew()}>
            Read the list again
          </Button>
        </div>
      )}
    </li>
  );
}
