import { useEffect, useState } from 'preact/hooks';
import { Button } from '../ui/buttons/Button.tsx';
import { IconButton } from '../ui/buttons/IconButton.tsx';
import { Card } from '../ui/content/Card.tsx';
import { KeyValue } from '../ui/content/KeyValue.tsx';
import { Checkbox } from '../ui/fields/Checkbox.tsx';
import { TextField } from '../ui/fields/TextField.tsx';
import { Dialog } from '../ui/overlays/Dialog.tsx';
import type { App } from './app.ts';

type Connection = App['known']['value'][number];

const KEYS = [
  { label: '/', value: 'Search the list' },
  { label: '↑ ↓', value: 'Move in the list' },
  { label: 'Enter', value: 'Open the row' },
  { label: 'Esc', value: 'Back to the list' },
  { label: 'x', value: 'Select the lead' },
  { label: 's', value: 'Change its status' },
  { label: 'e', value: 'Write a mail' },
  { label: 'Ctrl Enter', value: 'Save the note' },
];

function ConnectionRow({ app, connection }: { app: App; connection: Connection }) {
  const [name, setName] = useState(connection.name);
  const [isForgetting, setForgetting] = useState(false);
  const isOpen = app.workspace.value?.connection.id === connection.id;
  return (
    <li class="stack-tight connection-row">
      <form
        class="row nowrap"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim()) void app.rename(connection.id, name.trim());
        }}
      >
        <TextField
          label="Name of the connection"
          hideLabel
          value={name}
          onInput={setName}
          maxLength={60}
          autocomplete="off"
        />
        <Button type="submit" disabled={name.trim() === '' || name.trim() === connection.name}>
          Rename
        </Button>
      </form>
      <p class="caption wrap-anywhere">
        {connection.account && `${connection.account} · `}
        {connection.url}
      </p>
      <div class="row">
        {!isOpen && <Button onClick={() => void app.switchTo(connection.id)}>Open</Button>}
        <Button icon="signOut" onClick={() => void app.signOut(connection)}>
          Sign out
        </Button>
        <Button variant="danger" icon="trash" onClick={() => setForgetting(true)}>
          Forget
        </Button>
      </div>
      {isForgetting && (
        <Dialog
          title={`Forget ${connection.name}?`}
          size="small"
          onClose={() => setForgetting(false)}
          actions={
            <>
              <Button data-autofocus onClick={() => setForgetting(false)}>
                Cancel
              </Button>
              <Button variant="danger" onClick={() => void app.remove(connection)}>
                Forget
              </Button>
            </>
          }
        >
          <p>Its sign-in and notes that are not saved yet are taken away here. Nothing changes in the CRM.</p>
        </Dialog>
      )}
    </li>
  );
}

/** Connections, notifications and keys. */
export function Settings({ app, onClose }: { app: App; onClose(): void }) {
  const { settings } = app;
  useEffect(() => {
    void settings.load();
  }, [settings]);
  return (
    <div class="screen stack">
      <div class="row nowrap">
        <IconButton icon="back" label="Back" onClick={onClose} />
        <h1>Settings</h1>
      </div>
      <Card
        title="Connections"
        actions={
          <Button icon="plus" variant="quiet" onClick={() => app.showConnect()}>
            Add
          </Button>
        }
      >
        <ul class="plain-list stack">
          {app.known.value.map((connection) => (
            <ConnectionRow key={connection.id} app={app} connection={connection} />
          ))}
        </ul>
      </Card>
      <Card title="Notifications">
        <Checkbox
          label="Notify me of new leads"
          hint="Within half a minute, while the browser runs. It names nobody."
          checked={settings.notifications.value}
          onChange={(wanted) => void settings.setNotifications(wanted)}
        />
      </Card>
      <Card title="Keys">
        <KeyValue rows={[{ label: settings.shortcut.value ?? 'not set', value: 'Open this window' }, ...KEYS]} />
      </Card>
      <p class="caption">
        The extension stores connections, sign-ins and what you are writing. Leads, users and orders are never stored
        here.
      </p>
    </div>
  );
}
