import { useEffect, useMemo, useState } from 'preact/hooks';
import type { User } from '../../shared/contract/user.ts';
import type { Workspace } from '../platform/workspace/workspace.ts';
import { fieldLabel, readable, shown } from '../records/field-words.ts';
import { addressText } from '../records/forms/address.ts';
import { LeadRow } from '../records/list/LeadRow.tsx';
import { OrderRow } from '../records/list/OrderRow.tsx';
import { DeleteRecord } from '../records/opened/DeleteRecord.tsx';
import { Reach } from '../records/opened/Reach.tsx';
import { RecordConflict } from '../records/opened/RecordConflict.tsx';
import { RecordFrame } from '../records/opened/RecordFrame.tsx';
import { RecordLog } from '../records/opened/RecordLog.tsx';
import { StoredMark } from '../records/opened/StoredMark.tsx';
import { ACCOUNT_WORDS, accountWords } from '../records/status-words.ts';
import { Button } from '../ui/buttons/Button.tsx';
import { Avatar } from '../ui/content/Avatar.tsx';
import { Card } from '../ui/content/Card.tsx';
import { KeyValue } from '../ui/content/KeyValue.tsx';
import { formatMoney, formatNumber } from '../ui/content/number-format.ts';
import { Time } from '../ui/content/Time.tsx';
import { Badge } from '../ui/messages/Badge.tsx';
import { Menu } from '../ui/navigation/Menu.tsx';
import { Question } from '../ui/overlays/Question.tsx';
import { Belongings } from './Belongings.tsx';
import { EditUser } from './UserForm.tsx';
import { createUser, type UserModel } from './user.ts';

interface Props {
  workspace: Workspace;
  model: UserModel;
  user: User;
  canWrite: boolean;
}

/** Suspending shuts somebody out, so it asks; the way back does not. */
function Account({ model, user, canWrite }: Omit<Props, 'workspace'>) {
  const [asking, setAsking] = useState<User | null>(null);
  const { label, tone, icon } = accountWords(user.accountStatus);
  return (
    <div class="row">
      <Badge tone={tone} icon={icon}>
        {label}
      </Badge>
      {canWrite && (
        <Menu
          label="Change the account status"
          trigger="Change"
          items={Object.entries(ACCOUNT_WORDS).map(([status, words]) => ({
            label: words.label,
            icon: words.icon,
            checked: status === user.accountStatus,
            onSelect: () => {
              if (status === user.accountStatus) return;
              if (status === 'suspended') setAsking(user);
              else void model.save({ accountStatus: status as 'active' });
            },
          }))}
        />
      )}
      <StoredMark stored={model.stored.value} field="accountStatus" />
      {asking && (
        <Question
          title="Suspend this user?"
          confirm="Suspend"
          busy={model.saving.value !== null}
          onClose={() => setAsking(null)}
          onConfirm={() => {
            setAsking(null);
            void model.save({ accountStatus: 'suspended' }, asking);
          }}
        >
          <p>
            <bdi class="wrap-anywhere">
              <strong>{shown(user.name || user.email)}</strong>
            </bdi>{' '}
            is marked as suspended. Orders and totals stay as they are, and you can make the account active again.
          </p>
        </Question>
      )}
    </div>
  );
}

function Totals({ user, currency }: { user: User; currency: string | null }) {
  const totals = [
    { label: 'Orders', value: formatNumber(user.totalOrders ?? 0) },
    { label: 'Spent', value: formatMoney(user.totalSpent ?? 0, currency) },
    { label: 'Loyalty points', value: formatNumber(user.loyaltyPoints ?? 0) },
  ];
  return (
    <dl class="totals">
      {totals.map(({ label, value }) => (
        <div key={label}>
          <dt class="caption">{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Shown above by themselves. */
const ELSEWHERE = new Set([
  ...['name', 'email', 'phone', 'accountStatus', 'totalOrders', 'totalSpent', 'loyaltyPoints', 'seed'],
]);
const FIRST = ['address', 'tags', 'preferences', 'signupDate', 'lastLogin'];
const TIMES = new Set(['signupDate', 'lastLogin', 'updatedAt']);

function Facts({ user }: { user: User }) {
  const rest = Object.keys(user).filter((name) => !ELSEWHERE.has(name) && !FIRST.includes(name));
  const value = (name: string) => {
    const stored = user[name];
    if (TIMES.has(name)) return <Time iso={typeof stored === 'string' ? stored : null} />;
    return (
      <span class="prewrap" dir="auto">
        {name === 'address' ? addressText(stored) : readable(stored)}
      </span>
    );
  };
  return <KeyValue rows={[...FIRST, ...rest].map((name) => ({ label: fieldLabel(name), value: value(name) }))} />;
}

/** One user in full: who, what they bought, where they came from and what happened. */
export function UserDetail({ workspace, id }: { workspace: Workspace; id: string }) {
  const { navigation, session, currency } = workspace;
  const model = useMemo(() => createUser({ ...workspace, id }), [workspace, id]);
  useEffect(() => {
    const controller = new AbortController();
    void model.start(controller.signal);
    return () => controller.abort();
  }, [model]);
  const [asked, setAsked] = useState<'edit' | 'delete' | null>(null);
  const user = model.row.value;
  const canWrite = session.value?.role !== 'viewer';
  const name = user ? user.name || user.email : id;
  return (
    <RecordFrame
      noun="user"
      title={name}
      picture={user && <Avatar name={shown(name)} />}
      model={model}
      canWrite={canWrite}
      focus={navigation.focus}
      onBack={() => navigation.openUser(null)}
      form={user && asked === 'edit' && <EditUser model={model} user={user} onClose={() => setAsked(null)} />}
    >
      {user && (
        <>
          <Reach email={user.email} phone={user.phone} />
          <RecordConflict noun="user" model={model} />
          <Account model={model} user={user} canWrite={canWrite} />
          <Totals user={user} currency={currency.value} />
          <Belongings
            title="Orders"
            noun="orders"
            none="No orders yet."
            list={model.orders}
            row={(order) => (
              <OrderRow
                order={order}
                customer={user}
                currency={currency.value}
                onOpen={() => navigation.openOrder(order.id)}
              />
            )}
          />
          <Belongings
            title="Came from"
            noun="leads"
            list={model.leads}
            row={(lead) => <LeadRow lead={lead} onOpen={() => navigation.openLead(lead.id)} />}
          />
          <Card
            title="Details"
            actions={
              <Button variant="quiet" icon="edit" disabled={!canWrite} onClick={() => setAsked('edit')}>
                Edit
              </Button>
            }
          >
            <Facts user={user} />
          </Card>
          <RecordLog noun="user" begin="Created" model={model} statusLabel={(status) => accountWords(status).label} />
          <div>
            <Button variant="danger" icon="trash" disabled={!canWrite} onClick={() => setAsked('delete')}>
              Delete user
            </Button>
          </div>
          {asked === 'delete' && (
            <DeleteRecord
              noun="user"
              name={name}
              erased="is erased from the table, the index and the change log. A user who has orders is kept."
              row={user}
              model={model}
              onClose={() => setAsked(null)}
              onDeleted={() => navigation.openUser(null)}
            />
          )}
        </>
      )}
    </RecordFrame>
  );
}
