import type { Workspace } from '../platform/workspace/workspace.ts';
import { Button } from '../ui/buttons/Button.tsx';
import { IconButton } from '../ui/buttons/IconButton.tsx';
import { formatNumber } from '../ui/content/number-format.ts';
import { formatClock } from '../ui/content/time-format.ts';
import { Badge } from '../ui/messages/Badge.tsx';
import { Menu } from '../ui/navigation/Menu.tsx';
import type { App } from './app.ts';

/** Whether what is on the screen is live, without a click. */
function BackendStatus({ workspace }: { workspace: Workspace }) {
  const backend = workspace.live.backend.value;
  return (
    <div class="backend">
      {backend.state === 'connecting' && <Badge tone="neutral">Connecting</Badge>}
      {backend.state === 'connected' && (
        <Badge tone="good" icon="circleCheck">
          Backend Connected <span class="latency">· {formatNumber(backend.latencyMs)} ms</span>
        </Badge>
      )}
      {backend.state === 'offline' && (
        <Badge tone="danger" icon="alert" strong>
          Backend Offline
        </Badge>
      )}
      {/* Without the latency, which changes all the time: only a change of the state is worth saying. */}
      <span class="visually-hidden" role="status">
        {backend.state === 'connected' && 'Connected'}
        {backend.state === 'offline' && 'Offline'}
      </span>
    </div>
  );
}

/** Says since when the backend is away and why; what is on the screen below is then only what was read before. */
function OfflineNotice({ workspace }: { workspace: Workspace }) {
  const backend = workspace.live.backend.value;
  if (backend.state !== 'offline') return null;
  const { failure, since } = backend;
  return (
    <section class="offline" aria-label="Backend Offline">
      <p>
        <strong>Offline since {formatClock(since)}.</strong>{' '}
        <span role="alert">{failure.message} What you see was read before that.</span>
      </p>
      <Button variant="secondary" icon="refresh" onClick={workspace.live.retry}>
        Retry
      </Button>
      <Button variant="quiet" icon="plug" onClick={workspace.navigation.showTests}>
        Test Connection
      </Button>
    </section>
  );
}

/** Which connection, whether it is live, and the ways to other surfaces and to the settings. */
export function Header({ app, workspace }: { app: App; workspace: Workspace }) {
  const { connection, navigation } = workspace;
  const { settings } = app;
  // The list has the name as it is now; the workspace was opened with the one before.
  const name = app.known.value.find(({ id }) => id === connection.id)?.name ?? connection.name;
  return (
    <>
      <header class="header">
        <Menu
          label={`Connection: ${name}`}
          trigger={<span class="connection-name">{name}</span>}
          items={[
            ...app.known.value.map(({ id, name: label, account, url }) => ({
              label,
              // Two of one name are told apart by it.
              hint: account ?? url.replace(/^https?:\/\//, ''),
              checked: id === connection.id,
              onSelect: () => void (id !== connection.id && app.switchTo(id)),
            })),
            { label: 'Add a connection', icon: 'plus' as const, onSelect: () => app.showConnect() },
            { label: 'Sign out', icon: 'signOut' as const, onSelect: () => void app.signOut(connection) },
          ]}
        />
        <BackendStatus workspace={workspace} />
        <div class="header-actions">
          {settings.surface === 'popup' && (
            <IconButton icon="sidePanel" label="Open in the side panel" onClick={() => void settings.openSidePanel()} />
          )}
          {settings.surface !== 'tab' && (
            <IconButton icon="external" label="Open in a tab" onClick={() => void settings.openInTab()} />
          )}
          <IconButton
            icon="settings"
            label="Settings"
            pressed={navigation.panel.value === 'settings'}
            onClick={() => {
              navigation.panel.value = navigation.panel.value === 'settings' ? null : 'settings';
            }}
          />
        </div>
      </header>
      <OfflineNotice workspace={workspace} />
    </>
  );
}
