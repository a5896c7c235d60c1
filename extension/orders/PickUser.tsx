import { useEffect, useRef, useState } from 'preact/hooks';
import type { User } from '../../shared/contract/user.ts';
import { SearchField } from '../records/list/SearchField.tsx';
import type { Failure } from '../records/opened/record.ts';
import { shown } from '../records/words/field-words.ts';
import { Button } from '../ui/buttons/Button.tsx';
import type { Orders } from './orders.ts';

interface Props {
  model: Orders;
  picked: User | null;
  onPick(user: User | null): void;
}

/** Finds the user whom an order is for, while one types. */
export function PickUser({ model, picked, onPick }: Props) {
  const search = useRef<HTMLInputElement>(null);
  const [q, setQ] = useState('');
  const [found, setFound] = useState<readonly User[] | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    model.findUsers(q.trim(), controller.signal).then(
      (users) => {
        setFound(users);
        setFailure(null);
      },
      (error: Failure) => !controller.signal.aborted && setFailure(error.message),
    );
    return () => controller.abort();
  }, [model, q]);
  if (picked) {
    return (
      <div class="row spread" data-testid="picked">
        <span class="truncate">
          For <strong>{shown(picked.name || picked.email)}</strong>
        </span>
        <Button variant="quiet" onClick={() => onPick(null)}>
          Somebody else
        </Button>
      </div>
    );
  }
  return (
    <div class="stack-tight">
      <SearchField
        label="Find the customer"
        placeholder="Name, email or phone of the customer"
        q={q}
        onSearch={setQ}
        searchRef={search}
      />
      {failure && <p class="secondary">Nobody could be looked up: {failure}</p>}
      {found?.length === 0 && <p class="secondary">No user matches.</p>}
      <ul class="plain-list">
        {found?.map((user) => (
          <li key={user.id}>
            <Button variant="quiet" icon="user" onClick={() => onPick(user)}>
              {shown(user.name || user.email)} · {shown(user.email)}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
