import type { ComponentChildren, RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Workspace } from '../platform/workspace/workspace.ts';
import type { Figures } from '../records/figures.ts';
import { SearchField } from '../records/list/SearchField.tsx';
import { SOURCE_WORDS, STATUS_WORDS } from '../records/status-words.ts';
import { Button } from '../ui/buttons/Button.tsx';
import { formatNumber } from '../ui/content/number-format.ts';
import { Select } from '../ui/fields/Select.tsx';
import { TextField } from '../ui/fields/TextField.tsx';
import { Progress } from '../ui/messages/Progress.tsx';
import { FilterChips } from '../ui/navigation/FilterChips.tsx';
import { Menu } from '../ui/navigation/Menu.tsx';
import type { BulkStatus } from './bulk-status.ts';
import type { LeadExport } from './lead-export.ts';
import type { Period } from './lead-filter.ts';
import type { Leads } from './leads.ts';

/** What the screen of leads and its parts are given. */
export interface LeadsProps {
  workspace: Workspace;
  leads: Leads;
  figures: Figures;
  bulk: BulkStatus;
  exporting: LeadExport;
  /** Offered while there is no lead at all. */
  seedButton: ComponentChildren;
}

const PERIODS: { value: Period; label: string }[] = [
  { value: 'any', label: 'Any time' },
  { value: 'today', label: 'Today' },
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: 'custom', label: 'From … to …' },
];

function Dates({ leads }: Pick<LeadsProps, 'leads'>) {
  const { from, to } = leads.filter.value;
  return (
    <div class="row dates">
      <TextField label="From" type="date" value={from} onInput={(day) => void leads.setFilter({ from: day })} />
      <TextField label="To" type="date" value={to} onInput={(day) => void leads.setFilter({ to: day })} />
    </div>
  );
}

/** Narrows the list of leads, and takes them along as a file. */
export function LeadToolbar({
  workspace,
  leads,
  figures,
  exporting,
  searchRef,
}: LeadsProps & { searchRef: RefObject<HTMLInputElement | null> }) {
  const { navigation } = workspace;
  const { status, source, period } = leads.filter.value;
  // The change feed tells of records only, and what is held is none yet.
  useEffect(() => {
    if (figures.stats.peek()) void figures.recount();
  }, [figures]);
  const stats = figures.stats.value;
  const held = stats?.heldSubmissions ?? 0;
  // Counted over all leads: beside a search they would promise rows that are not there.
  const isCounted = leads.filter.value.q.trim() === '' && source === '' && period === 'any';
  const counts = isCounted ? stats?.leadsByStatus : undefined;
  const running = exporting.progress.value;
  return (
    <div class="toolbar">
      <div class="row nowrap search-line">
        <SearchField
          label="Search leads"
          placeholder="Name, email, phone or text"
          q={leads.filter.value.q}
          onSearch={(q) => void leads.setFilter({ q })}
          searchRef={searchRef}
        />
        <Menu
          label="More"
          icon="more"
          items={[
            { label: 'Export as CSV', icon: 'download', onSelect: () => void exporting.run('csv') },
            { label: 'Export as JSON', icon: 'download', onSelect: () => void exporting.run('json') },
            {
              label: 'Held for review',
              icon: 'shield',
              ...(stats && { hint: formatNumber(stats.heldSubmissions) }),
              onSelect: () => {
                navigation.panel.value = 'held';
              },
            },
          ]}
        />
      </div>
      <FilterChips
        label="Status"
        selected={status}
        onSelect={(value) => void leads.setFilter({ status: value })}
        options={[
          { value: '', label: 'All', count: isCounted ? (stats?.totalLeads ?? null) : null },
          ...Object.entries(STATUS_WORDS).map(([value, { label }]) => ({
            value,
            label,
            count: counts?.[value as keyof typeof counts] ?? null,
          })),
        ]}
      />
      <div class="row nowrap">
        <Select
          label="Source"
          hideLabel
          value={source}
          onChange={(value) => void leads.setFilter({ source: value })}
          options={[
            { value: '', label: 'All sources' },
            ...Object.entries(SOURCE_WORDS).map(([value, { label }]) => ({ value, label })),
          ]}
        />
        <Select
          label="Received"
          hideLabel
          value={period}
          onChange={(value) => void leads.setFilter({ period: value as Period })}
          options={PERIODS}
        />
        {held > 0 && (
          <Button
            variant="quiet"
            icon="shield"
            onClick={() => {
              navigation.panel.value = 'held';
            }}
          >
            {formatNumber(held)} held
          </Button>
        )}
      </div>
      {period === 'custom' && <Dates leads={leads} />}
      {running && (
        <div class="row nowrap">
          <Progress label="Reading leads for the file" value={running.done} max={running.total} />
          <Button variant="quiet" onClick={exporting.cancel}>
            Cancel
          </Button>
        </div>
      )}
    </div>
  );
}
