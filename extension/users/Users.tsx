import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { User } from '../../shared/contract/user.ts';
import type { Workspace } from '../platform/workspace/workspace.ts';
import { shown } from '../records/field-words.ts';
import type { Figures } from '../records/figures.ts';
import { useSplitKeys } from '../records/list/list-keys.ts';
import { RecordRow } from '../records/list/RecordRow.tsx';
import { RecordRows } from '../records/list/RecordRows.tsx';
import { SearchField } from '../records/list/SearchField.tsx';
import { ACCOUNT_WORDS, accountWords } from '../records/status-words.ts';
import { Button } from '../ui/buttons/Button.tsx';
import { Avatar } from '../ui/content/Avatar.tsx';
import { countOf, formatMoney } from '../ui/content/number-format.ts';
import { lazily } from '../ui/lazily.tsx';
import { EmptyState } from '../ui/messages/EmptyState.tsx';
import { FilterChips } from '../ui/navigation/FilterChips.tsx';
import { createUsers } from './users.ts';

const UserDetail = lazily(() => import('./UserDetail.tsx').then((module) => module.UserDetail));
const NewUser = lazily(() => import('./UserForm.tsx').then((module) => module.NewUser));

const bought = ({ totalOrders, totalSpent }: User, currency: string | null) =>
  `${countOf(totalOrders ?? 0, 'order')} · ${formatMoney(totalSpent ?? 0, currency)}`;

/** What did they buy? The list of users, and beside it or in its place the one that is open. */
export function Users({ workspace, figures }: { workspace: Workspace; figures: Figures }) {
  const { navigation, session, currency } = workspace;
  const model = useMemo(() => createUsers(workspace), [workspace]);
  useEffect(() => {
    const controller = new AbortController();
    void model.start(controller.signal);
    return () => controller.abort();
  }, [model]);
  const search = useRef<HTMLInputElement>(null);
  const [isNew, setNew] = useState(false);
  useSplitKeys(
    navigation.user,
    useCallback(() => navigation.openUser(null), [navigation]),
    search,
  );
  const open = navigation.user.value;
  const stats = figures.stats.value;
  const counts: Record<string, number | undefined> = { '': stats?.totalUsers, active: stats?.activeUsers };
  const { q, status } = model.filter.value;
  const add = (
    <Button icon="plus" disabled={session.value?.role === 'viewer'} onClick={() => setNew(true)}>
      New user
    </Button>
  );

  return (
    <div class="split" data-pane={open === null ? 'list' : 'detail'}>
      <section class="pane list-pane" aria-label="Users">
        <h1 class="visually-hidden">Users</h1>
        <div class="toolbar">
          <div class="row nowrap search-line">
            <SearchField
              label="Search users"
              placeholder="Name, email, phone or tag"
              q={q}
              onSearch={(text) => void model.setFilter({ q: text })}
              searchRef={search}
            />
            {add}
          </div>
          <FilterChips
            label="Account status"
            selected={status}
            onSelect={(value) => void model.setFilter({ status: value })}
            options={[
              { value: '', label: 'All', count: counts[''] },
              ...Object.entries(ACCOUNT_WORDS).map(([value, { label }]) => ({ value, label, count: counts[value] })),
            ]}
          />
        </div>
        <RecordRows
          noun="user"
          model={model}
          isNarrowed={model.isNarrowed.value}
          onWiden={model.widen}
          nothing={
            <EmptyState icon="users" title="No users yet. A lead that is converted becomes one, or add one by hand." />
          }
          renderRow={(user, place) => (
            <RecordRow
              id={user.id}
              picture={<Avatar name={shown(user.name || user.email)} />}
              title={user.name || user.email}
              subtitle={shown(user.email)}
              figure={bought(user, currency.value)}
              status={accountWords(user.accountStatus)}
              time={user.lastLogin ?? user.signupDate}
              isOpen={open === user.id}
              onOpen={() => navigation.openUser(user.id)}
              {...place}
            />
          )}
        />
        {isNew && <NewUser model={model} onClose={() => setNew(false)} onCreated={(id) => navigation.openUser(id)} />}
      </section>
      <section class="pane detail-pane" aria-label="User">
        {open !== null ? (
          <UserDetail key={open} workspace={workspace} id={open} />
        ) : (
          <p class="secondary detail-hint">Open a user to see them here.</p>
        )}
      </section>
    </div>
  );
}
